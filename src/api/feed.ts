/**
 * Feed of the log to any number of clients as server-sent events, read once for all of them.
 *
 * Each client has a cursor and receives what its connection can carry, so a slow reader holds nothing in memory; one
 * that reads nothing between two heartbeats is dropped, and resumes later from its last event.
 *
 * It also sends messages without an id: `hello` with the server's start, so that a page sees a restart, and with the
 * log's head and identity, so that a page does not continue with the numbers of another log; `builds`, with the builds
 * of the server and of the installed program, when they change; and `pulse` when something outside of the log changes:
 * the merge queue, the agents, a pause.
 */
import type { ServerResponse } from 'node:http'
import type { Records } from '../ports/world.ts'
import type { LogEntry } from '../ticket/events.ts'
import { SECURITY_HEADERS } from './guard.ts'
import { eventJson } from './json.ts'
import type { ApiServer } from './server.ts'

/** Feed of the log. */
export interface Feed {
  /** Sends the response everything after `after`, until it is closed. */
  join(response: ServerResponse, at: Place): void
}

interface Place {
  after: number
  /** Newest number now. */
  head: number
  /** Identity of the log: a restored backup's is another one. */
  log: string
}

interface Frame {
  seq: number
  bytes: Buffer
}

interface Client {
  response: ServerResponse
  cursor: number
  pulling: boolean
  /** True when its connection was full at the last heartbeat. */
  stuck: boolean
}

/** State of the feed while there is at least one client. */
interface Session {
  clients: Set<Client>
  /** Newest frames without a gap, up to `head`. */
  recent: Frame[]
  head: number
  ended: AbortController
  /** Ends the wait for a change. */
  nap: AbortController
  /** State outside of the log, as last sent; null at first. */
  pulse: string | null
  builds: string
}

type Source = Pick<ApiServer, 'records' | 'onChange' | 'note' | 'info' | 'running'>

const POLL_MS = 1000
/** Milliseconds between reads: at most 20 per second, however much happens. */
const GAP_MS = 50
const HEARTBEAT_MS = 15_000
const PAGE = 100
const RECENT = 200
const MAX_WRITE = 256 * 1024

/** Makes the feed. Its errors end all connections, and go to the log. */
export function feed(source: Source): Feed {
  const { records, onChange, note } = source
  let session: Session | null = null

  function begin(head: number): Session {
    const begun = {
      clients: new Set<Client>(),
      recent: [],
      head,
      ended: new AbortController(),
      nap: new AbortController(),
      pulse: null,
      builds: JSON.stringify(buildsOf(source)),
    }
    const ignore = onChange(() => begun.nap.abort())
    begun.ended.signal.addEventListener('abort', () => {
      session = null
      begun.nap.abort()
      ignore()
    })
    Promise.all([follow(begun, source), beat(begun, records)]).catch((error: unknown) => {
      note(`the stream of events broke off: ${error instanceof Error ? error.message : error}`)
      begun.ended.abort()
      for (const { response } of begun.clients) response.destroy()
    })
    return begun
  }

  return {
    join: (response, { after, head, log }) => {
      if (response.destroyed) return
      session ??= begin(head)
      const { clients, ended } = session
      const client = { response, cursor: Math.min(after, head), pulling: false, stuck: false }
      clients.add(client)
      response.on('close', () => {
        clients.delete(client)
        if (clients.size === 0) ended.abort()
      })
      greet(client, { started_at: source.info()?.startedAt ?? null, head, log, builds: buildsOf(source) })
      void pull(session, client, records)
    },
  }
}

function greet({ response, cursor }: Client, hello: object): void {
  const headers = { ...SECURITY_HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.write(`retry: 1000\nid: ${cursor}\n\n${told('hello', hello)}`)
}

const told = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Builds of the server and of the installed program; null where no server runs. */
function buildsOf({ info }: Source) {
  const server = info()
  return server && { version: server.version, build: server.build, installed: server.installed }
}

/** State that no event carries. The reason for idle agents includes minutes, so it is sent anew once a minute. */
async function pulse({ running, records }: Source): Promise<string> {
  const idle = running?.idle() ?? null
  const minute = idle && Math.floor(records.clock.now() / 60_000)
  return JSON.stringify([running?.agents(), running?.mergeQueue(), await running?.paused(), idle, minute])
}

async function follow(session: Session, source: Source): Promise<void> {
  const { records } = source
  while (!session.ended.signal.aborted) {
    session.nap = new AbortController()
    await advance(session, records)
    const now = await pulse(source)
    if (session.pulse !== null && now !== session.pulse)
      for (const { response } of session.clients)
        if (!response.writableNeedDrain) response.write(told('pulse', {}))
    session.pulse = now
    tellBuilds(session, source)
    await records.clock.sleep(GAP_MS, session.ended.signal)
    await records.clock.sleep(POLL_MS, session.nap.signal)
  }
}

function tellBuilds(session: Session, source: Source): void {
  const builds = buildsOf(source)
  if (builds === null || JSON.stringify(builds) === session.builds) return
  session.builds = JSON.stringify(builds)
  for (const { response } of session.clients) response.write(told('builds', builds))
}

async function advance(session: Session, records: Records): Promise<void> {
  for (;;) {
    const entries = await records.store.events({ after: session.head, limit: PAGE })
    if (entries.length === 0) return
    session.recent = [...session.recent, ...entries.map(frame)].slice(-RECENT)
    session.head = entries.at(-1)!.seq
    for (const client of session.clients) void pull(session, client, records)
  }
}

async function beat(session: Session, records: Records): Promise<void> {
  for (;;) {
    await records.clock.sleep(HEARTBEAT_MS, session.ended.signal)
    if (session.ended.signal.aborted) return
    for (const client of session.clients) heartbeat(client)
  }
}

function heartbeat(client: Client): void {
  const full = client.response.writableNeedDrain
  if (full && client.stuck) client.response.destroy()
  else if (!full) client.response.write(': \n\n')
  client.stuck = full
}

/** Brings one client up to the head of the log, as fast as its connection accepts it. */
async function pull(session: Session, client: Client, records: Records): Promise<void> {
  if (client.pulling) return
  client.pulling = true
  try {
    while (!client.response.destroyed && client.cursor < session.head) {
      for (const { last, bytes } of writes(await framesAfter(session, client.cursor, records))) {
        if (!client.response.write(bytes)) await drained(client.response)
        if (client.response.destroyed) return
        client.cursor = last
      }
    }
  } catch {
    client.response.destroy()
  } finally {
    client.pulling = false
  }
}

async function framesAfter({ recent }: Session, cursor: number, { store }: Records): Promise<Frame[]> {
  const first = recent[0]?.seq
  if (first !== undefined && first <= cursor + 1) return recent.slice(cursor + 1 - first)
  return (await store.events({ after: cursor, limit: PAGE })).map(frame)
}

/** Joins frames, so that one write carries many small ones. */
function* writes(frames: Frame[]): Generator<{ last: number; bytes: Buffer }> {
  for (let from = 0, to = 0; from < frames.length; from = to) {
    let size = 0
    do size += frames[to++]!.bytes.length
    while (to < frames.length && size + frames[to]!.bytes.length <= MAX_WRITE)
    yield {
      last: frames[to - 1]!.seq,
      bytes: Buffer.concat(frames.slice(from, to).map(({ bytes }) => bytes)),
    }
  }
}

function frame(entry: LogEntry): Frame {
  const data = JSON.stringify(eventJson(entry))
  return {
    seq: entry.seq,
    bytes: Buffer.from(`id: ${entry.seq}\nevent: ${entry.event.type}\ndata: ${data}\n\n`),
  }
}

const drained = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
    if (response.destroyed) done()
  })
