/** Checkout of a process sandbox. Everything is copied by git's own transport: no file is shared with the source. */
import { pathToFileURL } from 'node:url'
import type { Sandbox, SandboxSpec } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import { NO_PUSH } from '../scripts.ts'

/** Fills the checkout of a sandbox. Throws Trouble when git fails inside. */
export async function checkOut(
  { exec }: Pick<Sandbox, 'exec'>,
  { source, ref, commit, history }: SandboxSpec['checkout'],
  signal: AbortSignal,
): Promise<void> {
  const url = urlOf(source)
  const format = commit.length === 64 ? 'sha256' : 'sha1'
  const name = ref.replace('refs/heads/', '')
  const branch = name.startsWith('refs/') ? null : name
  const tracked = branch === null ? ref : `+refs/heads/${branch}:refs/remotes/origin/${branch}`
  const place = branch === null ? ['--detach'] : ['--no-track', '-B', branch]
  const steps = history
    ? [
        ['fetch', '--quiet', '--no-tags', 'origin', tracked],
        ['checkout', '--quiet', ...place, commit],
      ]
    : [
        ['fetch', '--quiet', '--depth=1', '--no-tags', url, commit],
        ['checkout', '--quiet', '--detach', commit],
      ]
  const config = history ? origin(url, branch) : ''
  const command = [['init', '--quiet', '--template=', `--object-format=${format}`], ...steps]
  const { exit, output } = await exec(['sh', '-euc', script(command, config)], {
    signal,
    timeoutMs: TIMEOUT_MS,
  })
  if (exit !== 0) throw troubleOf(exit, output)
}

const urlOf = (source: string) => (source.startsWith('/') ? pathToFileURL(source).href : source)

/** Fetches a commit from the source itself: the checkout's `origin` is under the agent's control. Throws Trouble. */
export async function bring(
  { exec }: Pick<Sandbox, 'exec'>,
  source: string,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  const fetch = ['git', 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', urlOf(source), commit]
  const { exit, output } = await exec(fetch, { signal, timeoutMs: TIMEOUT_MS })
  if (exit !== 0) throw troubleOf(exit, output)
}

const TIMEOUT_MS = 10 * 60_000

/** Joins all steps in one shell script: starting and watching a program costs more than most of these steps. */
function script([init, ...steps]: string[][], config: string): string {
  const git = (args: string[]) => ['git', ...args.map(word)].join(' ')
  return [git(init!), `printf %s ${word(config)} >> .git/config`, ...steps.map(git)].join('\n')
}

const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** Config of `origin`, as `git clone` would write it; a ref of the swarm's own has no branch to follow. */
const origin = (url: string, branch: string | null) => `[remote "origin"]
\turl = ${quoted(url)}
\tpushUrl = ${NO_PUSH}
\tfetch = +refs/heads/*:refs/remotes/origin/*
${branch === null ? '' : `[branch ${quoted(branch)}]\n\tremote = origin\n\tmerge = ${quoted(`refs/heads/${branch}`)}\n`}`

const quoted = (value: string) => `"${value.replace(/[\\"]/g, '\\$&')}"`

function troubleOf(exit: number | null, output: string): Trouble {
  if (exit === 127)
    return new Trouble('missing program', 'git is not on PATH. Install git 2.38 or later.', {
      retryable: false,
    })
  const said = output.trim().split('\n').at(-1)?.slice(0, 300)
  const code = /No space left|quota exceeded|Input\/output error/i.test(output) ? 'disk' : 'sandbox'
  return new Trouble(code, `The checkout could not be made: ${said || 'git was ended'}.`)
}
