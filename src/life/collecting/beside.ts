/** Work that lies beside the tree of an agent's HEAD: kept in refs of its own, told to the agent, and to the next one. */
import { pathMatcher } from '../../ports/paths.ts'
import type { CommitInfo, Received, Repo } from '../../ports/repo.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import type { World } from '../../ports/world.ts'
import { besideRef, type Member } from '../names.ts'
import type { Brief } from '../prompts/brief.ts'
import { attempt as gitTry } from './inside.ts'
import { BESIDE } from './nests.ts'
import { HIDDEN, type Place, placeOf } from './places.ts'

/** Work beside HEAD, with its ref. */
export interface Beside extends Place {
  ref: string
  /** First few paths that it would change. */
  paths: string[]
}

/** Commit that came along, and the paths that it would change. */
interface News {
  commit: CommitInfo
  paths: string[]
}

/**
 * Finds what came along with HEAD and is neither in HEAD nor in `main`, each once. Hidden files are none when they are
 * all of the paths `ofPrograms`: agents' programs hide their own configuration so.
 */
export async function newsAmong(
  { repo }: World,
  { commit, beside }: Pick<Received, 'commit' | 'beside'>,
  ofPrograms: string[] = [],
): Promise<News[]> {
  if (beside.length === 0) return []
  const { commit: tip } = await repo.tip()
  const isTheirs = pathMatcher(ofPrograms)
  const news: News[] = []
  for (const each of beside) {
    const others = news.map((known) => known.commit.commit)
    const paths = await added(repo, [commit, tip, ...others], each.commit)
    const isOfPrograms = paths?.every(isTheirs) && placeOf(each).where === HIDDEN
    if (paths !== null && !isOfPrograms) news.push({ commit: each, paths })
  }
  return news
}

/** Paths that `commit` would change in each of the others; null when one of them has all of it. */
async function added(repo: Repo, [first, ...those]: string[], commit: string): Promise<string[] | null> {
  for (const on of those) if ((await changedBy(repo, on, commit)).length === 0) return null
  const paths = await changedBy(repo, first as string, commit)
  return paths.length === 0 ? null : paths
}

async function changedBy(repo: Repo, on: string, commit: string): Promise<string[]> {
  const merge = await repo.merge(on, commit)
  if ('conflicts' in merge) return merge.conflicts
  return (await repo.changes(on, merge.tree)).map(({ path }) => path)
}

/** Points the attempt's refs at these commits, and removes its other ones. */
export async function keepBeside(
  { repo }: World,
  { ticket, attempt }: Pick<Member, 'ticket' | 'attempt'>,
  base: CommitInfo,
  news: News[],
): Promise<Beside[]> {
  const refOf = (at: number) => `${besideRef(ticket.id, attempt)}/${at + 1}`
  for (const [at, { commit }] of news.entries()) await repo.keep(refOf(at), commit.commit)
  // What is no longer there is told to nobody; that it was looked for hides what lay beside an earlier attempt.
  const isLater = attempt > 1 && news.length === 0
  for (let at = news.length; (isLater && at === 0) || (await repo.find(refOf(at))) !== null; at++)
    await repo.keep(refOf(at), base.commit)
  return news.map(({ commit, paths }, at) => ({ ...placeOf(commit), ref: refOf(at), paths }))
}

/** One line for people and agents: where it lay, and what it would change. */
export const besideLine = ({ where, paths }: Pick<Beside, 'where' | 'paths'>): string =>
  `${where} (${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''})`

/** Describes it in one line, with its ref. */
export const keptLine = (beside: Beside): string => `${besideLine(beside)}, saved in ${beside.ref}`

/**
 * Brings the work beside the newest earlier attempt into the checkout, each as a branch. Gives words for the agent
 * about it; null when `work`, which it continues, and `main` have everything.
 */
export async function bringBeside(
  { repo }: World,
  sandbox: Sandbox,
  { ticket, earlier }: Brief,
  work: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { commit: tip } = await repo.tip()
  for (const { number } of earlier.toReversed()) {
    const found = await allOf(repo, besideRef(ticket.id, number))
    if (found.length === 0) continue
    const lines: string[] = []
    for (const each of found.filter(({ subject }) => subject.startsWith(BESIDE))) {
      const paths = await added(repo, [tip, work ?? tip], each.commit)
      if (paths === null) continue
      const branch = `beside/${lines.length + 1}`
      await sandbox.bring(each.commit, signal)
      await gitTry(sandbox, ['branch', branch, each.commit], signal)
      lines.push(`  ${branch}: ${besideLine({ ...placeOf(each), paths })}`)
    }
    return lines.length === 0 ? null : `Attempt ${number} ${LEFT}\n${lines.join('\n')}`
  }
  return null
}

const LEFT =
  'left work outside its checkout. It is now in these branches. Commit your work, then git merge each branch that is part of the ticket. Delete the others:'

async function allOf(repo: Repo, folder: string): Promise<CommitInfo[]> {
  const all: CommitInfo[] = []
  for (;;) {
    const found = await repo.find(`${folder}/${all.length + 1}`)
    if (found === null) return all
    all.push(found)
  }
}
