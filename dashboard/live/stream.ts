/**
 * One stream for all tabs of a browser, which opens at most 6 connections to a server: the tab that holds the lock
 * reads it and passes everything on. When that tab goes, another one takes the lock and continues after its own
 * position. Where a browser has no locks, each tab reads for itself.
 */
import { ApiError, type EventEntry } from '../../src/api/client.ts'
import { api } from './api.ts'
import { type Builds, builds } from './build.ts'
import { type Cell, cell } from './cell.ts'
import { type Cursor, cursor } from './cursor.ts'
import { soon } from './soon.ts'

/** State of the connection. `restarted`: live again, on a server that has started anew. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'restarted' | 'signed out'

export const connection: Cell<Connection> = cell<Connection>('connecting')

/** Position and log: a restored backup begins another log, whose numbers mean something else. */
interface Place {
  head: number | null
  log: string | null
}

type Message =
  | { kind: 'entries'; entries: EventEntry[] }
  | ({ kind: 'state'; state: Connection } & Place)
  | { kind: 'pulse' }
  | { kind: 'builds'; builds: Builds | null }
  /** Greeting of a new tab, which asks for the position. */
  | { kind: 'hello' }

const entryListeners = new Set<(entries: EventEntry[]) => void>()
const pulseListeners = new Set<() => void>()
const afreshListeners = new Set<() => void>()

/** Calls the listener with every event, in order, each exactly once. Gives its removal. */
export function onEntries(listener: (entries: EventEntry[]) => void): () => void {
  entryListeners.add(listener)
  return () => void entryListeners.delete(listener)
}

/** Calls the listener when data outside of the log may have changed, or such a change may have been missed. */
export function onPulse(listener: () => void): () => void {
  pulseListeners.add(listener)
  return () => void pulseListeners.delete(listener)
}

/** Calls the listener when everything must be fetched anew: another log continues, or the position was unknown. */
export function onAfresh(listener: () => void): () => void {
  afreshListeners.add(listener)
  return () => void afreshListeners.delete(listener)
}

const PAGE = 200

const place: Cursor = cursor(
  async (after) => (await api.log({ after, limit: PAGE })).events,
  (entries) => {
    for (const listener of entryListeners) listener(entries)
  },
)

/** Identity of the log; null until the server has sent it. */
let log: string | null = null

/** Milliseconds of silence that end a connection: the server gives a sign of life every 15 s. */
const SILENCE_MS = 40_000
const RETRY_MS = 400
const RESTARTED_MS = 6000
const CHANNEL = 'swarm-log'

/** Follows the log from its present end, until the signal aborts. */
export function followLog(signal: AbortSignal): void {
  const channel = new BroadcastChannel(CHANNEL)
  let leads = false
  const tell = (message: Message) => {
    channel.postMessage(message)
    hear(message)
  }
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind !== 'hello') hear(data)
    else if (leads) {
      channel.postMessage({
        ...{ kind: 'state', state: connection.get() },
        ...{ head: place.at(), log },
      } satisfies Message)
      channel.postMessage({ kind: 'builds', builds: builds.get() } satisfies Message)
    }
  }
  channel.postMessage({ kind: 'hello' } satisfies Message)
  signal.addEventListener('abort', () => channel.close())

  const lead = async () => {
    leads = true
    await read(tell, signal)
  }
  if (!navigator.locks) void lead()
  else navigator.locks.request(CHANNEL, { signal }, lead).catch(() => undefined)
}

function hear(message: Message): void {
  if (message.kind === 'entries') void place.take(message.entries).catch(() => undefined)
  else if (message.kind === 'pulse') pulse()
  else if (message.kind === 'builds') builds.set(message.builds)
  else if (message.kind === 'state') {
    const before = connection.get()
    const isOther = log !== null && message.log !== null && message.log !== log
    log = message.log ?? log
    if (isOther) void place.leap(message.head ?? 0)
    // What was asked for while nobody could say where the log is may be from before that.
    const isLate = before === 'reconnecting' && message.head !== null && place.at() === null
    if (message.head !== null) void place.reach(message.head).catch(() => undefined)
    connection.set(message.state)
    if (isOther || isLate) for (const listener of afreshListeners) listener()
    const isBack = message.state === 'live' || message.state === 'restarted'
    if (isBack && before !== message.state) pulse()
  }
}

function pulse() {
  for (const listener of pulseListeners) listener()
}

/** Reads the stream for all tabs. Ends with the signal, or when the session is over. */
async function read(tell: (message: Message) => void, signal: AbortSignal): Promise<void> {
  let startedAt: unknown
  let settle: ReturnType<typeof setTimeout> | undefined
  const say = (state: Connection, at: Place = { head: place.at(), log }) =>
    tell({ kind: 'state', state, ...at })
  const greeted = (data: unknown) => {
    const now = data as { started_at: unknown; head: number; log: string; builds?: Builds | null }
    const isNew = startedAt !== undefined && now.started_at !== startedAt
    startedAt = now.started_at
    clearTimeout(settle)
    const isOther = log !== null && now.log !== log
    say(isNew ? 'restarted' : 'live', { head: isOther ? now.head : (place.at() ?? now.head), log: now.log })
    tell({ kind: 'builds', builds: now.builds ?? null })
    if (isNew) settle = setTimeout(() => say('live'), RESTARTED_MS)
  }
  let come: EventEntry[] = []
  // What comes in one go is passed on in one go.
  const flush = soon(() => {
    const entries = come
    come = []
    tell({ kind: 'entries', entries })
  })
  while (!signal.aborted) {
    const watch = watchdog(signal)
    try {
      const following = api.events({
        after: place.at() ?? undefined,
        signal: watch.signal,
        retryMs: RETRY_MS,
        onSign: (sign) => {
          watch.alive()
          if (sign.kind === 'lost' && !signal.aborted) say('reconnecting')
          if (sign.kind === 'told' && sign.event === 'hello') greeted(sign.data)
          if (sign.kind === 'told' && sign.event === 'builds')
            tell({ kind: 'builds', builds: sign.data as Builds })
          if (sign.kind === 'told' && sign.event === 'pulse') tell({ kind: 'pulse' })
        },
      })
      for await (const entry of following) {
        watch.alive()
        come.push(entry)
        flush()
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return say('signed out')
      say('reconnecting')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    } finally {
      watch.end()
    }
  }
}

/** Makes a signal that aborts with the outer one, or after too long a silence, as after a laptop's sleep. */
function watchdog(outer: AbortSignal) {
  const controller = new AbortController()
  const bark = () => controller.abort()
  let timer = setTimeout(bark, SILENCE_MS)
  outer.addEventListener('abort', bark)
  return {
    signal: controller.signal,
    alive: () => {
      clearTimeout(timer)
      timer = setTimeout(bark, SILENCE_MS)
    },
    end: () => {
      clearTimeout(timer)
      outer.removeEventListener('abort', bark)
    },
  }
}
