/**
 * A backup knows no receipts of what has landed since. The tickets that it takes the place of do: they are carried over,
 * so that every commit on `main` goes on having its receipt.
 */
import { cpSync, existsSync } from 'node:fs'
import { START } from '../../life/names.ts'
import type { Receipt } from '../../ports/attempts.ts'
import type { Repo } from '../../ports/repo.ts'
import type { Store } from '../../ports/store.ts'
import { Trouble } from '../../ports/trouble.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'

/**
 * Gives the commits on `main` that have no green receipt afterwards, newest first. `present` may be gone or damaged; it
 * is read in a copy at `scratch`, for whoever opens it has it open until this process ends.
 */
export async function carryReceipts(
  { repo, store }: { repo: Repo; store: Store },
  { present, scratch }: { present: string; scratch: string },
): Promise<string[]> {
  const began = (await repo.find(START))?.commit
  const history = await repo.history({})
  const first = history.findIndex(({ commit }) => commit === began)
  const landed = first === -1 ? history.slice(0, -1) : history.slice(0, first)
  const unproven = []
  for (const each of landed) if ((await greenOf(store, each.tree)) === null) unproven.push(each)
  if (unproven.length === 0) return []
  const old = await openCopy(present, scratch)
  try {
    const left: string[] = []
    for (const { commit, tree } of unproven) {
      const receipt = old && (await greenOf(old, tree).catch(() => null))
      if (receipt) await carry(store, receipt)
      else left.push(commit)
    }
    return left
  } finally {
    await old?.close()
  }
}

async function openCopy(present: string, scratch: string): Promise<Store | null> {
  if (!existsSync(present)) return null
  for (const part of ['', '-wal']) if (existsSync(present + part)) cpSync(present + part, scratch + part)
  return openSqlite({ path: scratch }).catch((trouble: unknown) => {
    if (trouble instanceof Trouble) return null
    throw trouble
  })
}

const RECENT = 50

const greenOf = async (store: Store, tree: string): Promise<Receipt | null> =>
  (await store.receipts({ tree, limit: RECENT })).find(({ verdict }) => verdict === 'green') ?? null

const carry = (store: Store, { id: _, ...receipt }: Receipt) =>
  store.transact(async (tx) => {
    const isKnown = receipt.ticket !== null && (await tx.ticket(receipt.ticket)) !== null
    await tx.addReceipt({ ...receipt, ticket: isKnown ? receipt.ticket : null })
  })
