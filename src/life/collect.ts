/** Takes the work out of a sandbox: what the agent committed and what it left lying about, as one squashed commit. */
import { join } from 'node:path'
import type { CommitInfo } from '../ports/repo.ts'
import type { ExecResult, Sandbox } from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import type { World } from '../ports/world.ts'
import { authorOf, type Member, message, workRef } from './names.ts'

export interface Collected {
  /** The squashed commit, its parent the base; null when nothing differs from the base. */
  work: string | null
  /** Files that git ignores: they are not part of the change. The first few. */
  ignored: string[]
}

/**
 * `base` is the commit of `main` that the checkout builds on. The commit is kept in a ref of its own whatever
 * happens next. Throws Trouble when the checkout's repository is no longer usable.
 */
export async function collect(
  world: World,
  sandbox: Sandbox,
  member: Member,
  base: CommitInfo,
  signal: AbortSignal,
): Promise<Collected> {
  const git = (...args: string[]) => inside(sandbox, args, signal)
  await git('add', '--all')
  await git('commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'work')
  const ignored = lines(await git('ls-files', '--others', '--ignored', '--exclude-standard', '--directory'))
  const bundle = join(world.scratch, `${member.ticket.id}-${member.attempt}.bundle`)
  await git('bundle', 'create', '--quiet', `${sandbox.home}/work.bundle`, 'HEAD', `^${base.commit}`)
  await sandbox.copyOut(`${sandbox.home}/work.bundle`, bundle)
  const raw = await world.repo.receive(bundle, `refs/swarm/raw/${member.ticket.id}/${member.attempt}`)
  if (raw.tree === base.tree) return { work: null, ignored: ignored.slice(0, 10) }
  const work = await world.repo.commit({
    tree: raw.tree,
    parents: [base.commit],
    message: message(member),
    author: authorOf(member),
    at: Math.floor(world.clock.now() / 1000),
  })
  await world.repo.keep(workRef(member.ticket.id, member.attempt), work)
  return { work, ignored: ignored.slice(0, 10) }
}

/** Git in the sandbox, without the hooks that the agent or the project may have set. */
export async function inside(sandbox: Sandbox, args: string[], signal: AbortSignal): Promise<ExecResult> {
  const result = await attempt(sandbox, args, signal)
  if (result.exit === 0) return result
  const said = result.output.trim().split('\n').slice(-3).join(' ')
  throw new Trouble('git', `The checkout's repository is not usable (git ${args[0]}): ${said}`, {
    retryable: false,
  })
}

/** As `inside`, for a command whose failure means something. */
export const attempt = (sandbox: Sandbox, args: string[], signal: AbortSignal) =>
  sandbox.exec(
    [
      'git',
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'core.fsmonitor=false',
      '-c',
      'commit.gpgSign=false',
      ...args,
    ],
    {
      signal,
      timeoutMs: 120_000,
    },
  )

const lines = ({ output }: ExecResult) => output.split('\n').filter(Boolean)
