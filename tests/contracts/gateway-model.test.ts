import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type Credential, upstreamOf } from '../../src/gateway/model/upstream.ts'
import { priceList } from '../../src/ticket/prices.ts'
import { modelServer } from '../model/server.ts'
import { type Opened, openedWith, send, upstreamServer } from './gateway.ts'
import { askingTwice, beside, standStill } from './still.ts'

const CANARY = 'sk-ant-api03-canary-of-the-tests'

const key = (baseUrl: string): Credential => ({ kind: 'api key', secret: CANARY, baseUrl })

const behind = (baseUrl: string, more: { budget?: number; prices?: string[] } = {}) =>
  openedWith({
    upstream: upstreamOf(key(baseUrl)),
    budget: () => more.budget ?? null,
    prices: () => priceList(more.prices ?? []),
  })

const bearer = ({ token }: Opened) => ({ authorization: `Bearer ${token}` })

const ask = (on: Opened, more: { path?: string; stream?: boolean; model?: string } = {}) =>
  send(on.url, {
    method: 'POST',
    path: `/model${more.path ?? '/v1/messages?beta=true'}`,
    headers: { ...bearer(on), 'content-type': 'application/json', 'anthropic-beta': 'effort-2025-11-24' },
    body: JSON.stringify({
      model: more.model ?? 'claude-opus-4-5',
      stream: more.stream ?? true,
      messages: [],
    }),
  })

async function scripted() {
  const model = await modelServer()
  onTestFinished(() => model.close())
  return model
}

/** An upstream that gives this answer to everything. */
const answering = (status: number, headers: Record<string, string>, body = '') =>
  upstreamServer((asked, response) => {
    asked.resume()
    response.writeHead(status, headers).end(body)
  })

it('adds the credential on the way and takes the token off', async () => {
  const model = await scripted()
  const on = await behind(model.url)
  expect(on.env).toMatchObject({ ANTHROPIC_BASE_URL: `${on.url}/model`, ANTHROPIC_AUTH_TOKEN: on.token })
  expect(await ask(on)).toMatchObject({ status: 200 })
  const { headers, path } = model.requests[0]!
  expect(path).toBe('/v1/messages')
  expect(headers).toMatchObject({ 'x-api-key': CANARY, 'anthropic-beta': 'effort-2025-11-24' })
  expect(JSON.stringify(headers)).not.toContain(on.token)
  expect(JSON.stringify(on)).not.toContain(CANARY)
})

it('shows a setup token as a login, with the beta that it needs beside those of the harness', async () => {
  const model = await scripted()
  const credential: Credential = { kind: 'setup token', secret: 'sk-ant-oat01-x', baseUrl: model.url }
  const on = await openedWith({ upstream: upstreamOf(credential) })
  await ask(on)
  expect(model.requests[0]!.headers).toMatchObject({
    ...{ authorization: 'Bearer sk-ant-oat01-x', 'anthropic-beta': 'effort-2025-11-24,oauth-2025-04-20' },
  })
  expect(model.requests[0]!.headers['x-api-key']).toBeUndefined()
})

it('takes the token as a bearer or as a key, and nothing else for it', async () => {
  const model = await scripted()
  const on = await behind(model.url)
  const post = { method: 'POST', path: '/model/v1/messages', body: '{}' }
  expect((await send(on.url, { ...post, headers: { 'x-api-key': on.token } })).status).toBe(200)
  const wrong: Record<string, string>[] = [
    {},
    { authorization: 'Bearer x' },
    { 'x-api-key': CANARY },
    { cookie: on.token },
  ]
  for (const headers of wrong)
    expect(await send(on.url, { ...post, headers })).toMatchObject({
      ...{ status: 401, body: expect.stringContaining('not its token') },
    })
  expect(model.requests).toHaveLength(1)
  expect(on.refused()).toBe(4)
})

it.each([
  ['POST', '/v1/complete'],
  ['GET', '/v1/messages'],
  ['DELETE', '/v1/messages'],
  ['POST', '/v1/messages/batches'],
  ['POST', '/v1/files'],
  ['GET', '/v1/organizations/me'],
  ['GET', '/v1/messages/../organizations/api_keys'],
  ['POST', '/v1/messages%2f..%2ffiles'],
  ['POST', '//other.example/v1/messages'],
  ['POST', '@other.example/v1/messages'],
  ['POST', '/v1/messages/'],
  ['POST', '/V1/messages'],
  ['GET', '/v1/models/../../x'],
])('does not pass on %s %s', async (method, path) => {
  const seen: string[] = []
  const there = await upstreamServer((asked, response) => {
    seen.push(asked.url!)
    response.end()
  })
  const on = await behind(there.url)
  const { status } = await send(on.url, { method, path: `/model${path}`, headers: bearer(on) })
  expect(status).toBe(404)
  expect(seen).toEqual([])
})

it('passes on lists of models and counts of tokens', async () => {
  const there = await answering(200, { 'content-type': 'application/json' }, '{"data":[]}')
  const on = await behind(there.url)
  for (const path of ['/v1/models', '/v1/models/claude-opus-4-5', '/v1/models?limit=1'])
    expect((await send(on.url, { path: `/model${path}`, headers: bearer(on) })).status).toBe(200)
  expect(await ask(on, { path: '/v1/messages/count_tokens' })).toMatchObject({ status: 200 })
  expect(on.usage().turns).toBe(0)
})

it('meters streams and whole answers, and knows what they cost', async () => {
  const model = await scripted()
  const on = await behind(model.url)
  for (const stream of [true, false]) await ask(on, { stream })
  const asked = model.requests.reduce((sum, { inputTokens }) => sum + inputTokens, 0)
  const { inputTokens, outputTokens, turns, costUsd } = on.usage()
  expect({ inputTokens, turns }).toEqual({ inputTokens: asked, turns: 2 })
  expect(costUsd).toBeCloseTo((asked * 5 + outputTokens * 25) / 1e6, 12)
  expect(on.events.filter(({ type }) => type === 'metered')).toHaveLength(2)
})

it('counts what the cache gave and took, at its price', async () => {
  const usage = {
    ...{
      input_tokens: 10,
      output_tokens: 20,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 300,
    },
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
  }
  const body = JSON.stringify({ type: 'message', model: 'us.anthropic.claude-opus-4-5-20251101-v1:0', usage })
  const on = await behind((await answering(200, { 'content-type': 'application/json' }, body)).url)
  await ask(on, { stream: false })
  expect(on.usage()).toMatchObject({ cacheReadTokens: 1000, cacheWriteTokens: 300 })
  expect(on.usage().costUsd).toBeCloseTo((10 * 5 + 20 * 25 + 1000 * 0.5 + 100 * 6.25 + 200 * 10) / 1e6, 12)
})

it('meters what Bedrock streams in frames of its own', async () => {
  const frame = (event: object) => {
    const payload = Buffer.from(
      JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64') }),
    )
    const head = Buffer.alloc(12)
    head.writeUInt32BE(16 + payload.length, 0)
    return Buffer.concat([head, payload, Buffer.alloc(4)])
  }
  const start = {
    type: 'message_start',
    message: { model: 'claude-opus-4-5', usage: { input_tokens: 9, output_tokens: 1 } },
  }
  const frames = Buffer.concat([frame(start), frame({ type: 'message_delta', usage: { output_tokens: 30 } })])
  const paths: string[] = []
  const there = await upstreamServer((asked, response) => {
    paths.push(`${asked.url} ${asked.headers.authorization}`)
    asked.resume()
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
    response.write(frames.subarray(0, 20))
    setImmediate(() => response.end(frames.subarray(20)))
  })
  const credential: Credential = {
    kind: 'bedrock',
    secret: 'aws-key',
    region: 'eu-west-1',
    baseUrl: there.url,
  }
  const on = await openedWith({ upstream: upstreamOf(credential) })
  const path = '/model/us.anthropic.claude-opus-4-5-20251101-v1:0/invoke-with-response-stream'
  expect(await ask(on, { path })).toMatchObject({ status: 200 })
  expect(paths).toEqual([`${path} Bearer aws-key`])
  expect(on.usage()).toMatchObject({ inputTokens: 9, outputTokens: 30 })
  expect(await ask(on)).toMatchObject({ status: 404 })
})

it('stops asking once the budget is used up, and says so', async () => {
  const model = await scripted()
  const on = await behind(model.url, { budget: 0.0001 })
  expect(await ask(on)).toMatchObject({ status: 200 })
  expect(await ask(on)).toMatchObject({
    status: 400,
    body: expect.stringContaining('of its budget of $0.00'),
  })
  expect(model.requests).toHaveLength(1)
  expect(on.news()).toMatchObject({ kind: 'budget' })
})

it('keeps no budget that it cannot count, and says what is missing', async () => {
  const model = await scripted()
  const on = await behind(model.url, { budget: 5 })
  expect(await ask(on, { model: 'claude-unheard-of' })).toMatchObject({
    status: 400,
    body: expect.stringContaining('The price of claude-unheard-of is unknown'),
  })
  expect(model.requests).toEqual([])
  const unlimited = await behind(model.url)
  await ask(unlimited, { model: 'claude-unheard-of' })
  expect(unlimited.usage().costUsd).toBeNull()
  const known = await behind(model.url, { budget: 5, prices: ['claude-unheard-of=3/15'] })
  await ask(known, { model: 'claude-unheard-of' })
  expect(known.usage().costUsd).toBeGreaterThan(0)
})

it.each([
  [
    429,
    { 'anthropic-ratelimit-unified-status': 'rejected', 'anthropic-ratelimit-unified-reset': '4102444800' },
    'usage limit',
  ],
  [429, { 'retry-after': '3600' }, 'usage limit'],
  [429, { 'retry-after': '5' }, 'overloaded'],
  [529, {}, 'overloaded'],
  [503, {}, 'overloaded'],
  [401, {}, 'login expired'],
  [403, {}, 'login expired'],
  [402, {}, 'login expired'],
])('tells of a %i with %o as %s', async (status, headers, kind) => {
  const there = await answering(status, headers, `{"error":{"message":"Key ${CANARY} says no."}}`)
  const on = await behind(there.url)
  const got = await ask(on)
  expect(got).toMatchObject({ status, headers })
  expect(got.body).toContain('[redacted] says no')
  expect(on.news()?.kind).toBe(kind)
  expect(JSON.stringify(on.events)).not.toContain(CANARY)
})

it('clamps a reset to a week, and forgets bad news when the model answers again', async () => {
  let status = 429
  const reset = {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': '4102444800',
  }
  const there = await upstreamServer((asked, response) => {
    asked.resume()
    response.writeHead(status, reset).end('{}')
  })
  const now = Date.parse('2026-01-01T00:00:00Z')
  const on = await openedWith({
    upstream: upstreamOf(key(there.url)),
    clocks: { now: () => now, monotonic: () => 0 },
  })
  await ask(on)
  expect(on.news()?.until).toBe(now + 7 * 86_400_000)
  status = 200
  await ask(on)
  expect(on.news()).toBeNull()
})

it('follows no redirect, and does not hand it on', async () => {
  const other = await upstreamServer((_, response) => void response.end('stolen'))
  const there = await answering(307, { location: `${other.url}/v1/messages` })
  const on = await behind(there.url)
  const got = await ask(on)
  expect(got).toMatchObject({ status: 502, body: expect.stringContaining('does not follow redirects') })
  expect(got.headers.location).toBeUndefined()
})

it('says that the model cannot be reached', async () => {
  const on = await behind('http://127.0.0.1:9')
  expect(await ask(on)).toMatchObject({ status: 502, body: expect.stringContaining('cannot be reached') })
  expect(on.news()).toMatchObject({ kind: 'overloaded' })
})

it('passes each piece on as it comes, and tells the other side when the asker has gone', async () => {
  let response!: ServerResponse
  let begin!: () => void
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const there = await upstreamServer((asked, answer) => {
    asked.resume()
    response = answer
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.write(
      'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-opus-4-5","usage":{"input_tokens":7,"output_tokens":1}}}\n\n',
    )
    begin()
  })
  const on = await behind(there.url)
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(on.url).port) })
  socket.write(
    `POST /model/v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${on.token}\r\nContent-Length: 2\r\n\r\n{}`,
  )
  await begun
  let text = ''
  while (!text.includes('message_start')) text += (await once(socket, 'data'))[0]
  const gone = once(response, 'close')
  socket.destroy()
  await gone
  while (on.usage().turns === 0) await new Promise((resolve) => setImmediate(resolve))
  // How long the answer would have been was not told, so it counts as it was reserved.
  expect(on.usage()).toMatchObject({ inputTokens: 7, outputTokens: 8192 })
})

it('has no model where the swarm has no credential', async () => {
  const on = await openedWith({ upstream: null })
  expect(on.env).not.toHaveProperty('ANTHROPIC_BASE_URL')
  expect(await ask(on)).toMatchObject({ status: 404, body: expect.stringContaining('without a credential') })
})

it('gives a gate no model and no agent API', async () => {
  const model = await scripted()
  const on = await behind(model.url)
  expect(on.env.SWARM_GIT).toBe(`${on.url}/git`)
  const { gatewayWith } = await import('../story/agents-door.ts')
  const gate = await gatewayWith({ upstream: upstreamOf(key(model.url)) }).openGate({
    ...{ name: 'gate-1', reach: 'loopback' },
    tell: () => {},
  })
  onTestFinished(gate.close)
  const url = gate.env.SWARM_GIT!.replace(/\/git$/, '')
  const headers = { authorization: gate.env.GIT_CONFIG_VALUE_0!.replace('Authorization: ', '') }
  for (const path of ['/model/v1/messages', '/agent/ticket'])
    expect((await send(url, { method: 'POST', path, headers, body: '0\n' })).status).toBe(404)
  expect(Object.keys(gate.env).join()).not.toMatch(/ANTHROPIC|SWARM_TOKEN/)
})

it('asks on no connection that the model has closed meanwhile', async () => {
  const upstream = beside(`
    const server = require('node:net').createServer((socket) => {
      socket.on('error', () => {}).once('data', () => {
        socket.write('HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\ncontent-length: 2\\r\\n\\r\\n{}')
        setTimeout(() => socket.end(), 400)
      })
    })
    server.listen(0, '127.0.0.1', () => console.log(server.address().port))`)
  const on = await behind(`http://127.0.0.1:${await upstream.line()}`)
  const client = beside(askingTwice(`${on.url}/model/v1/messages`, { headers: bearer(on), pauseMs: 200 }))
  expect(await client.line()).toBe('200')
  // The question comes before the end of the connection, and both wait.
  standStill(1000)
  expect(await client.line()).toBe('200')
  expect(on.news()).toBeNull()
})

it('answers on a connection that was long idle, though it learns late of the question', async () => {
  const { url } = await answering(200, { 'content-type': 'application/json' }, '{}')
  const on = await behind(url)
  const client = beside(askingTwice(`${on.url}/model/v1/messages`, { headers: bearer(on), pauseMs: 3800 }))
  expect(await client.line()).toBe('200')
  standStill(7000)
  expect(await client.line()).toBe('200')
})
