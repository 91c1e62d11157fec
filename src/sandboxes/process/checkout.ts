/** Fills a sandbox's checkout. Everything is copied through git's own transport: no file is shared with the source. */
import { pathToFileURL } from 'node:url'
import type { ExecOptions, ExecResult, SandboxSpec } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'

type Exec = (command: string[], options: ExecOptions) => Promise<ExecResult>

/** Where a push goes that an agent tries on its own: nowhere, with a name that explains it. */
const NO_PUSH = 'file:///dev/null/commit-only--the-swarm-lands-your-work'

export async function checkOut(exec: Exec, { checkout }: SandboxSpec, signal: AbortSignal): Promise<void> {
  const git = async (...args: string[]) => {
    const { exit, output } = await exec(['git', ...args], { signal, timeoutMs: 10 * 60_000 })
    if (exit !== 0) throw troubleOf(args[0]!, exit, output)
  }
  const { ref, commit } = checkout
  const source = checkout.source.startsWith('/') ? pathToFileURL(checkout.source).href : checkout.source
  const format = commit.length === 64 ? 'sha256' : 'sha1'
  await git('init', '--quiet', '--template=', `--object-format=${format}`)
  if (!checkout.history) {
    await git('fetch', '--quiet', '--depth=1', '--no-tags', source, commit)
    await git('checkout', '--quiet', '--detach', commit)
    return
  }
  const name = ref.replace('refs/heads/', '')
  await git('remote', 'add', 'origin', source)
  await git('config', 'remote.origin.pushUrl', NO_PUSH)
  if (name.startsWith('refs/')) {
    await git('fetch', '--quiet', '--no-tags', 'origin', ref)
    await git('checkout', '--quiet', '--detach', commit)
  } else {
    await git('fetch', '--quiet', '--no-tags', 'origin', `+refs/heads/${name}:refs/remotes/origin/${name}`)
    await git('checkout', '--quiet', '--no-track', '-B', name, commit)
    await git('branch', '--quiet', `--set-upstream-to=origin/${name}`)
  }
}

function troubleOf(verb: string, exit: number | null, output: string): Trouble {
  if (exit === 127)
    return new Trouble('missing program', 'git is not on PATH. Install git 2.38 or later.', {
      retryable: false,
    })
  const said = output.trim().split('\n').at(-1)?.slice(0, 300)
  const code = /No space left|quota exceeded|Input\/output error/i.test(output) ? 'disk' : 'sandbox'
  return new Trouble(code, `The checkout failed at git ${verb}: ${said || 'it was ended'}.`)
}
