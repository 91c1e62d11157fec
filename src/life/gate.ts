/** Runs the gate on an exact tree, from a fresh checkout, and writes the receipt. */
import { createHash } from 'node:crypto'
import type { Receipt, Verdict } from '../ports/store.ts'
import { Trouble } from '../ports/trouble.ts'
import type { World } from '../ports/world.ts'
import { gatePaths } from './combine.ts'

export interface GateRequest {
  /** A commit with the tree to verify, and a ref that reaches it. Its gate is the one that is run. */
  commit: string
  ref: string
  tree: string
  /** For the gate's environment and the receipt. */
  ticket: { id: number; title: string } | null
  attempt: number | null
  agent: string
  /** A commit to compare a red result with, and the ref that reaches it: `main`. Null when it is `main` itself. */
  main: { commit: string; tree: string; ref: string } | null
}

const COMMAND = './verify.sh'

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

type Ran = Pick<Receipt, 'verdict' | 'exit' | 'signal' | 'output'>

async function verify(world: World, request: GateRequest, signal: AbortSignal): Promise<Ran> {
  try {
    if ((await world.repo.read(request.tree, 'verify.sh')) === null)
      return couldNotRun(
        'There is no verify.sh on main: without a gate nothing can land. Add one and commit it.',
      )
    return await inFreshCheckout(world, request, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Trouble) return couldNotRun(error.message)
    throw error
  }
}

async function inFreshCheckout(world: World, request: GateRequest, signal: AbortSignal): Promise<Ran> {
  const { commit, ref, ticket, agent } = request
  const env = {
    TICKET_ID: String(ticket?.id ?? ''),
    TICKET_TITLE: ticket?.title ?? '',
    AGENT_ID: agent,
    CI: 'true',
  }
  const checkout = { source: world.repo.source, ref, commit, history: false }
  const sandbox = await world.sandboxes.open(
    { name: `gate-${request.tree.slice(0, 10)}`, checkout, env },
    signal,
  )
  try {
    const timeoutMs = world.settings().verifyTimeout * 1000
    const result = await sandbox.exec([COMMAND], { signal, timeoutMs, onLine: world.gateLog })
    signal.throwIfAborted()
    const { exit, signal: killedBy, output } = result
    if (result.timedOut)
      return { verdict: 'red', exit, signal: killedBy, output: `${output}\n${tooLong(timeoutMs)}` }
    return { verdict: verdictOf(exit, output), exit, signal: killedBy, output: explained(exit, output) }
  } finally {
    await sandbox.close()
  }
}

/** 126 and 127 are the shell's words for "not executable" and "not found"; null is a gate that was killed. */
function verdictOf(exit: number | null, output: string): Verdict {
  if (exit === 0) return 'green'
  if (exit === null || exit === 126 || exit === 127) return 'could not run'
  return /No space left on device|ENOSPC/.test(output) ? 'could not run' : 'red'
}

function explained(exit: number | null, output: string): string {
  if (exit === 126) return `${output}\nverify.sh, or a program it calls, is not executable (exit 126).`
  return exit === 127 ? `${output}\nA program that verify.sh calls is not installed (exit 127).` : output
}

const tooLong = (ms: number) => `The gate took longer than verify_timeout (${ms / 1000} s) and was ended.`

const couldNotRun = (why: string): Ran => ({
  verdict: 'could not run',
  exit: null,
  signal: null,
  output: why,
})
