/**
 * Lets sandboxes read: `git upload-pack` on the bare repository, one request at a time and without any state.
 *
 * The older protocol on purpose: in version 2 a client may ask for any object whose id it knows, hidden or not; here
 * it may ask for what the refs that it is shown point at.
 */
import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import type { ReadRequest } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import { bareCall, endGroup, type Host } from './run.ts'

const ONLY_WHAT_IS_SHOWN = [
  'uploadpack.allowTipSHA1InWant=false',
  'uploadpack.allowReachableSHA1InWant=false',
  'uploadpack.allowAnySHA1InWant=false',
  'uploadpack.allowFilter=false',
  'transfer.hideRefs=refs',
]

export async function* serve(
  { path, host }: { path: string; host: Host },
  { refs, input, signal }: ReadRequest,
): AsyncIterable<Uint8Array> {
  const shown = refs.map((ref) => `transfer.hideRefs=!${ref}`)
  const { args, env } = bareCall(path, host, [...ONLY_WHAT_IS_SHOWN, ...shown])
  const asks = input === null ? ['--http-backend-info-refs'] : []
  const git = spawn('git', [...args, 'upload-pack', '--strict', '--stateless-rpc', ...asks, path], {
    ...{ cwd: '/', env, detached: true },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const end = () => git.pid !== undefined && endGroup(git.pid)
  const ended = new Promise<number | null>((resolve) => {
    git.once('error', () => resolve(null))
    git.once('close', resolve)
  })
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  git.stdin.on('error', () => {})
  if (input === null) git.stdin.end()
  else Readable.from(input).on('error', end).pipe(git.stdin)
  try {
    yield* git.stdout
    const exit = await ended
    if (exit !== 0) throw new Trouble('git', `git upload-pack ended with exit ${exit ?? 'by a signal'}.`)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
