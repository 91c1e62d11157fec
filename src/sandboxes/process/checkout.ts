/** Fills a sandbox's checkout. Everything is copied through git's own transport: no file is shared with the source. */
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Sandbox, SandboxSpec } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'

/** Where a push goes that an agent tries on its own: nowhere, with a name that explains it. */
const NO_PUSH = 'file:///dev/null/commit-only--the-swarm-lands-your-work'

export async function checkOut(
  { exec, checkout }: Pick<Sandbox, 'exec' | 'checkout'>,
  { source, ref, commit, history }: SandboxSpec['checkout'],
  signal: AbortSignal,
): Promise<void> {
  const git = async (...args: string[]) => {
    const { exit, output } = await exec(['git', ...args], { signal, timeoutMs: 10 * 60_000 })
    if (exit !== 0) throw troubleOf(args[0]!, exit, output)
  }
  const url = source.startsWith('/') ? pathToFileURL(source).href : source
  const format = commit.length === 64 ? 'sha256' : 'sha1'
  await git('init', '--quiet', '--template=', `--object-format=${format}`)
  if (!history) {
    await git('fetch', '--quiet', '--depth=1', '--no-tags', url, commit)
    await git('checkout', '--quiet', '--detach', commit)
    return
  }
  const name = ref.replace('refs/heads/', '')
  const branch = name.startsWith('refs/') ? null : name
  await appendFile(join(checkout, '.git', 'config'), origin(url, branch))
  const tracked = branch === null ? ref : `+refs/heads/${branch}:refs/remotes/origin/${branch}`
  await git('fetch', '--quiet', '--no-tags', 'origin', tracked)
  const place = branch === null ? ['--detach'] : ['--no-track', '-B', branch]
  await git('checkout', '--quiet', ...place, commit)
}

/** What `git clone` would note; a ref of the swarm's own has no branch to follow. */
const origin = (url: string, branch: string | null) => `[remote "origin"]
\turl = ${quoted(url)}
\tpushUrl = ${NO_PUSH}
\tfetch = +refs/heads/*:refs/remotes/origin/*
${branch === null ? '' : `[branch ${quoted(branch)}]\n\tremote = origin\n\tmerge = ${quoted(`refs/heads/${branch}`)}\n`}`

const quoted = (value: string) => `"${value.replace(/[\\"]/g, '\\$&')}"`

function troubleOf(verb: string, exit: number | null, output: string): Trouble {
  if (exit === 127)
    return new Trouble('missing program', 'git is not on PATH. Install git 2.38 or later.', {
      retryable: false,
    })
  const said = output.trim().split('\n').at(-1)?.slice(0, 300)
  const code = /No space left|quota exceeded|Input\/output error/i.test(output) ? 'disk' : 'sandbox'
  return new Trouble(code, `The checkout failed at git ${verb}: ${said || 'it was ended'}.`)
}
