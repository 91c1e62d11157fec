/**
 * Restore of a backup in place of the tickets. Git may be ahead of it: later landings are recorded, so that nothing
 * lands twice; work that the backup does not know is saved under another name; and no ticket id is given out again. All
 * of that happens in a copy. The tickets are exchanged last, at once.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Restored } from '../../cli/swarm/host/backups.ts'
import { reconcile } from '../../life/landing/reconcile.ts'
import type { CommitInfo } from '../../ports/repo.ts'
import { IDS_GIVEN_OUT, RESTORED, type Store } from '../../ports/store.ts'
import { Trouble } from '../../ports/trouble.ts'
import { setAside } from '../../repos/git/aside.ts'
import { inBare } from '../../repos/git/run.ts'
import { exchange } from '../../stores/sqlite/exchange.ts'
import { refuseForeign } from '../../stores/sqlite/foreign.ts'
import { migrate } from '../../stores/sqlite/migrate.ts'
import { copyOnline, readBack, snapshot } from '../../stores/sqlite/online.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'
import { Refused } from '../../ticket/refused.ts'
import { clock } from '../machine/clock.ts'
import type { Environment } from '../machine/environment.ts'
import { stamp } from '../project/backups.ts'
import { isOfAnother } from '../project/identity.ts'
import { takeLock } from '../project/lock.ts'
import { openRepo } from '../project/open.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { namesIn } from '../project/working.ts'
import { carryReceipts } from './carry-receipts.ts'

/**
 * Restores a backup. `named` is a path, or the name of a file among the backups. Throws Refused while a server runs.
 */
export async function restore(
  paths: ProjectPaths,
  environment: Environment,
  named: string,
): Promise<Restored> {
  const file = existsSync(named) ? resolve(named) : join(paths.backups, basename(named))
  if (!existsSync(file)) throw new Refused(`There is no backup ${named}. See them: swarm backup --list.`)
  const lock = takeLock(paths.lock)
  if (lock === null) throw new Refused('The swarm is running. Stop it before a restore: swarm stop.')
  try {
    return await restoreFrom(file, paths, environment)
  } finally {
    remove(draftOf(paths))
    remove(readyOf(paths))
    lock.release()
  }
}

const draftOf = ({ tickets }: ProjectPaths) => `${tickets}.draft`
const readyOf = ({ tickets }: ProjectPaths) => `${tickets}.ready`

async function restoreFrom(file: string, paths: ProjectPaths, environment: Environment): Promise<Restored> {
  const draft = draftOf(paths)
  remove(draft)
  remove(readyOf(paths))
  mkdirSync(dirname(draft), { recursive: true })
  mkdirSync(paths.backups, { recursive: true, mode: 0o700 })
  await loaded(draft, file)
  const now = stamp(clock.now())
  const reconciled = await reconcileRestored(paths, environment, { file, draft, now })
  // Without a log beside it, whether or not the draft's has been played back.
  const { path: fresh, tickets } = await copyOnline(draft, readyOf(paths))
  const aside = join(paths.backups, `replaced-${now}.db`)
  rmSync(aside, { force: true })
  const wasThere = exchange({ path: paths.tickets, fresh, aside })
  // Links that were used since the backup would be good once more.
  rmSync(paths.actionKey, { force: true })
  return { from: file, aside: wasThere ? aside : null, tickets, ...reconciled }
}

/** Loads a backup: read by SQLite, with the log beside it; only ours, upgraded to our schema, and read back whole. */
async function loaded(draft: string, file: string): Promise<void> {
  try {
    refuseForeign(file)
    snapshot(file, draft)
    await migrate(draft)
    refuseForeign(draft)
    await readBack(draft)
  } catch (error) {
    if (error instanceof Trouble && error.code === 'store')
      throw new Refused(`${file} cannot be restored, so nothing was changed. ${error.message}`)
    throw error
  }
}

async function reconcileRestored(
  paths: ProjectPaths,
  environment: Environment,
  { file, draft, now }: { file: string; draft: string; now: string },
): Promise<Pick<Restored, 'landed' | 'setAside' | 'unproven'>> {
  const store = await openSqlite({ path: draft })
  try {
    const { repo, host } = await openRepo(paths, environment)
    if (await isOfAnother(store, repo)) throw new Refused(ofAnother(file))
    const landed = await reconcile({ store, repo, clock, note: () => {} }, 'trailers')
    const known = await attemptsOf(store)
    const { count, highest } = await setAside(inBare(paths.bare, host), {
      under: `refs/swarm/before-restore/${now}`,
      isKnown: (ticket, attempt) => attempt <= (known.get(ticket) ?? 0),
    })
    const unproven = await carryReceipts(
      { repo, store },
      { present: paths.tickets, scratch: `${draft}.present` },
    )
    const given = Math.max(highest, ...known.keys(), ...(await repo.history({})).map(ticketOf))
    await store.transact(async (tx) => {
      await tx.putSetting(IDS_GIVEN_OUT, String(given))
      await tx.putSetting(RESTORED, String(clock.now()))
    })
    return { landed, setAside: count, unproven }
  } finally {
    await store.close()
  }
}

const ofAnother = (file: string) =>
  `${file} is a backup of another project: this one's repository has none of the commits that it names. Nothing was changed.`

const ticketOf = ({ trailers: { ticket = '' } }: CommitInfo) =>
  /^\d{1,15}$/.test(ticket) ? Number(ticket) : 0

/** Number of attempts that each ticket has had. */
async function attemptsOf(store: Store): Promise<Map<number, number>> {
  const newest = new Map<number, number>()
  for (const { id, attempts } of await store.tickets({})) newest.set(id, attempts)
  return newest
}

/** Removes a database with SQLite's files beside it, unfinished copies, and backups of an upgrade. */
function remove(path: string): void {
  for (const name of namesIn(dirname(path)))
    if (
      name === basename(path) ||
      name.startsWith(`${basename(path)}-`) ||
      name.startsWith(`${basename(path)}.`)
    )
      rmSync(join(dirname(path), name), { force: true })
}
