/** Gate on an exact tree, from a fresh checkout, with its receipt. */
import { createHash } from 'node:crypto'
import type { Receipt } from '../../ports/attempts.ts'
import type { GateWorld as World } from '../../ports/world.ts'
import { apart } from '../../ticket/apart.ts'
import { goneOnAt } from '../limits/red-main.ts'
import { gatePaths } from './combine.ts'
import { inTurn } from './in-turn.ts'
import { isAhead, isRecent } from './recent.ts'
import { COMMAND, type GateRequest, type Run, verify } from './verify.ts'

/** The receipt of this tree under this gate: an earlier one when it is final and `isGood`, else of a run made now. */
export async function judge(
  world: World,
  request: GateRequest,
  signal: AbortSignal,
  isGood: (known: Receipt) => boolean = () => true,
): Promise<Judged> {
  const fingerprint = await fingerprintOf(world, request.tree)
  const known = await world.store.receipt(request.tree, fingerprint)
  if (known && isGood(known) && (await isFinal(world, known))) return known
  return judgeNow(world, { request, fingerprint }, signal)
}

/**
 * Tells whether a known result stands. What could not run does not. Nor does red for want of a program, as `main` was
 * some time ago, by a clock that was wrong, or from before a person said that agents may go on although `main` is red.
 */
async function isFinal(world: World, known: Receipt): Promise<boolean> {
  if (known.verdict === 'green') return true
  if (known.verdict === 'could not run' || known.exit === 126 || known.exit === 127) return false
  const now = world.clock.now()
  if (isAhead(known, now) || known.startedAt < (await goneOnAt(world.store, now))) return false
  return !known.preExisting || isRecent(known, now)
}

/** Tree and its gate, which is named by its fingerprint. */
interface Case {
  request: GateRequest
  fingerprint: string
}

async function judgeNow(world: World, judged: Case, signal: AbortSignal): Promise<Judged> {
  const first = await runOnce(world, judged, signal)
  if (first.verdict === 'green') return keep(world, first)
  const onMain = await newestOnMain(world, judged)
  // Once more on the same tree: a gate that changes its mind is flaky, and what could not run may now.
  const second = await runOnce(world, judged, signal)
  const blamed = second.verdict === 'could not run' && second.trouble === null
  const last = blamed ? await blame(world, judged, { second, onMain }, signal) : second
  const flaky = first.verdict === 'red' && last.verdict === 'green'
  const red = last.verdict === 'red' ? await redOfMain(world, judged.request, signal) : null
  const preExisting = red !== null && apart(red.output, last.output).fresh.length === 0
  return keep(world, { ...last, flaky, preExisting })
}

/**
 * Decides whose fault a gate is that could not run. It is the change's when `main` can run the same gate now, and the
 * change after that still cannot: it calls a missing program, ends the gate's shell, fills the disk. A failure of `main`
 * as well is the machine's, and a gate that `main` does not have is the person's, who approved it.
 */
async function blame(
  world: World,
  judged: Case,
  { second, onMain }: { second: Made; onMain: Receipt | null },
  signal: AbortSignal,
): Promise<Made> {
  const { main } = judged.request
  if (!main || (await fingerprintOf(world, main.tree)) !== judged.fingerprint) return second
  const since = await mainSince(world, judged, onMain, signal)
  if (since.verdict === 'could not run') return second
  const third = await runOnce(world, judged, signal)
  if (third.verdict !== 'could not run' || third.trouble) return third
  return { ...third, verdict: 'red', output: `${third.output}\n${RUNS_ON_MAIN}` }
}

const RUNS_ON_MAIN = 'The gate runs on main, so the change itself keeps it from running.'

/** Gives the receipt of `main` under this gate from a run that ended after `before` was written, or from a new run. */
async function mainSince(
  world: World,
  judged: Case,
  before: Receipt | null,
  signal: AbortSignal,
): Promise<Receipt> {
  const newest = await newestOnMain(world, judged)
  if (newest && newest.id !== before?.id) return newest
  return judgeNow(world, { ...judged, request: mainOf(judged.request)! }, signal)
}

const newestOnMain = async (world: World, { request, fingerprint }: Case) =>
  request.main && (await world.store.receipt(request.main.tree, fingerprint))

/** Fingerprint of all that decides besides the tree: the gate's own files, its time limit, the kind of sandbox. */
async function fingerprintOf(world: World, tree: string): Promise<string> {
  const files = await world.repo.digest(tree, gatePaths(world))
  const parts = [files, world.settings().verifyTimeout, world.sandboxes.kind]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The receipt of the `main` that a change is compared with, when that is red now, too; else null. */
export async function redOfMain(
  world: World,
  request: GateRequest,
  signal: AbortSignal,
): Promise<Receipt | null> {
  const main = mainOf(request)
  if (main === null) return null
  const isNew = (known: Receipt) => isRecent(known, world.clock.now())
  const receipt = await inTurn(world.store, signal, () => judge(world, main, signal, isNew))
  return receipt.verdict === 'red' ? receipt : null
}

const mainOf = ({ main, agent }: GateRequest): GateRequest | null =>
  main && { ...main, ticket: null, attempt: null, agent, main: null, doubts: [] }

const keep = async (world: World, { trouble, ...receipt }: Made): Promise<Judged> => ({
  ...(await world.store.transact((tx) => tx.addReceipt(receipt))),
  trouble,
})

/** Receipt, with the trouble that kept its gate from running; an earlier run has none. */
export type Judged = Receipt & Partial<Pick<Run, 'trouble'>>

/** Receipt that is not written yet. */
type Made = Omit<Receipt, 'id'> & Pick<Run, 'trouble'>

async function runOnce(world: World, { request, fingerprint }: Case, signal: AbortSignal): Promise<Made> {
  signal.throwIfAborted()
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
    doubts: request.doubts,
    startedAt,
    durationMs,
  }
}
