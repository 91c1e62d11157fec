/** Keeps people informed beside everything else: nothing waits for it. */
import type { World } from '../ports/world.ts'
import { deliver, recoverNotices } from './deliver.ts'
import { tell, tellLog } from './tell.ts'

/** Why nobody claims anything, and until when; null when they do. */
export type Paused = () => { reason: string; until: number } | null

const LOOK_MS = 1000
/** A message under way may go out before the server ends. */
const GRACE_MS = 2000

/** Runs until the signal aborts, and what was under way then has ended. */
export async function notify(world: World, paused: Paused, signal: AbortSignal): Promise<void> {
  const late = new AbortController()
  const busy = new Map<string, Promise<unknown>>()
  await noting(world, () => recoverNotices(world))
  while (!signal.aborted) {
    await noting(world, () => gather(world, paused()))
    for (const channel of world.post.channels()) {
      if (busy.has(channel.name)) continue
      const sending = noting(world, () => deliver(world, channel, late.signal))
      busy.set(
        channel.name,
        sending.then(() => busy.delete(channel.name)),
      )
    }
    await world.clock.sleep(LOOK_MS, signal)
  }
  const ended = new AbortController()
  world.clock.sleep(GRACE_MS, ended.signal).then(() => late.abort())
  await Promise.all(busy.values())
  ended.abort()
}

/** What goes wrong here is noted and tried again; it never stops the swarm. */
async function noting(world: World, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    world.note(`notify: ${error instanceof Error ? error.message : error}`)
  }
}

async function gather(world: World, pause: ReturnType<Paused>): Promise<void> {
  const channels = world.post.channels()
  await tellLog(world, channels)
  if (pause) await tellPause(world, pause)
}

const TOLD = 'notify.paused'
/** The same reason is told again only after this long: a login that expired is tried every minute. */
const AGAIN_MS = 6 * 3_600_000

/** Only what a person can do something about, or would wonder about. */
const WORTH_TELLING = /^(usage limit|login expired)\b/

async function tellPause(world: World, { reason, until }: NonNullable<ReturnType<Paused>>): Promise<void> {
  const cause = WORTH_TELLING.exec(reason)?.[0]
  if (cause === undefined) return
  const now = world.clock.now()
  const [at = '0', last = ''] = ((await world.store.setting(TOLD)) ?? '').split(/ (.*)/)
  if (last === cause && now - Number(at) < AGAIN_MS) return
  await world.store.transact((tx) => tx.putSetting(TOLD, `${now} ${cause}`))
  const body = `Nobody works until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${reason}`
  await tell(world, world.post.channels(), { about: `paused ${now}`, kind: 'paused', ticket: null, body })
}
