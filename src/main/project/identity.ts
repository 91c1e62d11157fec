/**
 * Project that tickets belong to. A store names commits: where its swarm began, and what attempts were made on. A
 * repository that has none of them is that of another project.
 */
import type { Repo } from '../../ports/repo.ts'
import type { Store } from '../../ports/store.ts'

/** The setting that names the commit at which the swarm of these tickets began. */
const BEGAN_AT = 'began at'

/** Writes down where the swarm began, unless that is there already. */
export async function rememberBeginning(store: Store, commit: string): Promise<void> {
  if ((await store.setting(BEGAN_AT)) !== null) return
  await store.transact((tx) => tx.putSetting(BEGAN_AT, commit))
}

/** The newest attempts that are looked at. */
const LOOKED_AT = 200

/**
 * Tells whether the tickets are certainly of another project than the repository. Those that name no commit may be
 * anybody's.
 */
export async function isOfAnother(store: Store, repo: Repo): Promise<boolean> {
  const began = await store.setting(BEGAN_AT)
  const bases = (await store.attempts({ limit: LOOKED_AT })).map(({ base }) => base)
  const named = [...new Set([began, ...bases])].filter((commit) => commit !== null)
  if (named.length === 0) return false
  return (await repo.findEach(named)).every((found) => found === null)
}
