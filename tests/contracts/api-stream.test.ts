import { once } from 'node:events'
import { get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { api } from '../../src/api/app.ts'
import { client, type EventEntry } from '../../src/api/client.ts'
import { listen } from '../../src/api/listen.ts'
import { file, fileIn } from '../../src/life/tickets/file.ts'
import type { Actor } from '../../src/ticket/commands.ts'
import type { WhyIdle } from '../../src/ticket/idle.ts'
import { atWork, type Served, served } from './api-server.ts'

const PERSON: Actor = { kind: 'person', name: 'human' }

/** All in one transaction. */
const files = ({ store }: Served, count: number, description = '') =>
  store.transact(async (tx) => {
    for (let n = 0; n < count; n++) await fileIn(tx, 1000, { title: `Ticket ${n}`, description }, PERSON)
  })

/** The first `count` events, and then no more are read. */
async function take(events: AsyncIterable<EventEntry>, count: number): Promise<EventEntry[]> {
  const taken: EventEntry[] = []
  for await (const event of events) {
    taken.push(event)
    if (taken.length === count) break
  }
  return taken
}

function ender(): AbortSignal {
  const end = new AbortController()
  onTestFinished(() => end.abort())
  return end.signal
}

const seqs = (events: EventEntry[]) => events.map(({ seq }) => seq)
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => n + first)

/** The stream as it comes over the wire. */
async function stream(
  on: Served,
  headers: Record<string, string> = {},
  query = '',
): Promise<IncomingMessage> {
  const sent = get(`${on.url}/api/events/stream${query}`, {
    headers: { authorization: `Bearer ${on.token}`, ...headers },
    agent: false,
  })
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.on('error', () => undefined)
  onTestFinished(() => void answer.destroy())
  return answer
}

async function text(answer: IncomingMessage, until: string): Promise<string> {
  let all = ''
  for await (const part of answer.iterator({ destroyOnReturn: false })) {
    all += part
    if (all.includes(until)) break
  }
  return all
}

it('sends each event as it happens', async () => {
  const on = await served()
  const answer = await stream(on)
  expect(await text(answer, 'data: ')).toBe(
    'retry: 1000\nid: 0\n\nevent: hello\ndata: {"started_at":1000,"head":0,"log":"","builds":{"version":"0.1.0","build":"one","installed":{"version":"0.1.0","build":"one"}}}\n\n',
  )
  await file(on.server.records, { title: 'Add search' }, PERSON)
  const [id, event, data] = (await text(answer, '\n\n')).split('\n')
  expect([id, event]).toEqual(['id: 1', 'event: created'])
  expect(JSON.parse(data!.slice('data: '.length))).toMatchObject({
    ...{ seq: 1, ticket: 1, by: 'human', sentence: 'human files #1: Add search' },
    event: { type: 'created', title: 'Add search' },
  })
})

it('tells pages anew in each minute in which agents are idle, and in no other', async () => {
  const idle = { current: null as WhyIdle | null }
  const on = await served({ running: { ...atWork(), idle: () => idle.current } })
  const { clock } = on.server.records
  const { sleep } = clock
  let minutes = 0
  clock.now = () => ++minutes * 60_000
  clock.sleep = (ms, signal) => sleep(ms / 50, signal)
  const answer = await stream(on)
  await text(answer, 'data: ')
  await file(on.server.records, { title: 'Add search' }, PERSON)
  expect(await text(answer, 'created')).not.toContain('event: pulse')
  idle.current = { kind: 'nothing to claim' }
  for (let times = 0; times < 3; times++) await text(answer, 'event: pulse')
})

it('goes on after Last-Event-ID, which counts more than ?after', async () => {
  const on = await served()
  await files(on, 5)
  const resumed = await text(await stream(on, { 'last-event-id': '3' }, '?after=1'), 'id: 5')
  expect(resumed.match(/^id: \d+/gm)).toEqual(['id: 3', 'id: 4', 'id: 5'])
})

it('gives everything once, whatever the client missed, while more is written', async () => {
  const on = await served()
  await files(on, 1200)
  const signal = ender()
  const reading = take(on.client.events({ after: 0, signal }), 1300)
  for (const _ of upTo(20)) await files(on, 5)
  expect(seqs(await reading)).toEqual(upTo(1300))
})

it('shows what another process writes, though nobody tells of it', async () => {
  const on = await served({ onChange: () => () => undefined })
  const { clock } = on.server.records
  const { sleep } = clock
  clock.sleep = (ms, signal) => sleep(ms / 50, signal)
  const events = on.client.events({ after: 0, signal: ender() })
  for (const seq of upTo(3)) {
    await files(on, 1)
    expect((await events.next()).value.seq).toBe(seq)
  }
})

it('serves many clients at once, each from its own place', async () => {
  const on = await served()
  await files(on, 20)
  const signal = ender()
  const readings = upTo(30).map((n) => take(on.client.events({ after: n % 20, signal }), 30 - (n % 20)))
  await files(on, 10)
  const all = await Promise.all(readings)
  all.forEach((events, n) => {
    expect(seqs(events)).toEqual(upTo(30, ((n + 1) % 20) + 1))
  })
})

it('loses and repeats nothing when the server is restarted', async () => {
  const on = await served()
  await files(on, 3)
  const events = on.client.events({ after: 0, signal: ender(), retryMs: 10 })
  const before = [await events.next(), await events.next(), await events.next()]
  await on.listening.close()
  await files(on, 3)
  const again = await listen(api(on.server, 'loopback'), { port: on.port })
  onTestFinished(again.close)
  const after = [await events.next(), await events.next(), await events.next()]
  expect([...before, ...after].map(({ value }) => value.seq)).toEqual(upTo(6))
  await events.return(undefined)
})

it('knows its place before the first event', async () => {
  const on = await served()
  await files(on, 3)
  const connected = new AbortController()
  const watching = client({
    ...{ baseUrl: on.url, token: on.token },
    fetch: async (url, init) => {
      const answer = await fetch(url, init)
      connected.abort()
      return answer
    },
  })
  const events = watching.events({ signal: ender(), retryMs: 10 })
  const next = events.next()
  await once(connected.signal, 'abort')
  await on.listening.close()
  await files(on, 1)
  const again = await listen(api(on.server, 'loopback'), { port: on.port })
  onTestFinished(again.close)
  expect((await next).value.seq).toBe(4)
  await events.return(undefined)
})

it('ends with the signal', async () => {
  const on = await served()
  const end = new AbortController()
  const reading = take(on.client.events({ after: 0, signal: end.signal }), 1)
  await files(on, 0)
  end.abort()
  expect(await reading).toEqual([])
})

it('ends at once when the server closes', async () => {
  const on = await served()
  const answer = await stream(on)
  const ended = once(answer, 'end')
  answer.resume()
  await on.listening.close()
  await ended
})

it('gives everything to a client that reads more slowly than the log grows', async () => {
  const on = await served()
  await files(on, 6, 'x'.repeat(300_000))
  const answer = await stream(on, {}, '?after=0')
  await files(on, 5)
  const all = await text(answer, 'id: 11\n')
  expect(all.match(/^id: \d+$/gm)).toEqual(upTo(11, 0).map((n) => `id: ${n}`))
})

it('drops a client that reads nothing between two heartbeats', async () => {
  const on = await served()
  const { sleep } = on.server.records.clock
  let beat = () => {}
  on.server.records.clock.sleep = (ms, signal) =>
    ms < 15_000 ? sleep(ms, signal) : new Promise((resolve) => (beat = resolve))
  await files(on, 30, 'x'.repeat(400_000))
  const { response, url } = await listenAndTell(on)
  const answer = await stream({ ...on, url }, {}, '?after=0')
  const sent = await response
  while (!sent.writableNeedDrain) await new Promise(setImmediate)
  const written = sent.writableLength
  expect(written).toBeLessThan(1024 * 1024)
  beat()
  await new Promise(setImmediate)
  expect([sent.destroyed, sent.writableLength]).toEqual([false, written])
  beat()
  await once(sent, 'close')
  expect(answer.complete).toBe(false)
})

/** Its first answer can be looked at from the inside. */
async function listenAndTell(on: Served) {
  const app = api(on.server, 'in-process')
  let tell = (_: ServerResponse) => {}
  const response = new Promise<ServerResponse>((resolve) => (tell = resolve))
  const fetch: typeof app.fetch = (request, env, context) => {
    tell((env as HttpBindings).outgoing)
    return app.fetch(request, env, context)
  }
  const { url, close } = await listen({ fetch }, { port: 0 })
  onTestFinished(close)
  return { response, url }
}

it('refuses a place that is none', async () => {
  const on = await served()
  expect((await stream(on, { 'last-event-id': 'x' })).statusCode).toBe(400)
  expect((await stream(on, {}, '?after=-1')).statusCode).toBe(400)
})

it('says in-process that only a server streams', async () => {
  const on = await served()
  const here = client({
    ...{ baseUrl: 'http://swarm', token: on.token },
    fetch: (url, init) => api(on.server, 'in-process').request(url, init),
  })
  await expect(here.events({ signal: ender() }).next()).rejects.toMatchObject({
    ...{ name: 'ApiError', status: 501, code: 'not_implemented' },
    message: 'Only a running server streams; ask /api/events for what is new.',
  })
})
