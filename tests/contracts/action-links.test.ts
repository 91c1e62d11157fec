import { expect, it } from 'vitest'
import type { ApiServer } from '../../src/api/server.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import { apply } from '../../src/life/apply.ts'
import { change } from '../../src/life/follow.ts'
import { type ActionLink, newLink, tokenOf } from '../../src/life/tickets/action-link.ts'
import { PERSON } from '../story/swarm.ts'
import { COMMIT, canned, raw, type Served, served } from './api-server.ts'

const PUBLIC = 'https://swarm.example.org'
const KEY = 'the key of this swarm'
const DAY = 86_400_000

interface Public extends Served {
  /** The path of a link. */
  link(about: Partial<ActionLink> & Pick<ActionLink, 'action' | 'ticket'>): string
}

async function openToAll(publicUrl = PUBLIC, world?: ApiServer['world']): Promise<Public> {
  const on = await served({ ...(world && { world }), links: { publicUrl: () => publicUrl, key: () => KEY } })
  const link: Public['link'] = ({ action, ticket, ...more }) => {
    const made = newLink({ action, ticket, attempts: 0 }, on.server.records.clock.now())
    return `/a/${tokenOf({ ...made, ...more }, KEY)}`
  }
  return { ...on, link }
}

const question = async (on: Served, more = {}) =>
  (await on.client.create({ title: 'Which database?', type: 'question', assigned_to: 'human', ...more })).id

const HOST = { host: 'swarm.example.org' }
const look = (on: Served, path: string, headers: Record<string, string> = HOST) =>
  raw(on.url + path, { headers })

/** Sends the form of the page, as a browser that shows the page would. */
async function send(on: Served, path: string, fields: Record<string, string> = {}, headers = {}) {
  const { body: page } = await look(on, path)
  const seen = /name="seen" value="(\d+)"/.exec(page)?.[1] ?? '0'
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: PUBLIC, ...HOST }
  const body = new URLSearchParams({ seen, ...fields }).toString()
  return raw(on.url + path, { method: 'POST', headers: { ...form, ...headers }, body })
}

const statusOf = async (on: Served, id: number) => (await on.client.ticket(id)).status

it('answers a question from afar, and the answer reaches what waited', async () => {
  const on = await openToAll()
  const waiting = (await on.client.create({ title: 'Store it' })).id
  const id = await question(on, { blocks: [waiting] })
  const path = on.link({ action: 'answer', ticket: id })
  const page = await look(on, path)
  expect(page.status).toBe(200)
  expect(page.body).toContain('Question #2: Which database?')
  const done = await send(on, path, { text: 'SQLite' })
  expect([done.status, done.body.includes('human answers #2: SQLite')]).toEqual([200, true])
  expect(await on.client.ticket(id)).toMatchObject({ status: 'done', resolution: 'answered' })
  expect((await on.client.ticket(waiting)).comments.map(({ body }) => body)).toEqual([
    'Answer to #2 (Which database?): SQLite',
  ])
})

it.each([
  ['approve', 'proposal', '', { status: 'open', type: 'task' }],
  ['reject', 'proposal', 'Not now.', { status: 'done', resolution: 'rejected', reason: 'Not now.' }],
  ['pass', 'verify', '', { status: 'done', resolution: 'passed' }],
  ['fail', 'verify', 'It prints nothing.', { status: 'done', resolution: 'failed' }],
] as const)('%ss a %s', async (action, type, text, after) => {
  const on = await openToAll()
  const { id } = await on.client.create({ title: 'Look at this', type, assigned_to: 'human' })
  expect((await send(on, on.link({ action, ticket: id }), { text })).status).toBe(200)
  expect(await on.client.ticket(id)).toMatchObject(after)
})

it('changes nothing when a link is only looked at, however often and by whatever', async () => {
  const on = await openToAll()
  const id = await question(on)
  const path = on.link({ action: 'answer', ticket: id })
  for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS', 'PUT'])
    await raw(on.url + path, { method, headers: { ...HOST, origin: PUBLIC } })
  expect(await statusOf(on, id)).toBe('open')
  expect((await send(on, path, { text: 'SQLite' })).status).toBe(200)
})

it('works once', async () => {
  const on = await openToAll()
  const { id } = await on.client.create({ title: 'Idea', type: 'proposal', assigned_to: 'human' })
  const path = on.link({ action: 'approve', ticket: id })
  expect((await send(on, path)).status).toBe(200)
  await on.client.update(id, { type: 'proposal', assigned_to: 'human' })
  const again = await send(on, path)
  expect([again.status, again.body.includes('This link was already used')]).toEqual([410, true])
  expect(await on.client.ticket(id)).toMatchObject({ type: 'proposal' })
})

it('works once, also when two send it at the same moment', async () => {
  const on = await openToAll()
  const { id } = await on.client.create({ title: 'It prints', type: 'verify', assigned_to: 'human' })
  const path = on.link({ action: 'fail', ticket: id })
  const both = await Promise.all([send(on, path, { text: 'No.' }), send(on, path, { text: 'No.' })])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 410])
  expect((await on.client.tickets()).tickets).toHaveLength(3)
})

it('is not spent by what the ticket refuses', async () => {
  const on = await openToAll()
  const id = await question(on)
  const path = on.link({ action: 'answer', ticket: id })
  const empty = await send(on, path, { text: ' ' })
  expect([empty.status, empty.body.includes('An answer needs text.')]).toEqual([400, true])
  expect((await send(on, path, { text: 'SQLite' })).status).toBe(200)
})

it('expires after four days', async () => {
  const on = await openToAll()
  const id = await question(on)
  const path = on.link({ action: 'answer', ticket: id })
  on.pass(4 * DAY)
  const late = await look(on, path)
  expect([late.status, late.body.includes('This link has expired.')]).toEqual([410, true])
  expect((await send(on, path, { text: 'SQLite' })).status).toBe(410)
  expect(await statusOf(on, id)).toBe('open')
})

it('cannot be changed for another action, ticket, time or attempt', async () => {
  const on = await openToAll()
  for (let n = 0; n < 2; n++)
    await on.client.create({ title: 'Idea', type: 'proposal', assigned_to: 'human' })
  const path = on.link({ action: 'reject', ticket: 1 })
  const parts = path.slice('/a/'.length).split('.')
  const changes: [number, string][] = [
    [0, 'approve'],
    [1, '2'],
    [2, '1'],
    [3, String(Number(parts[3]) + DAY)],
    [4, 'A'.repeat(22)],
    [5, `${parts[5]!.slice(0, -1)}${parts[5]!.endsWith('A') ? 'E' : 'A'}`],
    [5, ''],
  ]
  for (const [at, text] of changes) {
    const changed = `/a/${parts.with(at, text).join('.')}`
    expect((await look(on, changed)).status, changed).toBe(404)
    expect((await send(on, changed, { seen: '0' })).status, changed).toBe(404)
  }
  expect((await on.client.inbox()).tickets.map(({ type, status }) => `${type} ${status}`)).toEqual([
    'proposal open',
    'proposal open',
  ])
})

it('is nothing when it was signed with another key', async () => {
  const on = await openToAll()
  const id = await question(on)
  const other = tokenOf(newLink({ action: 'answer', ticket: id, attempts: 0 }, Date.now()), 'another key')
  expect((await send(on, `/a/${other}`, { text: 'SQLite' })).status).toBe(404)
})

it('is refused for an action that the ticket does not ask for', async () => {
  const on = await openToAll()
  const id = await question(on)
  const path = on.link({ action: 'approve', ticket: id })
  const { status, body } = await look(on, path)
  expect([status, body.includes('there is nothing to approve now')]).toEqual([410, true])
  expect((await send(on, path)).status).toBe(410)
})

it('approves the work that it was sent for, and never that of a later attempt', async () => {
  const on = await openToAll()
  const { records } = on.server
  const { id } = await on.client.create({ title: 'Change the gate' })
  const holdWork = async () => {
    const { attempts } = (await claimNext(records, {
      holder: 'agent-1',
      leaseMs: 60_000,
      harness: 'scripted',
    }))!
    const by = { kind: 'swarm', name: 'agent-1' } as const
    await apply(records, id, { type: 'submit', attempt: attempts, work: `${attempts}`.repeat(40) }, by)
    await apply(records, id, { type: 'hold', attempt: attempts, paths: ['verify.sh'] }, by)
  }
  await holdWork()
  const first = on.link({ action: 'approve', ticket: id, attempts: 1 })
  expect((await look(on, first)).body).toContain('The work changes verify.sh.')
  await apply(records, id, { type: 'reject', reason: 'Weaker than before.' }, PERSON)
  await holdWork()
  expect((await send(on, first)).status).toBe(410)
  expect(await on.client.ticket(id)).toMatchObject({ held: ['verify.sh'] })
  expect((await send(on, on.link({ action: 'approve', ticket: id, attempts: 2 }))).status).toBe(200)
  expect(await on.client.ticket(id)).toMatchObject({ held: [] })
})

it('shows who approves what the work changes against what it really builds on, not where its attempt began', async () => {
  const on = await openToAll(PUBLIC, canned([COMMIT]))
  const { records } = on.server
  const { id } = await on.client.create({ title: 'Change the gate' })
  await claimNext(records, { holder: 'agent-1', leaseMs: 60_000, harness: 'scripted' })
  await records.store.transact((tx) => change(tx, id, 1, { base: 'a'.repeat(40) }))
  const by = { kind: 'swarm', name: 'agent-1' } as const
  await apply(records, id, { type: 'submit', attempt: 1, work: COMMIT.commit }, by)
  await apply(records, id, { type: 'hold', attempt: 1, paths: ['verify.sh'] }, by)
  const { body } = await look(on, on.link({ action: 'approve', ticket: id, attempts: 1 }))
  expect(body).toContain(`diff from ${COMMIT.parents[0]} to ${COMMIT.commit}`)
})

it('decides only about what the person has seen', async () => {
  const on = await openToAll()
  const { id } = await on.client.create({ title: 'Paint it blue', type: 'proposal', assigned_to: 'human' })
  const path = on.link({ action: 'approve', ticket: id })
  on.pass(1000)
  const seen = /value="(\d+)"/.exec((await look(on, path)).body)![1]!
  on.pass(1000)
  await on.client.update(id, { title: 'Delete everything' })
  const { status, body } = await send(on, path, { seen })
  expect([status, body.includes('changed while you looked at it')]).toEqual([409, true])
  expect(await on.client.ticket(id)).toMatchObject({ type: 'proposal' })
})

it.each([
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site with an old browser', { origin: 'https://evil.example' }],
  ['a page without an origin', { origin: 'null' }],
  ['another name of the same site', { 'sec-fetch-site': 'same-site' }],
])('takes no form from %s', async (_, headers) => {
  const on = await openToAll()
  const id = await question(on)
  const path = on.link({ action: 'answer', ticket: id })
  expect((await send(on, path, { text: 'SQLite' }, headers)).status).toBe(403)
  expect(await statusOf(on, id)).toBe('open')
})

it('answers to the public name at its own address only', async () => {
  const on = await openToAll()
  const path = on.link({ action: 'answer', ticket: await question(on) })
  const { token } = on
  for (const other of ['/api/status', '/api/tickets/1', '/login?code=x', '/agent/ticket', '/', '/a', '/ab/c'])
    expect((await look(on, other, { ...HOST, authorization: `Bearer ${token}` })).status, other).toBe(421)
  expect((await look(on, path)).status).toBe(200)
  expect((await look(on, path, { host: 'SWARM.example.org:443' })).status).toBe(200)
  expect((await look(on, path, { host: 'evil.example' })).status).toBe(421)
  expect((await look(on, path, { host: 'swarm.example.org:8443' })).status).toBe(421)
})

it('is not there while no public URL is set', async () => {
  const on = await openToAll('')
  const id = await question(on)
  const path = on.link({ action: 'answer', ticket: id })
  const own = { host: `127.0.0.1:${on.port}`, origin: on.url }
  expect((await raw(on.url + path, { headers: own })).status).toBe(404)
  const body = new URLSearchParams({ seen: '0', text: 'SQLite' }).toString()
  expect((await raw(on.url + path, { method: 'POST', headers: own, body })).status).toBe(404)
  expect((await look(on, path)).status).toBe(421)
})

it('shows what was written as text, runs no script and may be shown in no frame', async () => {
  const on = await openToAll()
  const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&'
  const id = await question(on, { title: evil, description: `${evil}</pre></form>` })
  const { body, headers } = await look(on, on.link({ action: 'answer', ticket: id }))
  expect(body).not.toMatch(/<script|<img/)
  expect(body.match(/<\/form>/g)).toHaveLength(1)
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  )
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
  })
})

it('shows what would turn text round as what it is, and lets each paragraph take its own direction', async () => {
  const on = await openToAll()
  const id = await question(on, { title: 'Pay \u202elib', description: 'שלום\n\nHello \u2067there \u200f' })
  const { body } = await look(on, on.link({ action: 'answer', ticket: id }))
  expect(body).not.toMatch(/[\u200f\u202e\u2067]/)
  expect(body).toContain('Pay \\u202elib</title>')
  expect(body).toContain('<pre dir="auto">שלום\n\nHello \\u2067there \\u200f</pre>')
})

it('takes no body of more than 64 KiB', async () => {
  const on = await openToAll()
  const id = await question(on)
  const path = on.link({ action: 'answer', ticket: id })
  expect((await send(on, path, { text: 'x'.repeat(70_000) })).status).toBe(413)
  expect(await statusOf(on, id)).toBe('open')
})

it('lets nobody in anywhere else', async () => {
  const on = await openToAll()
  const path = on.link({ action: 'answer', ticket: await question(on) })
  const token = path.slice('/a/'.length)
  const own = { host: `127.0.0.1:${on.port}` }
  expect(
    (await raw(`${on.url}/api/status`, { headers: { ...own, authorization: `Bearer ${token}` } })).status,
  ).toBe(401)
  expect((await look(on, path)).headers['set-cookie']).toBeUndefined()
})

it.each([
  ['without', 'open'],
  ['cancel', 'done'],
] as const)(
  'decides from afar what becomes of a ticket whose blocker is gone: %s',
  async (action, status) => {
    const on = await openToAll()
    const base = (await on.client.create({ title: 'Base' })).id
    const waiting = (await on.client.create({ title: 'After', blocked_by: [base] })).id
    await on.client.cancel(base, { reason: 'Wrong idea' })
    const [asked] = (await on.client.inbox()).tickets
    const path = on.link({ action, ticket: asked!.id })
    expect((await look(on, path)).body).toContain('Wrong idea')
    expect((await send(on, path)).status).toBe(200)
    expect(await statusOf(on, waiting)).toBe(status)
    const other = on.link({ action: 'answer', ticket: asked!.id })
    expect((await look(on, other)).status).toBe(410)
  },
)
