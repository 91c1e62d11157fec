/** Run of an exact tree's `verify.sh`, from a fresh checkout in a sandbox of its own. */

import type { Receipt, Verdict } from '../../ports/attempts.ts'
import type { GatewayEvent } from '../../ports/gateway.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { GateWorld as World } from '../../ports/world.ts'
import { refusal } from '../../ticket/transcript-words.ts'
import { through } from '../gateway-session.ts'

/** Tree to verify. */
export interface GateRequest {
  /** Commit with the tree to verify; `ref` reaches it. Its own gate runs. */
  commit: string
  ref: string
  tree: string
  /** Ticket for the gate's environment and the receipt. */
  ticket: { id: number; title: string } | null
  attempt: number | null
  agent: string
  /** Commit to compare a red result with, and the ref that reaches it: `main`. Null when it is `main` itself. */
  main: { commit: string; tree: string; ref: string } | null
  /** Doubts for the receipt: signs that the change weakens tests. */
  doubts: string[]
}

export const COMMAND = './verify.sh'

/** Result of a gate run. */
export type Ran = Pick<Receipt, 'verdict' | 'exit' | 'signal' | 'output'>

/** Result of a gate run, with the trouble that kept it from being started or watched to its end. */
export interface Run extends Ran {
  trouble: Trouble | null
}

/** Runs the gate. Trouble on the way makes a gate that could not run, never a red one. */
export async function verify(world: World, request: GateRequest, signal: AbortSignal): Promise<Run> {
  try {
    if ((await world.repo.read(request.tree, 'verify.sh')) === null)
      return { ...couldNotRun(NO_GATE), trouble: null }
    return { ...(await inFreshCheckout(world, request, signal)), trouble: null }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Trouble) return { ...couldNotRun(error.message), trouble: error }
    throw error
  }
}

const NO_GATE = 'main has no verify.sh, so nothing can land. Add one and commit it.'

async function inFreshCheckout(world: World, request: GateRequest, signal: AbortSignal): Promise<Ran> {
  const { commit, ref, ticket, agent } = request
  const env = {
    TICKET_ID: String(ticket?.id ?? ''),
    TICKET_TITLE: ticket?.title ?? '',
    AGENT_ID: agent,
    CI: 'true',
  }
  const checkout = { source: world.repo.source, ref, commit, history: false }
  const name = `gate-${request.tree.slice(0, 10)}`
  const tell = (event: GatewayEvent) => {
    if (event.type === 'refused') world.gateLog(refusal(event))
  }
  const gatewaySession = await world.gateway.openGate({ name, reach: world.sandboxes.reach, tell })
  try {
    const spec = { name, checkout, env: { ...gatewaySession.env, ...env }, ...through(gatewaySession) }
    const sandbox = await world.sandboxes.open(spec, signal)
    try {
      return await runIn(sandbox, world, signal)
    } finally {
      await sandbox.close()
    }
  } finally {
    await gatewaySession.close()
  }
}

async function runIn(sandbox: Sandbox, world: World, signal: AbortSignal): Promise<Ran> {
  const timeoutMs = world.settings().verifyTimeout * 1000
  const result = await sandbox.exec([COMMAND], { signal, timeoutMs, onLine: world.gateLog })
  signal.throwIfAborted()
  const { exit, signal: killedBy } = result
  const output = result.cut.length > 0 ? `${result.output}\n${CUT}` : result.output
  if (result.timedOut)
    return { verdict: 'red', exit, signal: killedBy, output: `${output}\n${tooLong(timeoutMs)}` }
  if (result.outOfMemory) {
    const { limitMb } = result.outOfMemory
    return { verdict: 'red', exit, signal: killedBy, output: `${output}\n${outOfMemory(limitMb)}` }
  }
  return { verdict: verdictOf(exit, output), exit, signal: killedBy, output: explained(exit, output) }
}

/** Note of cut output: the exit code decides, and that is known. */
const CUT = 'A process outlived the gate and kept its output open. Later output is missing here.'

/**
 * Verdict of an exit code. 126 and 127 are the shell's codes for "not executable" and "not found"; null is a killed
 * gate.
 */
function verdictOf(exit: number | null, output: string): Verdict {
  if (exit === 0) return 'green'
  if (exit === null || exit === 126 || exit === 127) return 'could not run'
  return /No space left on device|ENOSPC/.test(output) ? 'could not run' : 'red'
}

function explained(exit: number | null, output: string): string {
  if (exit === 126) return `${output}\nverify.sh, or a program it calls, is not executable (exit 126).`
  return exit === 127 ? `${output}\nA program that verify.sh calls is not installed (exit 127).` : output
}

const tooLong = (ms: number) => `The gate took longer than verify_timeout (${ms / 1000} s) and was stopped.`

/** Sentence about a lack of memory. Like a timeout, it is the change's fault until main turns out to be red as well. */
const outOfMemory = (limitMb: number) => `The gate ran out of memory (limit ${limitMb} MB, see memory_mb).`

const couldNotRun = (why: string): Ran => ({
  verdict: 'could not run',
  exit: null,
  signal: null,
  output: why,
})
