/**
 * More than fifty ways to spend without being counted. An upstream that would go on for ever is asked in each of them until the
 * gateway refuses: what it was asked must fit into the budget, but for one request of each connection.
 */
import { request, type ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { upstreamOf } from '../../src/gateway/model/upstream.ts'
import { reconciled } from '../../src/life/attempt/ledger.ts'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import { type Opened, openedWith, upstreamServer } from './gateway.ts'

/** What each answer of the upstream really costs: a thousand tokens, at $25 a million. */
const TOKENS = 1000
const COST = (TOKENS * 25) / 1e6
const BUDGET = 4 * COST

const start = (usage: object | null) =>
  `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message: { model: 'claude-opus-4-5', ...(usage && { usage }) } })}\n\n`
const delta = (usage: object | null) =>
  `event: message_delta\ndata: ${JSON.stringify({ type: 'message_delta', delta: {}, ...(usage && { usage }) })}\n\n`
const BEGUN = start({ input_tokens: 1, output_tokens: 1 })
const WHOLE = delta({ output_tokens: TOKENS })

const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })

type Answer = (response: ServerResponse) => void

/** How the other side answers. */
const ANSWERS: Record<string, Answer> = {
  'a stream to its end': (to) => stream(to).end(BEGUN + WHOLE),
  'a stream without its end': (to) => stream(to).end(BEGUN),
  'a stream that is cut': (to) => stream(to).write(BEGUN, () => to.destroy()),
  'a stream that is cut before it says anything': (to) => stream(to).write(': ping\n\n', () => to.destroy()),
  'a stream without counts': (to) => stream(to).end(start(null) + delta(null)),
  'a stream with counts that are no numbers': (to) =>
    stream(to).end(start({ input_tokens: '1' }) + delta({ output_tokens: -5 })),
  'a stream with an event that is no JSON': (to) => stream(to).end('data: {"usage"\n\n'),
  'a stream whose last count is less than the one before': (to) =>
    stream(to).end(BEGUN + WHOLE + delta({ output_tokens: 1 })),
  'a stream that ends with an error': (to) =>
    stream(to).end(`${BEGUN}event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n`),
  'an empty answer': (to) => void to.writeHead(200).end(),
  'an answer of an unknown kind': (to) => void to.writeHead(200, { 'content-type': 'x/y' }).end('?'),
  'a whole answer': (to) =>
    void to
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ model: 'claude-opus-4-5', usage: { input_tokens: 1, output_tokens: TOKENS } })),
  'a whole answer without counts': (to) =>
    void to.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  'nothing, and the end of the connection': (to) => void to.destroy(),
}

interface Asker {
  connections: number
  hangsUp: 'never' | 'when asked' | 'at the first byte'
}

/** What the agent does once it has asked, and over how many connections it asks. */
const ASKERS: Record<string, Asker> = {
  'one after the other': { connections: 1, hangsUp: 'never' },
  'many at once': { connections: 16, hangsUp: 'never' },
  'hanging up as soon as it has asked': { connections: 1, hangsUp: 'when asked' },
  'many at once, hanging up at the first byte': { connections: 16, hangsUp: 'at the first byte' },
}

const WAYS = Object.keys(ANSWERS).flatMap((answer) => Object.keys(ASKERS).map((asker) => [answer, asker]))

it('are fifty ways at least', () => expect(WAYS.length).toBeGreaterThanOrEqual(50))

it.each([...WAYS])('is counted: %s, %s', async (answer, asker) => {
  const { connections, hangsUp } = ASKERS[asker]!
  let asked = 0
  const { url } = await upstreamServer((incoming, response) => {
    incoming.resume().once('end', () => {
      asked += 1
      ANSWERS[answer]!(response)
    })
  })
  const on = await withBudget(url)
  for (let round = 0; round < 64 / connections; round++)
    await Promise.all(Array.from({ length: connections }, () => ask(on, hangsUp)))
  expect(asked * COST).toBeLessThanOrEqual(BUDGET + connections * COST)
  expect(on.usage().costUsd ?? 0).toBeGreaterThanOrEqual(Math.min(BUDGET, asked * COST) - 1e-9)
})

it('believes no cost of a harness where the gateway has counted', () => {
  const metered = { ...NO_USAGE, turns: 1, outputTokens: 1000, costUsd: null }
  expect(reconciled({ ...NO_USAGE, turns: 1, costUsd: 0 }, metered).costUsd).toBeNull()
})

it('a count of tokens costs nothing, and a model without a price is not asked while there is a budget', async () => {
  const { url } = await upstreamServer((incoming, response) => {
    incoming.resume()
    response.end('{}')
  })
  const on = await withBudget(url)
  for (let times = 0; times < 10; times++) await ask(on, 'never', { path: '/v1/messages/count_tokens' })
  expect(on.usage().turns).toBe(0)
  expect(await ask(on, 'never', { model: 'claude-unheard-of' })).toBe(400)
})

const withBudget = (baseUrl: string) =>
  openedWith({ upstream: upstreamOf({ kind: 'api key', secret: 'x', baseUrl }), budget: () => BUDGET })

/** Gives the status; null when nothing was waited for. */
function ask(
  on: Opened,
  hangsUp: Asker['hangsUp'],
  { path = '/v1/messages', model = 'claude-opus-4-5' } = {},
): Promise<number | null> {
  const { hostname, port } = new URL(on.url)
  const headers = { authorization: `Bearer ${on.token}` }
  return new Promise((resolve) => {
    const sent = request({ hostname, port, method: 'POST', path: `/model${path}`, headers, agent: false })
    sent.on('error', () => resolve(null))
    sent.on('close', () => resolve(null))
    sent.on('response', (given) => {
      given.on('error', () => {})
      if (hangsUp === 'at the first byte') given.once('data', () => sent.destroy())
      given.on('close', () => resolve(given.statusCode ?? 0))
      given.resume()
    })
    sent.end(JSON.stringify({ model, max_tokens: TOKENS, messages: [] }), () => {
      if (hangsUp === 'when asked') setImmediate(() => sent.destroy())
    })
  })
}
