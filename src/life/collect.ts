/** Takes the work out of a sandbox: what the agent committed and what it left lying about, as one squashed commit. */
import { join } from 'node:path'
import type { CommitInfo } from '../ports/repo.ts'
import type { ExecResult, Sandbox } from '../ports/sandbox.ts'
import type { Attempt } from '../ports/store.ts'
import { Trouble } from '../ports/trouble.ts'
import type { World } from '../ports/world.ts'
import type { Brief } from './brief.ts'
import { authorOf, type Member, message, rawRef, workRef } from './names.ts'

/**
 * `base` is the commit of `main` that the checkout builds on. The commit is kept in a ref of its own whatever
 * happens next. Gives the squashed commit, or null when nothing differs from the base. Throws Trouble when the
 * checkout's repository is no longer usable.
 */
export async function collect(
  world: World,
  sandbox: Sandbox,
  member: Member,
  base: CommitInfo,
  signal: AbortSignal,
): Promise<string | null> {
  const packed = `${sandbox.home}/work.bundle`
  const bundle = join(world.scratch, `${member.ticket.id}-${member.attempt}.bundle`)
  done(
    await sandbox.exec(['sh', '-euc', PACK, 'sh', base.commit, packed], { signal, timeoutMs: TIME }),
    'bundle',
  )
  await sandbox.copyOut(packed, bundle)
  const raw = await world.repo.receive(bundle, rawRef(member.ticket.id, member.attempt))
  if (raw.tree === base.tree) return null
  const work = await world.repo.commit({
    tree: raw.tree,
    parents: [base.commit],
    message: message(member),
    author: authorOf(member),
    at: Math.floor(world.clock.now() / 1000),
  })
  await world.repo.keep(workRef(member.ticket.id, member.attempt), work)
  return work
}

/** Files in the checkout that git ignores and that are therefore not part of the change: the first few. */
export async function ignoredIn(sandbox: Sandbox, signal: AbortSignal): Promise<string[]> {
  const seek = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory']
  return lines(await inside(sandbox, seek, signal)).slice(0, 10)
}

/** Without the hooks that the agent or the project may have set. */
const PLAIN = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'commit.gpgSign=false']

/** One shell for all of it: $1 is the base, $2 the bundle. */
const PACK = `
plain() { git ${PLAIN.join(' ')} "$@"; }
plain add --all
plain commit --quiet --allow-empty --no-verify --message work
plain bundle create --quiet "$2" HEAD "^$1"
`
const TIME = 120_000

/** Git in the sandbox, without the hooks that the agent or the project may have set. */
export const inside = async (sandbox: Sandbox, args: string[], signal: AbortSignal): Promise<ExecResult> =>
  done(await attempt(sandbox, args, signal), args[0] as string)

/** As `inside`, for a command whose failure means something. */
export const attempt = (sandbox: Sandbox, args: string[], signal: AbortSignal) =>
  sandbox.exec(['git', ...PLAIN, ...args], { signal, timeoutMs: TIME })

function done(result: ExecResult, verb: string): ExecResult {
  if (result.exit === 0) return result
  const said = result.output.trim().split('\n').slice(-3).join(' ')
  throw new Trouble('git', `The checkout's repository is not usable (git ${verb}): ${said}`, {
    retryable: false,
  })
}

const lines = ({ output }: ExecResult) => output.split('\n').filter(Boolean)

export interface Kept {
  attempt: Attempt
  work: string
}

/** What the newest earlier attempt with any left behind; git has it also when the attempt died before it was noted. */
export async function kept({ repo }: World, { ticket, earlier }: Brief): Promise<Kept | null> {
  for (const attempt of earlier.toReversed()) {
    const work = attempt.work ?? (await repo.find(workRef(ticket.id, attempt.number)))?.commit
    if (work) return { attempt, work }
  }
  return null
}
