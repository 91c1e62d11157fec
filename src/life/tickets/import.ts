/**
 * Import of many tickets of another tracker: all of them, or none. Tickets of an earlier import are recognised by their
 * keys.
 */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import { fitting } from '../../ticket/size.ts'
import type { TicketId, TicketType } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { blockIn } from './block.ts'
import { fileIn } from './file.ts'

/** Ticket of another tracker. */
export interface Foreign {
  /** Key of the ticket in its tracker. */
  key: string
  title: string
  description: string | null
  type?: TicketType | undefined
  priority: number
  assignedTo: string | null
  /** Keys of its parent and its blockers; missing tickets are left out. */
  parent: string | null
  blockedBy: string[]
  comments: { author: string; body: string }[]
}

/** Import to carry out. */
export interface Import {
  /** Name of the tracker that the keys belong to. Null: keys are not remembered. */
  source: string | null
  tickets: Foreign[]
  /** True: only report what would happen. */
  dryRun: boolean
}

/** Result of an import. */
export interface Imported {
  /** New tickets; `id` is null where nothing was written. */
  created: { key: string; id: TicketId | null; title: string }[]
  known: { key: string; id: TicketId }[]
  /** Blockers that were left out: unknown, or the ticket would wait for itself. */
  dropped: { key: string; by: string }[]
}

/** Imports tickets; a refusal changes nothing. */
export const importTickets = (records: Records, wanted: Import, by: Actor): Promise<Imported | Refusal> =>
  together(records, async (tx, now) => {
    const ids = await knownIds(tx, wanted)
    const known = wanted.tickets.flatMap(({ key }) => (ids.has(key) ? { key, id: ids.get(key)! } : []))
    const fresh = parentsFirst(wanted.tickets.filter(({ key }) => !ids.has(key)))
    const { links, dropped } = linksOf(fresh, ids)
    const created: Imported['created'] = []
    for (const each of fresh) {
      const id = wanted.dryRun ? null : await bring(tx, now, { each, ids, source: wanted.source, by })
      if (id !== null) ids.set(each.key, id)
      created.push({ key: each.key, id, title: each.title })
    }
    for (const [key, blocker] of wanted.dryRun ? [] : links)
      must(await blockIn(tx, now, ids.get(key)!, ids.get(blocker)!, by))
    return { created, known, dropped }
  })

const settingOf = (source: string, key: string) => `import ${source} ${key}`

async function knownIds(tx: Tx, { source, tickets }: Import): Promise<Map<string, TicketId>> {
  const ids = new Map<string, TicketId>()
  if (source === null) return ids
  const keys = new Set(tickets.flatMap(({ key, parent, blockedBy }) => [key, parent ?? key, ...blockedBy]))
  for (const key of keys) {
    const id = await tx.setting(settingOf(source, key))
    if (id !== null) ids.set(key, Number(id))
  }
  return ids
}

interface Bringing {
  each: Foreign
  ids: Map<string, TicketId>
  source: string | null
  by: Actor
}

async function bring(tx: Tx, now: number, { each, ids, source, by }: Bringing): Promise<TicketId> {
  const { key, parent, blockedBy: _, comments, ...ticket } = each
  const { id } = await fileIn(tx, now, { ...fitting(ticket), parent: ids.get(parent ?? '') ?? null }, by)
  for (const { author, body } of comments)
    must(await applyIn(tx, now, id, { type: 'comment', author, body }, by))
  if (source !== null) await tx.putSetting(settingOf(source, key), String(id))
  return id
}

/** Sorts tickets, each after its parent. One that is its own ancestor loses its parent. */
function parentsFirst(tickets: Foreign[]): Foreign[] {
  const byKey = new Map(tickets.map((each) => [each.key, each]))
  const placed = new Map<string, Foreign>()
  const place = (each: Foreign, below: Set<string>) => {
    if (placed.has(each.key)) return
    const parent = byKey.get(each.parent ?? '')
    const isCircle = parent !== undefined && below.has(parent.key)
    if (parent && !isCircle) place(parent, new Set([...below, each.key]))
    placed.set(each.key, isCircle ? { ...each, parent: null } : each)
  }
  for (const each of tickets) place(each, new Set([each.key]))
  return [...placed.values()]
}

type Link = [key: string, blocker: string]

function linksOf(
  tickets: Foreign[],
  ids: Map<string, TicketId>,
): { links: Link[]; dropped: Imported['dropped'] } {
  const isThere = new Set([...ids.keys(), ...tickets.map(({ key }) => key)])
  const waits = new Map<string, Set<string>>()
  const links: Link[] = []
  const dropped: Imported['dropped'] = []
  for (const { key, blockedBy } of tickets)
    for (const blocker of new Set(blockedBy)) {
      if (!isThere.has(blocker) || waitsFor(blocker, key, waits)) {
        dropped.push({ key, by: blocker })
        continue
      }
      waits.set(key, (waits.get(key) ?? new Set()).add(blocker))
      links.push([key, blocker])
    }
  return { links, dropped }
}

/** True when `key` is `other` or waits for it, directly or through others. */
function waitsFor(
  key: string,
  other: string,
  waits: Map<string, Set<string>>,
  seen = new Set<string>(),
): boolean {
  if (key === other) return true
  if (seen.has(key)) return false
  seen.add(key)
  return [...(waits.get(key) ?? [])].some((next) => waitsFor(next, other, waits, seen))
}
