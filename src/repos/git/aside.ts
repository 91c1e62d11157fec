/** Renames refs of attempts: their numbers will be given out again, and their work must not be lost. */
import type { Git } from './run.ts'

/** Refs to rename, and their new place. */
export interface Aside {
  /** Prefix of the new names. */
  under: string
  isKnown: (ticket: number, attempt: number) => boolean
}

/** Renames all refs of unknown attempts, or none. Gives their count, and the highest ticket number of any ref. */
export async function setAside(
  git: Git,
  { under, isKnown }: Aside,
): Promise<{ count: number; highest: number }> {
  const { stdout } = await git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/swarm/'])
  const refs = stdout.toString().split('\n').flatMap(attemptRef)
  const moved = refs.filter(({ ticket, attempt }) => !isKnown(ticket, attempt))
  const moves = moved.flatMap(({ commit, name }) => [
    `create ${under}/${name} ${commit}`,
    `delete refs/swarm/${name} ${commit}`,
  ])
  if (moves.length > 0) await git(['update-ref', '--stdin'], { input: `${moves.join('\n')}\n` })
  return { count: moved.length, highest: Math.max(0, ...refs.map(({ ticket }) => ticket)) }
}

function attemptRef(line: string) {
  const [, commit, name, ticket, attempt] =
    /^(\w+) refs\/swarm\/((?:raw|work|candidate)\/(\d{1,15})\/(\d{1,15}))$/.exec(line) ?? []
  if (commit === undefined || name === undefined) return []
  return [{ commit, name, ticket: Number(ticket), attempt: Number(attempt) }]
}
