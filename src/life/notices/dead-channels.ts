/** Dead channels: one that has delivered nothing for a day is itself worth a question in the inbox, once. */
import type { Notice } from '../../ports/notices.ts'
import type { Reads } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { HUMAN, type TicketId } from '../../ticket/ticket.ts'
import { applyIn } from '../apply.ts'
import { isOpen } from '../limits/pauses.ts'
import { fileIn } from '../tickets/file.ts'

/** Milliseconds without a delivery, while something was to be delivered. */
const DAY = 86_400_000
/** Maximum notices of a channel to look at. */
const RECENT = 200

const SWARM: Actor = { kind: 'swarm', name: 'swarm' }

/** Channel that delivers nothing. */
export interface DeadChannel {
  name: string
  /** Time of the oldest notice that failed since the last delivery; milliseconds since the epoch. */
  since: number
  /** Reason why the newest notice did not arrive. */
  why: string
}

/** Filters channels, by their names, for those that are dead at `now` (milliseconds since the epoch). */
export async function deadChannels(store: Reads, names: string[], now: number): Promise<DeadChannel[]> {
  const dead: DeadChannel[] = []
  for (const name of names) {
    const states = ['sent', 'waiting', 'unsure', 'dead'] as const
    const failed = failedSince(await store.notices({ states, channel: name, limit: RECENT }))
    const first = failed.at(-1)
    if (first && now - first.at >= DAY) dead.push({ name, since: first.at, why: failed[0]?.detail ?? '' })
  }
  return dead
}

/** Failed notices since the newest that arrived, newest first. */
function failedSince(notices: Notice[]): Notice[] {
  const arrived = notices.findIndex(({ state }) => state === 'sent')
  const newer = arrived === -1 ? notices : notices.slice(0, arrived)
  return newer.filter(({ state, tries }) => tries > 0 && state !== 'sent')
}

const SETTING = 'notify.dead'

/** Asks about each dead channel once, and closes the question when something arrives again. */
export async function watchChannels(world: Pick<World, 'store' | 'clock' | 'post'>): Promise<void> {
  const names = (await world.post.channels()).map(({ name }) => name)
  const dead = await deadChannels(world.store, names, world.clock.now())
  const before = await askedIn(world.store)
  if (dead.length === 0 && Object.keys(before).length === 0) return
  await world.store.transact(async (tx) => {
    const now = world.clock.now()
    const asked: Asked = {}
    for (const { name, since, why } of dead) {
      asked[name] = before[name] ?? (await fileIn(tx, now, questionOf({ name, since, why }), SWARM)).id
    }
    for (const [name, ticket] of Object.entries(before))
      if (!(name in asked) && (await isOpen(tx, ticket)))
        await applyIn(tx, now, ticket, { type: 'cancel', reason: 'A notice was delivered again.' }, SWARM)
    await tx.putSetting(SETTING, JSON.stringify(asked))
  })
}

/** Tickets that ask about channels, by the channel's name. */
type Asked = Record<string, TicketId>

const askedIn = async (store: Reads): Promise<Asked> => JSON.parse((await store.setting(SETTING)) ?? '{}')

const questionOf = ({ name, since, why }: DeadChannel) => ({
  title: `The channel ${name} has delivered nothing for a day`,
  description: `The channel ${name} has delivered no notice since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC. ${why}\n\nFix it and test it with 'swarm notify test', or remove it from the setting "notify". This question closes when a notice is delivered again.`,
  type: 'question' as const,
  assignedTo: HUMAN,
  createdBy: SWARM.name,
})
