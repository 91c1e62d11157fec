import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { dashboard } from '../../src/api/dashboard.ts'
import { dashboardAssets } from '../../src/main/server/assets.ts'
import { COMMIT, canned, cookieOf, raw, type Served, served, withWork } from './api-server.ts'
import { spoken } from './gateway.ts'

interface Route {
  name: string
  method: string
  path: string
  body: string
}

interface Parameter {
  in: string
  name: string
  required?: boolean
}

const queryOf = (parameters: Parameter[]) =>
  parameters
    .filter((each) => each.in === 'query' && each.required)
    .map(({ name }) => `?${name}=9999999999999`)
    .join('')

/** Every route that the document lists, with what makes a request of it; and the agents' own. */
async function routes({ app, token, port }: Served): Promise<Route[]> {
  const headers = { authorization: `Bearer ${token}`, host: `127.0.0.1:${port}` }
  const document = (await (await app.request('/api/openapi.json', { headers })).json()) as {
    paths: Record<string, Record<string, { parameters?: Parameter[] }>>
  }
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      name: `${method} ${path}`,
      method: method.toUpperCase(),
      path: path.replace('{name}', 'server').replace(/\{\w+\}/g, '1') + queryOf(parameters),
      body: method === 'get' ? '' : '{}',
    })),
  )
  return listed.filter(({ path }) => !path.startsWith('/login'))
}

const json = { 'content-type': 'application/json' }

async function statuses(on: Served, headers: Record<string, string>): Promise<Record<string, number>> {
  const all: Record<string, number> = {}
  for (const { name, method, path, body } of await routes(on))
    all[name] = (await raw(on.url + path, { method, headers: { ...json, ...headers }, body })).status
  return all
}

const everything = (status: number) => (all: Record<string, number>) =>
  expect(new Set(Object.values(all)), JSON.stringify(all)).toEqual(new Set([status]))

const reached = (all: Record<string, number>) =>
  expect(Object.entries(all).filter(([, status]) => ![200, 201, 400, 404, 409].includes(status))).toEqual([])

const withTicket = async () => withWork(await served({ world: canned([COMMIT]) }))

it('lets nobody in without a token', async () => {
  const on = await withTicket()
  everything(401)(await statuses(on, {}))
})

it('lets nobody in with a wrong token', async () => {
  const on = await withTicket()
  everything(401)(await statuses(on, { authorization: 'Bearer wrong' }))
  everything(401)(await statuses(on, { authorization: 'Bearer ' }))
  everything(401)(await statuses(on, { cookie: `swarm-${on.port}=9999999999999.wrong` }))
})

it('keeps an agent out of everything but its own API', async () => {
  const on = await withTicket()
  const gateway = await on.gateway.open({
    ...{ ticket: 1, attempt: 1, agent: 'agent-1', reach: 'loopback' as const },
    tell: () => {},
  })
  const authorization = `Bearer ${gateway.env.SWARM_TOKEN}`
  everything(401)(await statuses(on, { authorization }))
  const call = { method: 'POST', headers: { authorization }, body: '1\nlist\0' }
  expect((await raw(`${gateway.env.SWARM_API}/ticket`, call)).status).toBe(200)
  await gateway.close()
  await expect(raw(`${gateway.env.SWARM_API}/ticket`, call)).rejects.toThrow('ECONNREFUSED')
})

it("does not take the person's token for an agent's", async () => {
  const on = await withTicket()
  const headers = { authorization: `Bearer ${on.token}` }
  const gateway = await on.gateway.open({
    ...{ ticket: 1, attempt: 1, agent: 'agent-1', reach: 'loopback' as const },
    tell: () => {},
  })
  onTestFinished(gateway.close)
  expect(
    (await raw(`${gateway.env.SWARM_API}/ticket`, { method: 'POST', headers, body: '0\n' })).status,
  ).toBe(401)
})

it('lets the person in everywhere', async () => {
  const on = await withTicket()
  const all = await statuses(on, { authorization: `Bearer ${on.token}` })
  reached(all)
  expect(Object.keys(all).length).toBeGreaterThan(30)
})

it('lets a browser read with its cookie, and write only from our own page', async () => {
  const on = await withTicket()
  const cookie = await cookieOf(on)
  const before = await on.store.lastSeq()
  const bare = await statuses(on, { cookie })
  for (const [name, status] of Object.entries(bare))
    expect([name, status]).toEqual([name, name.startsWith('get ') ? 200 : 403])
  expect(await on.store.lastSeq()).toBe(before)
  reached(await statuses(on, { cookie, origin: `http://127.0.0.1:${on.port}`, 'x-swarm': '1' }))
})

it('ends a session after its time', async () => {
  const on = await withTicket()
  const cookie = await cookieOf(on)
  on.pass(31 * 24 * 3_600_000)
  expect((await raw(`${on.url}/api/status`, { headers: { cookie } })).status).toBe(401)
})

it('answers only to its own name', async () => {
  const on = await withTicket()
  const ask = (host: string) =>
    raw(`${on.url}/api/status`, { headers: { host, authorization: `Bearer ${on.token}` } })
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    expect((await ask(`${host}:${on.port}`)).status).toBe(200)
  const foreign = [
    'evil.example',
    `evil.example:${on.port}`,
    `0.0.0.0:${on.port}`,
    `[::]:${on.port}`,
    'localhost',
  ]
  for (const host of [...foreign, `localhost:${on.port + 1}`])
    expect([host, (await ask(host)).status]).toEqual([host, 421])
  expect((await ask(`127.0.0.1:${on.port}.evil.example`)).status).toBe(400)
})

it('answers nobody who sends no Host', async () => {
  const on = await withTicket()
  const headers = { host: '', authorization: `Bearer ${on.token}` }
  const { status } = await raw(`${on.url}/api/status`, { headers })
  expect([400, 421]).toContain(status)
})

it('takes no write that another site sends', async () => {
  const on = await withTicket()
  const cookie = await cookieOf(on)
  const before = await on.store.lastSeq()
  const own = `http://127.0.0.1:${on.port}`
  const forms = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']
  const origins = [
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    `https://127.0.0.1:${on.port}`,
    undefined,
  ]
  for (const type of [...forms, 'application/json'])
    for (const origin of origins)
      for (const header of [{}, { 'x-swarm': '1' }] as Record<string, string>[]) {
        const headers = { cookie, 'content-type': type, ...(origin && { origin }), ...header }
        const { status } = await raw(`${on.url}/api/tickets`, {
          method: 'POST',
          headers,
          body: '{"title":"x"}',
        })
        expect([403, 415]).toContain(status)
      }
  const bare = { cookie, origin: own, 'content-type': 'application/json' }
  expect((await raw(`${on.url}/api/stop`, { method: 'POST', headers: bare, body: '{}' })).status).toBe(403)
  for (const type of forms) {
    const headers = { cookie, origin: own, 'x-swarm': '1', 'content-type': type }
    expect((await raw(`${on.url}/api/stop`, { method: 'POST', headers, body: '{}' })).status).toBe(415)
  }
  expect(await on.store.lastSeq()).toBe(before)
  expect(on.asked).toEqual([])
})

it('lets no other page of this machine read with the cookie, and allows no site by CORS', async () => {
  const on = await withTicket()
  const cookie = await cookieOf(on)
  const read = (headers: Record<string, string>) =>
    raw(`${on.url}/api/events/stream`, { headers: { cookie, ...headers } })
  expect((await read({ origin: 'http://localhost:3000' })).status).toBe(403)
  expect((await read({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
  expect((await read({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await read({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  const preflight = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' }
  const { status, headers } = await raw(`${on.url}/api/tickets`, { method: 'OPTIONS', headers: preflight })
  expect(status).toBe(403)
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})

it('opens a login link once, and not after ten minutes', async () => {
  const on = await withTicket()
  const { url } = await on.client.loginLink()
  const first = await raw(url, {})
  expect(first).toMatchObject({ status: 303, headers: { location: '/' } })
  expect(String(first.headers['set-cookie'])).toMatch(
    new RegExp(`^swarm-${on.port}=\\d+\\.[\\w-]{43}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict$`),
  )
  expect((await raw(url, {})).status).toBe(401)
  const late = await on.client.loginLink()
  on.pass(10 * 60_000 + 1)
  expect((await raw(late.url, {})).status).toBe(401)
  expect((await raw(`${on.url}/login?code=guess`, {})).status).toBe(401)
})

it('shows the page of a ticket after the login link, and leads nowhere else', async () => {
  const on = await withTicket()
  const opened = async (more: string) => raw(`${(await on.client.loginLink()).url}&ticket=${more}`, {})
  expect((await opened('14')).headers.location).toBe('/tickets/14')
  expect((await opened('//evil.example')).status).toBe(400)
})

it('gives no file that a path climbs to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'pages/assets'), { recursive: true })
  writeFileSync(join(folder, 'pages/index.html'), 'the page')
  writeFileSync(join(folder, 'pages/assets/own.js'), 'own')
  writeFileSync(join(folder, 'secret.js'), 'secret')
  const on = await served({ world: canned([COMMIT]) })
  on.app.route('/', dashboard(dashboardAssets(join(folder, 'pages'))))
  expect((await raw(`${on.url}/assets/own.js`, {})).body).toBe('own')
  const climbs = ['..', '%2e%2e', '..%2f..', '..%5c..', '%252e%252e', '....//..', '..;', `${folder}`, '%00']
  for (const start of ['', '/assets', '/api/logs', '/api/logs/server', '/api/tickets/1/attempts/1', '/login'])
    for (const climb of climbs)
      for (const end of ['secret.js', '../secret.js', '..%2fsecret.js', 'etc/passwd']) {
        const path = `${start}/${climb}/${end}`
        const { status, body } = await climbing(on, path)
        expect([path, status, /secret|root:/.test(body.replaceAll(/secret\.js/g, ''))]).toEqual([
          path,
          status,
          false,
        ])
      }
})

/** By a socket: what makes URLs would take the dots out. */
const climbing = async ({ port, token }: Served, path: string) => {
  const text = await spoken(
    `http://127.0.0.1:${port}`,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  )
  return { status: Number(text.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n')) }
}

it('sends the headers that keep a browser safe with every answer', async () => {
  const on = await withTicket()
  const authorization = `Bearer ${on.token}`
  const stream = { url: `${on.url}/api/events/stream`, headers: { authorization } }
  const fine = { url: `${on.url}/api/status`, headers: { authorization } }
  for (const { url, headers } of [stream, fine, { url: `${on.url}/api/status`, headers: {} }])
    expect((await raw(url, { headers })).headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
})

it('takes no body over 1 MiB, said or not', async () => {
  const on = await withTicket()
  const headers = { ...json, authorization: `Bearer ${on.token}` }
  const large = JSON.stringify({ title: 'x', description: 'y'.repeat(1024 * 1024) })
  expect((await raw(`${on.url}/api/tickets`, { method: 'POST', headers, body: large })).status).toBe(413)
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  expect((await raw(`${on.url}/api/tickets`, { method: 'POST', headers: chunked, body: large })).status).toBe(
    413,
  )
  const small = JSON.stringify({ title: 'x', description: 'y'.repeat(100_000) })
  expect((await raw(`${on.url}/api/tickets`, { method: 'POST', headers: chunked, body: small })).status).toBe(
    201,
  )
})

it('checks the token in-process, too', async () => {
  const { app, token } = await served()
  const headers = { host: 'swarm' }
  expect((await app.request('/api/status', { headers })).status).toBe(421)
  expect(
    (await app.request('/api/status', { headers: { ...headers, authorization: `Bearer ${token}` } })).status,
  ).toBe(421)
})
