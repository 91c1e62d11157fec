/**
 * Read access for sandboxes: `git upload-pack` on the bare repository, one request at a time and without any state.
 *
 * It speaks the older protocol on purpose: in version 2 a client may ask for any object whose id it knows, hidden or
 * not; here it may ask for what the refs that it is shown point at.
 */
import type { ChildProcess } from 'node:child_process'
import { Readable } from 'node:stream'
import type { ReadRequest } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import { endGroup, feed, launch } from './child.ts'
import { bareCall, type Host } from './run.ts'

const ONLY_WHAT_IS_SHOWN = [
  'uploadpack.allowTipSHA1InWant=false',
  'uploadpack.allowReachableSHA1InWant=false',
  'uploadpack.allowAnySHA1InWant=false',
  'uploadpack.allowFilter=false',
  'transfer.hideRefs=refs',
]

/** Streams git's answer to one read request. Ends early when the signal aborts; throws Trouble when git fails. */
export async function* serve(
  { path, host }: { path: string; host: Host },
  { refs, input, signal }: ReadRequest,
): AsyncIterable<Uint8Array> {
  const shown = refs.map((ref) => `transfer.hideRefs=!${ref}`)
  const { args, env } = bareCall(path, host, [...ONLY_WHAT_IS_SHOWN, ...shown])
  const asks = input === null ? ['--http-backend-info-refs'] : []
  const git = begun([...args, 'upload-pack', '--strict', '--stateless-rpc', ...asks, path], env)
  const end = () => git.pid !== undefined && endGroup(git.pid)
  const ended = new Promise<number | string>((resolve) => {
    git.once('error', (failure) => resolve(failure.message))
    git.once('close', (exit) => resolve(exit ?? 'by a signal'))
  })
  // Nobody has to know why a client ends.
  git.stderr?.resume()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  if (git.stdin) feed(git.stdin, input === null ? undefined : Readable.from(input).on('error', end))
  try {
    if (git.stdout) yield* git.stdout
    const how = await ended
    if (how !== 0) throw new Trouble('git', `git upload-pack failed: exit ${how}.`)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

function begun(argv: string[], env: Record<string, string>): ChildProcess {
  try {
    return launch({ argv, env })
  } catch (failure) {
    throw new Trouble('git', `git upload-pack could not be started: ${failure}.`, { cause: failure })
  }
}
