/** Takes the work out of a sandbox: what the agent committed and what it left lying about, as one squashed commit. */
import { join } from 'node:path'
import type { CommitInfo } from '../ports/repo.ts'
import type { ExecResult, Sandbox, TakeResult } from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import type { World } from '../ports/world.ts'
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
): Promise<Collected> {
  const bundle = bundleOf(world, member)
  done(await sandbox.take(shell(PACK, base.commit), bundle, { signal, ...WITHIN }), 'bundle')
  return takeIn(world, member, { base, bundle })
}

/** An agent took back what was kept of it before. */
export async function forget({ repo }: World, { ticket, attempt }: Member, base: CommitInfo): Promise<void> {
  const ref = workRef(ticket.id, attempt)
  if (await repo.find(ref)) await repo.keep(ref, base.commit)
}

/**
 * The same while the agent is at it, whose own index, branch and commits stay as they are. Gives null when the tree is
 * still `since`, and also when the signal has aborted. What was kept before stays kept while there is nothing else.
 */
export async function collectBeside(
  world: World,
  sandbox: Sandbox,
  member: Member,
  { base, since }: { base: CommitInfo; since: string },
  signal: AbortSignal,
): Promise<Collected | null> {
  const bundle = bundleOf(world, member)
  const index = `${sandbox.home}/.kept-index`
  const taken = await sandbox.take(shell(PACK_BESIDE, base.commit, since, index), bundle, {
    signal,
    ...WITHIN,
  })
  if (taken.exit === NOTHING_NEW || signal.aborted) return null
  done(taken, 'bundle')
  return takeIn(world, member, { base, bundle })
}

export interface Collected {
  /** The squashed commit, on what the agent's HEAD really builds on; null when nothing differs from that. */
  work: string | null
  tree: string
}

const bundleOf = ({ scratch }: World, { ticket, attempt }: Member) =>
  join(scratch, `${ticket.id}-${attempt}.bundle`)

async function takeIn(
  world: World,
  member: Member,
  { base, bundle }: { base: CommitInfo; bundle: string },
): Promise<Collected> {
  const { commit, tree } = await world.repo.receive(bundle, rawRef(member.ticket.id, member.attempt))
  // An agent may have left its base: what it changed is told by what its HEAD really builds on.
  const built = await world.repo.bases(commit)
  if ([base, ...built].some((each) => each.tree === tree)) return { work: null, tree }
  const work = await world.repo.commit({
    tree,
    parents: built.map((each) => each.commit),
    message: message(member),
    author: authorOf(member),
    at: Math.floor(world.clock.now() / 1000),
  })
  await world.repo.keep(workRef(member.ticket.id, member.attempt), work)
  return { work, tree }
}

/** Files in the checkout that git ignores and that are therefore not part of the change: the first few. */
export async function ignoredIn(sandbox: Sandbox, signal: AbortSignal): Promise<string[]> {
  const seek = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory']
  return lines(await inside(sandbox, seek, signal)).slice(0, 10)
}

/** Without the hooks that the agent or the project may have set; names that are no plain ASCII are printed quoted. */
const PLAIN = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'],
  ...['-c', 'commit.gpgSign=false', '-c', 'core.quotePath=true'],
]

const PLAINLY = `plain() { git ${PLAIN.join(' ')} "$@"; }`

/** One shell for all of it: $1 is the base; the bundle goes out. Nobody is at work any more, so locks are nobody's. */
const PACK = `${PLAINLY}
find .git -name '*.lock' -delete
plain add --all >&2
plain commit --quiet --allow-empty --no-verify --message work >&2
plain bundle create --quiet - HEAD "^$1"`

const NOTHING_NEW = 3

/** $1 is the base, $2 the tree that is known, $3 an index of our own, which begins as the agent's: that spares reading files. */
const PACK_BESIDE = `${PLAINLY}
rm -f "$3.lock"
cp .git/index "$3"
export GIT_INDEX_FILE="$3"
plain add --all >&2
tree=$(plain write-tree)
[ "$tree" != "$2" ] || exit ${NOTHING_NEW}
for each in $(git rev-parse HEAD) $(cat .git/MERGE_HEAD 2> /dev/null); do
  set -- "$@" -p "$each"
done
base=$1
shift 3
work=$(plain commit-tree "$@" -m work "$tree")
printf '# v2 git bundle\\n%s HEAD\\n\\n' "$work"
printf '%s\\n^%s\\n' "$work" "$base" | plain pack-objects --revs --thin --stdout --quiet`

const shell = (script: string, ...args: string[]) => ['sh', '-euc', script, 'sh', ...args]
const TIME = 120_000
/** How large work may be is for the repository to say, which asks for less. */
const WITHIN = { timeoutMs: TIME, most: 1024 ** 3 }

/** Git in the sandbox, without the hooks that the agent or the project may have set. */
export async function inside(sandbox: Sandbox, args: string[], signal: AbortSignal): Promise<ExecResult> {
  const result = done(await attempt(sandbox, args, signal), args[0] as string)
  if (result.cut.includes('stdout'))
    throw new Trouble('sandbox', `What git ${args[0]} printed in the sandbox could not be read to its end.`)
  return result
}

/** As `inside`, for a command whose failure means something. */
export const attempt = (sandbox: Sandbox, args: string[], signal: AbortSignal) =>
  sandbox.exec(['git', ...PLAIN, ...args], { signal, timeoutMs: TIME })

function done<Result extends TakeResult>(result: Result, verb: string): Result {
  if (result.exit === 0) return result
  if (result.timedOut)
    throw new Trouble('sandbox', `git ${verb} did not end in the sandbox within ${TIME / 1000} s.`)
  const said = result.output.trim().split('\n').slice(-3).join(' ')
  throw new Trouble('git', `The checkout's repository is not usable (git ${verb}): ${said}`, {
    retryable: false,
  })
}

const lines = ({ output }: ExecResult) => output.split('\n').filter(Boolean)
