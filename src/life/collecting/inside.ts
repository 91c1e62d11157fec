/** Git in a sandbox, which is the agent's: its messages are untrusted words, and its output is bytes. */
import type { ExecResult, Sandbox, TakeResult } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import { PLAIN } from './own-git.ts'

const TIME = 120_000
/** Maximum bytes of work here; the repository has a lower limit of its own. */
const MOST = 1024 ** 3

/**
 * Runs git without the hooks that the agent or the project may have set. Throws Trouble when it fails or its output is
 * cut.
 */
export async function inside(sandbox: Sandbox, args: string[], signal: AbortSignal): Promise<ExecResult> {
  const result = done(await attempt(sandbox, args, signal), `git ${args[0]}`)
  if (result.cut.includes('stdout'))
    throw new Trouble('sandbox', `What git ${args[0]} printed in the sandbox could not be read completely.`)
  return result
}

/** Runs git as `inside` does, for a command whose failure has a meaning. */
export const attempt = (sandbox: Sandbox, args: string[], signal: AbortSignal): Promise<ExecResult> =>
  sandbox.exec(['git', ...PLAIN, ...args], { signal, timeoutMs: TIME })

/** Writes the output of a shell script into a file of the host. */
export const takeBy = (
  sandbox: Sandbox,
  [script, ...args]: [string, ...string[]],
  host: string,
  signal: AbortSignal,
): Promise<TakeResult> =>
  sandbox.take(['sh', '-euc', script, 'sh', ...args], host, { signal, timeoutMs: TIME, most: MOST })

/** Returns a successful result; throws Trouble for any other. */
export function done<Result extends TakeResult>(result: Result, verb: string): Result {
  if (result.exit === 0) return result
  if (result.timedOut)
    throw new Trouble('sandbox', `${verb} did not end in the sandbox within ${TIME / 1000} s.`)
  throw new Trouble('git', `The checkout's repository is not usable (${verb}): ${said(result)}`, {
    retryable: false,
  })
}

/** End of the output, on one line. */
export const said = ({ output }: TakeResult): string => output.trim().split('\n').slice(-3).join(' ')

/** First few files in the checkout that git ignores and that are therefore not part of the change. */
export async function ignoredIn(sandbox: Sandbox, signal: AbortSignal): Promise<string[]> {
  const seek = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory']
  return (await inside(sandbox, seek, signal)).output.split('\n').filter(Boolean).slice(0, 10)
}
