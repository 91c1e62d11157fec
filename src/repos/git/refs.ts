/** Refs of the swarm's own, all together. */
import type { Git } from './run.ts'

/** Lists all refs of the swarm's own, sorted. */
export async function refs(git: Git): Promise<string[]> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname)', 'refs/swarm/'])
  return stdout.toString().split('\n').filter(Boolean)
}

/** Removes refs, all or none; missing ones are ignored. */
export async function drop(git: Git, names: string[]): Promise<void> {
  if (names.length === 0) return
  const there = new Set(await refs(git))
  const gone = [...new Set(names)].filter((name) => there.has(name))
  if (gone.length === 0) return
  await git(['update-ref', '--stdin'], { input: gone.map((name) => `delete ${name}\n`).join('') })
}
