/** What the gateway knows of a model that answers nothing: how many requests in a row, what it gave, and since when. */
import { once } from 'node:events'
import { request, type ServerResponse } from 'node:http'
import { beforeEach, expect, it, vi } from 'vitest'
import { QUIET_MS } from '../../src/gateway/model/answering.ts'
import { upstreamOf } from '../../src/gateway/model/upstream.ts'
import { type HandClock, handClock } from '../story/clock.ts'
import { type Opened, openedWith, send, upstreamServer } from './gateway.ts'

const SECOND = 1000
let clock: HandClock
let began = 0
beforeEach(() => {
  clock = handClock()
  began = clock.now()
})

const behind = (baseUrl: string) =>
  openedWith({ upstream: upstreamOf({ kind: 'api key', secret: 'x', baseUrl }), clocks: clock })

/** An upstream that answers each request with the next of these; a number is a status. */
async function answering(...answers: (number | ((to: ServerResponse) => void))[]) {
  let asked = 0
  const { url } = await upstreamServer((incoming, response) => {
    incoming.resume().once('end', () => {
      const answer = answers[asked++]
      if (typeof answer === 'number') response.writeHead(answer).end('{}')
      else answer?.(response)
    })
  })
  return { on: await behind(url) }
}

const asking = ({ token }: Opened, path = '/v1/messages') => ({
  ...{ method: 'POST', path: `/model${path}`, body: '{}' },
  headers: { authorization: `Bearer ${token}` },
})
const ask = (on: Opened, path?: string) => send(on.url, asking(on, path))

it('counts the requests in a row that were refused, by any status that says that it cannot answer', async () => {
  const { on } = await answering(500, 503, 529, 500)
  expect(on.unanswered()).toBeNull()
  for (let n = 1; n <= 4; n++) {
    await ask(on)
    expect(on.unanswered()?.requests).toBe(n)
    clock.turn(SECOND)
  }
  expect(on.unanswered()).toEqual({ requests: 4, gave: [500, 503, 529], since: began })
})

it('begins anew after an answer, also one that says no', async () => {
  const { on } = await answering(500, 200, 500, 400, 529)
  const seen: (number | undefined)[] = []
  for (let n = 0; n < 5; n++) {
    await ask(on)
    seen.push(on.unanswered()?.requests)
  }
  expect(seen).toEqual([1, undefined, 1, undefined, 1])
})

it('takes a count of tokens for no sign that it answers', async () => {
  const { on } = await answering(500, 200)
  await ask(on)
  await ask(on, '/v1/messages/count_tokens')
  expect(on.unanswered()).toMatchObject({ requests: 1 })
})

it('counts what could not be reached', async () => {
  const on = await behind('http://127.0.0.1:9')
  await ask(on)
  await ask(on)
  expect(on.unanswered()).toEqual({ requests: 2, gave: [null], since: began })
})

/** A request for which nothing comes; `hangUp` resolves once the gateway has seen it. */
async function waiting() {
  const open: ServerResponse[] = []
  const { on } = await answering((response) => void open.push(response))
  const { hostname, port } = new URL(on.url)
  const { body, ...how } = asking(on)
  const sent = request({ hostname, port, agent: false, ...how })
  sent.on('error', () => {})
  sent.end(body)
  const [response] = await vi.waitFor(() => {
    expect(open).toHaveLength(1)
    return open as [ServerResponse]
  })
  const hangUp = async () => {
    const gone = once(response, 'close')
    sent.destroy()
    await gone
  }
  return { on, hangUp }
}

it('sees that nothing comes for a request under way, and counts it once when it is given up', async () => {
  const { on, hangUp } = await waiting()
  clock.turn(QUIET_MS - 1)
  expect(on.unanswered()).toBeNull()
  clock.turn(1)
  const silent = { requests: 1, gave: [null], since: began }
  expect(on.unanswered()).toEqual(silent)
  await hangUp()
  expect(on.unanswered()).toEqual(silent)
})

it('holds nothing against a model that is hung up on before it could answer', async () => {
  const { on, hangUp } = await waiting()
  clock.turn(QUIET_MS - 1)
  await hangUp()
  clock.turn(QUIET_MS)
  expect(on.unanswered()).toBeNull()
})

it('sees an answer that stands still, by when the last of it came', async () => {
  let to!: ServerResponse
  const { on } = await answering((response) => {
    to = response
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': begun\n\n')
  })
  const { hostname, port } = new URL(on.url)
  const { body, ...how } = asking(on)
  const sent = request({ hostname, port, agent: false, ...how })
  sent.end(body)
  const [given] = await once(sent, 'response')
  await once(given, 'data')
  clock.turn(QUIET_MS)
  expect(on.unanswered()).toMatchObject({ requests: 1, gave: [null] })
  to.write(': more\n\n')
  await once(given, 'data')
  expect(on.unanswered()).toBeNull()
  to.end()
  given.resume()
  await once(given, 'end')
  clock.turn(QUIET_MS)
  expect(on.unanswered()).toBeNull()
})

it('is not deceived by a wall clock that jumps', async () => {
  const { on } = await waiting()
  clock.jump(3_600_000)
  expect(on.unanswered()).toBeNull()
})
