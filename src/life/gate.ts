/** Runs the gate on an exact tree, from a fresh checkout, and writes the receipt. */
import { createHash } from 'node:crypto'
import type { Receipt } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import { gatePaths } from './combine.ts'
import { COMMAND, type GateRequest, verify } from './verify.ts'

/** The receipt of this tree under this gate: an earlier one when it is final, else of a run made now. */
export async function judge(world: World, request: GateRequest, signal: AbortSignal): Promise<Receipt> {
  const fingerprint = await fingerprintOf(world, request.tree)
  const known = await world.store.receipt(request.tree, fingerprint)
  if (known && known.verdict !== 'could not run') return known
  const first = await runOnce(world, request, fingerprint, signal)
  if (first.verdict === 'green') return keep(world, first)
  signal.throwIfAborted()
  // Once more on the same tree: a gate that changes its mind is flaky, and what could not run may now.
  const second = await runOnce(world, request, fingerprint, signal)
  const flaky = first.verdict === 'red' && second.verdict === 'green'
  const preExisting = second.verdict === 'red' && (await isRedOnMain(world, request, signal))
  return keep(world, { ...second, flaky, preExisting })
}

/** Of everything that decides besides the tree: the gate's own files, its time limit, the kind of sandbox. */
async function fingerprintOf(world: World, tree: string): Promise<string> {
  const files = await world.repo.digest(tree, gatePaths(world))
  const parts = [files, world.settings().verifyTimeout, world.sandboxes.kind]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

async function isRedOnMain(
  world: World,
  { main, agent }: GateRequest,
  signal: AbortSignal,
): Promise<boolean> {
  if (!main) return false
  const request = { ...main, ticket: null, attempt: null, agent, main: null }
  return (await judge(world, request, signal)).verdict === 'red'
}

const keep = (world: World, receipt: Omit<Receipt, 'id'>) =>
  world.store.transact((tx) => tx.addReceipt(receipt))

async function runOnce(
  world: World,
  request: GateRequest,
  fingerprint: string,
  signal: AbortSignal,
): Promise<Omit<Receipt, 'id'>> {
  const startedAt = world.clock.now()
  const about = request.ticket ? `#${request.ticket.id}` : 'main'
  world.gateLog(`── ${about}: ${COMMAND} on tree ${request.tree.slice(0, 10)}`)
  const run = await verify(world, request, signal)
  const durationMs = world.clock.now() - startedAt
  world.gateLog(`── ${about}: ${run.verdict} after ${(durationMs / 1000).toFixed(1)} s`)
  return {
    ...run,
    tree: request.tree,
    fingerprint,
    flaky: false,
    preExisting: false,
    command: COMMAND,
    sandbox: world.sandboxes.kind,
    ticket: request.ticket?.id ?? null,
    attempt: request.attempt,
    startedAt,
    durationMs,
  }
}
