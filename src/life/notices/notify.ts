/** Notification of people, beside everything else: nothing waits for it. */
import type { World } from '../../ports/world.ts'
import type { Paused } from '../limits/may-claim.ts'
import { watchChannels } from './dead-channels.ts'
import { deliver, recoverNotices } from './deliver.ts'
import { recordNotices, tell } from './record.ts'

const LOOK_MS = 1000
/** Milliseconds between two checks for dead channels. */
const WATCH_MS = 60_000
/** Milliseconds that a message under way may take before the server ends. */
const GRACE_MS = 2000

/** Runs until the signal aborts and the messages under way have ended. */
export async function notify(
  world: World,
  paused: () => Promise<Paused | null>,
  signal: AbortSignal,
): Promise<void> {
  const late = new AbortController()
  const busy = new Map<string, Promise<unknown>>()
  const noters = new Map<string, ReturnType<typeof noting>>()
  const noterOf = (name: string) => noters.get(name) ?? noters.set(name, noting(world)).get(name)!
  await noterOf('log')(() => recoverNotices(world))
  let watched = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    if (world.clock.monotonic() - watched >= WATCH_MS) {
      watched = world.clock.monotonic()
      await noterOf('watch')(() => watchChannels(world))
    }
    await noterOf('log')(() => paused().then((pause) => gather(world, pause)))
    await noterOf('channels')(async () => {
      for (const channel of await world.post.channels()) {
        if (busy.has(channel.name)) continue
        const sending = noterOf(channel.name)(() => deliver(world, channel, late.signal))
        busy.set(
          channel.name,
          sending.then(() => busy.delete(channel.name)),
        )
      }
    })
    await world.clock.sleep(LOOK_MS, signal)
  }
  const ended = new AbortController()
  world.clock.sleep(GRACE_MS, ended.signal).then(() => late.abort())
  await Promise.all(busy.values())
  ended.abort()
}

/** Runs work whose errors are logged and retried; they never stop the swarm. The same error is logged once. */
function noting(world: World): (work: () => Promise<unknown>) => Promise<void> {
  let noted: string | null = null
  return async (work) => {
    try {
      await work()
      noted = null
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      if (said !== noted) world.note(`notify: ${said}`)
      noted = said
    }
  }
}

async function gather(world: World, pause: Paused | null): Promise<void> {
  await recordNotices(world, await world.post.channels())
  if (pause) await tellPause(world, pause)
}

const TOLD = 'notify.paused'
/** Milliseconds before the same reason is reported again: an expired login is retried every minute. */
const AGAIN_MS = 6 * 3_600_000

/** Causes that a person should hear of; a cause with a ticket is reported by its ticket. */
const WORTH_TELLING = new Set<Paused['cause']>(['usage limit', 'login expired', 'disk'])

async function tellPause(world: World, { cause, reason, until, ticket }: Paused): Promise<void> {
  if (!WORTH_TELLING.has(cause) || ticket !== null) return
  const now = world.clock.now()
  const [at = '0', last = ''] = ((await world.store.setting(TOLD)) ?? '').split(/ (.*)/)
  const since = now - Number(at)
  if (last === cause && since >= 0 && since < AGAIN_MS) return
  await world.store.transact((tx) => tx.putSetting(TOLD, `${now} ${cause}`))
  const when = until === null ? 'for now' : `until ${minuteOf(until)} UTC`
  const body = `All agents are paused ${when}: ${reason}`
  await tell(world, await world.post.channels(), {
    about: `paused ${now}`,
    kind: 'paused',
    ticket: null,
    body,
  })
}

const minuteOf = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
