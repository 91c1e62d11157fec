import { expect, it } from 'vitest'
import { api } from '../../src/api/app.ts'
import { ApiError, client } from '../../src/api/client.ts'
import type { ApiServer } from '../../src/api/server.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import { apply } from '../../src/life/apply.ts'
import type { Running } from '../../src/life/run.ts'
import type { Receipt } from '../../src/ports/attempts.ts'
import type { Store } from '../../src/ports/store.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import type { Command } from '../../src/ticket/commands.ts'
import { atWork, COMMIT, canned, fixture, raw, served, withWork } from './api-server.ts'

/** A client of the same handlers, without a network. */
const inProcess = (server: ApiServer) => {
  const app = api(server, 'in-process')
  return client({
    ...{ baseUrl: 'http://swarm', token: server.token },
    fetch: (url, init) => app.request(url, init),
  })
}

/** The server, but with this in place of some of its store. */
const withStore = (server: ApiServer, parts: Partial<Store>): ApiServer => ({
  ...server,
  records: { ...server.records, store: { ...server.records.store, ...parts } },
})

it('files, shows, lists and changes tickets', async () => {
  const { client } = await served()
  const parent = await client.create({ title: ' Shop ', description: 'All of it', priority: 2 })
  expect(parent).toMatchObject({ id: 1, title: 'Shop', type: 'task', status: 'open', created_by: 'human' })
  const child = await client.create({ title: 'Search', parent_id: 1, blocked_by: [1] })
  await client.comment(2, { body: 'With **typos**', author: 'ada' })
  await client.update(2, { title: 'Full-text search', type: 'task', description: null })
  expect(await client.ticket(1)).toMatchObject({
    blocks: [2],
    children: [{ id: 2, title: 'Full-text search', type: 'task', status: 'open' }],
    ...{ attempt_records: [], landing: null, comments: [] },
    events: [{ seq: 1, ticket: 1, sentence: 'human files #1: Shop' }],
  })
  expect(await client.ticket(2)).toMatchObject({
    ...{ blocked_by: [1], created_at: child.created_at },
    comments: [{ id: 1, ticket_id: 2, author: 'ada', body: 'With **typos**' }],
  })
  const page = await client.tickets({ limit: 1 })
  expect([page.tickets.map(({ id }) => id), page.next]).toEqual([[1], 1])
  const rest = await client.tickets({ limit: 1, after: 1 })
  expect([rest.tickets.map(({ id }) => id), rest.next]).toEqual([[2], 2])
  expect(await client.tickets({ after: 2 })).toEqual({ tickets: [], next: null })
  expect((await client.tickets({ status: ['open', 'done'], parent: 1 })).tickets).toHaveLength(1)
  expect((await client.tickets({ assigned_to: 'ada' })).tickets).toEqual([])
})

it('says what agents are not given whole, and takes it', async () => {
  const { client } = await served()
  const long = await client.create({ title: 'Long', description: 'x'.repeat(70_000) })
  expect(long.note).toBe(
    'This description has 70,000 characters. Agents get its first 40,000 and its last 20,000, and a command to read the rest.',
  )
  expect((await client.update(1, { description: 'short' })).note).toBeNull()
  expect((await client.comment(1, { body: 'fine' })).note).toBeNull()
  expect((await client.comment(1, { body: 'y'.repeat(9001) })).note).toMatch(/^This comment has 9,001 char/)
})

it.each<[string, Record<string, string>]>([
  ['with its length', {}],
  ['in pieces', { 'transfer-encoding': 'chunked' }],
])('refuses a body of 100 MB in one sentence, sent %s', async (_, more) => {
  const { url, token } = await served()
  const { status, body } = await raw(`${url}/api/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more },
    body: JSON.stringify({ title: 'Huge', description: 'x'.repeat(100_000_000) }),
  })
  expect([status, JSON.parse(body)]).toEqual([
    413,
    { error: { code: 'too_large', message: 'The body is larger than 1 MiB.' } },
  ])
})

it('refuses to approve work in whose place other work has come since, and approves what was looked at', async () => {
  const { client, server, store } = await withWork(await served())
  const mergeQueue = (command: Command) =>
    apply(server.records, 1, command, { kind: 'swarm', name: 'merge queue' })
  const submit = async (attempt: number) => {
    await mergeQueue({ type: 'submit', attempt, work: COMMIT.commit })
    await mergeQueue({ type: 'hold', attempt, paths: ['verify.sh'] })
  }
  await submit(1)
  await mergeQueue({ type: 'send-back', attempt: 1, ...CONFLICT })
  await claimNext(server.records, { holder: 'agent-2', leaseMs: 60_000, harness: 'scripted' })
  await submit(2)
  const late = {
    status: 409,
    code: 'late',
    message: expect.stringContaining('is now at attempt 2, but you looked at attempt 1'),
  }
  await expect(client.approve(1, { of: 1 })).rejects.toMatchObject(late)
  await expect(client.reject(1, { of: 1 })).rejects.toMatchObject(late)
  expect((await store.ticket(1))?.stage).toMatchObject({
    status: 'ready',
    held: ['verify.sh'],
    approved: false,
  })
  await client.approve(1, { of: 2 })
  expect((await store.ticket(1))?.stage).toMatchObject({ status: 'ready', held: [], approved: true })
})

const CONFLICT = { reason: 'conflict', detail: 'a.txt', charged: true, notBefore: null, front: true } as const

it('moves a ticket by every verb', async () => {
  const { client } = await served()
  const of = async (type: 'proposal' | 'question' | 'verify' | 'task') =>
    (await client.create({ title: type, type, assigned_to: 'human' })).id
  expect(await client.approve(await of('proposal'), { title: 'Better' })).toMatchObject({
    type: 'task',
    title: 'Better',
  })
  expect(await client.reject(await of('proposal'), { reason: 'no' })).toMatchObject({
    resolution: 'rejected',
    reason: 'no',
  })
  expect(await client.answer(await of('question'), { text: 'Blue' })).toMatchObject({
    resolution: 'answered',
  })
  expect(await client.pass(await of('verify'), {})).toMatchObject({ resolution: 'passed' })
  expect(await client.fail(await of('verify'), { reason: 'It crashes' })).toMatchObject({
    failed: { resolution: 'failed' },
    fix: { title: 'Fix: verify', assigned_to: null },
    reverify: { title: 'Re-verify: verify', assigned_to: 'human', type: 'verify' },
  })
  const task = await of('task')
  expect(await client.complete(task, {})).toMatchObject({ status: 'done', resolution: 'no-change' })
  expect(await client.reopen(task, {})).toMatchObject({ status: 'open', assigned_to: null })
  expect(await client.update(task, { status: 'in_progress' })).toMatchObject({ assigned_to: 'human' })
  expect(await client.release(task, { reason: 'Not now' })).toMatchObject({
    status: 'open',
    assigned_to: null,
  })
  expect(await client.block(task, { by: 1 })).toMatchObject({ blocked_by: [1] })
  expect(await client.unblock(task, 1)).toMatchObject({ blocked_by: [] })
  expect(await client.cancel(task, { reason: 'Not wanted' })).toMatchObject({ resolution: 'cancelled' })
})

it('tells where the swarm stands', async () => {
  const wakes: string[] = []
  const readings = async () => [{ name: 't1-a1', cpuPercent: 12.5, memoryBytes: 1e8 }]
  const on = await withWork(await served({ world: canned([COMMIT]), running: atWork(wakes), readings }))
  await on.client.create({ title: 'Waits', blocked_by: [1] })
  await on.client.create({ title: 'Which colour?', assigned_to: 'human' })
  await on.client.create({ title: 'May be claimed' })
  expect(await on.client.status()).toEqual({
    project: { path: '/projects/shop', name: 'shop' },
    branch: 'main',
    tip: { commit: COMMIT.commit, subject: COMMIT.subject, at: COMMIT.at * 1000, verdict: null },
    server: {
      ...{ pid: 42, port: on.port, started_at: 1000, version: '0.1.0' },
      ...{ build: 'one', installed: { version: '0.1.0', build: 'one' } },
      sandbox: { kind: 'process', why: 'asked for by name' },
    },
    agents: [
      {
        ...{ name: 'agent-1', ticket_id: 1, attempt: 1, phase: 'preparing', since: 2000, leaving: false },
        ...{ title: 'Add search', limit_wait: null, cpu_percent: 12.5, memory_bytes: 1e8 },
        unanswered: null,
      },
    ],
    idle: null,
    counts: { open: 3, in_progress: 1, ready: 0, done: 0, blocked: 1, needs_person: 1, claimable: 1 },
    merge_queue: {
      queued: 0,
      now: { ticket_id: 2, title: 'Waits', attempt: 1, doing: 'verifying', since: 3000 },
    },
    paused: { cause: 'overloaded', reason: 'Too much to do.', since: 3000, until: 4000, ticket_id: null },
  })
  expect((await on.client.ready()).tickets.map(({ title }) => title)).toEqual(['May be claimed'])
  expect((await on.client.inbox()).tickets.map(({ title }) => title)).toEqual(['Which colour?'])
  expect(wakes).toEqual(['wake', 'wake', 'wake', 'wake'])
})

it('says why agents have no ticket, and what a model gives instead of answers', async () => {
  const silent = { requests: 14, gave: [500], since: Date.UTC(2026, 0, 1, 16, 5) }
  const idler = {
    name: 'agent-2',
    ticket: null,
    attempt: null,
    since: null,
    leaving: false,
    waitsForLimit: false,
  }
  const running = (parts: Partial<Running> = {}): Running => ({
    ...atWork(),
    agents: () => [
      { ...atWork().agents()[0]!, unanswered: silent },
      { ...idler, unanswered: null },
    ],
    idle: () => ({ kind: 'nothing to claim' }),
    ...parts,
  })
  const on = await withWork(await served({ world: canned([COMMIT]), running: running() }))
  expect((await on.client.status()).agents[0], 'it is prepared yet').toMatchObject({ unanswered: null })
  await apply(
    on.server.records,
    1,
    { type: 'advance', attempt: 1, phase: 'working' },
    { kind: 'swarm', name: 'agent-1' },
  )
  await on.client.create({ title: 'Which colour?', assigned_to: 'human' })
  const { agents, idle } = await on.client.status()
  expect(agents[0]?.unanswered).toEqual({
    ...silent,
    sentence: 'The model has answered 500 to the last 14 requests, since 16:05.',
  })
  expect(idle).toEqual({
    ...{ agents: 1, why: 'nothing to claim' },
    sentence:
      '1 agent is idle: no ticket can be claimed, because 1 ticket is in progress, 1 waits for a person.',
  })
  await on.client.create({ title: 'May be claimed' })
  expect((await on.client.status()).idle, 'it is about to claim that').toBeNull()
})

it('works in-process where no server runs', async () => {
  const client = inProcess((await fixture({ stop: null })).server)
  await client.create({ title: 'Add search' })
  expect(await client.status()).toMatchObject({
    ...{
      branch: null,
      tip: null,
      server: null,
      agents: [],
      merge_queue: { queued: 0, now: null },
      paused: null,
    },
    counts: { open: 1, claimable: 1 },
  })
  expect(await client.history()).toEqual({ commits: [] })
  await expect(client.stop()).rejects.toThrow('No server is running here, so there is nothing to stop.')
  await expect(client.loginLink()).rejects.toThrow('No server is running. Start it first: swarm start.')
})

it('shows attempts and their transcripts', async () => {
  const { client } = await withWork(await served({ world: canned([COMMIT]) }))
  const { attempts } = await client.attempts({ ticket: 1, live: true })
  expect(attempts).toEqual([await client.attempt(1, 1)])
  expect(attempts[0]).toMatchObject({
    holder: 'agent-1',
    harness: 'scripted',
    has_transcript: true,
    outcome: null,
  })
  expect(await client.transcript(1, 1)).toMatchObject({
    text: '{"type":"text","text":"of t1-a1"}\n',
    next: 34,
  })
  expect(await client.transcript(1, 1, { offset: 1, limit: 6 })).toEqual({
    text: '"type"',
    next: 7,
    size: 34,
  })
  await expect(client.attempt(1, 2)).rejects.toMatchObject({
    status: 404,
    message: 'Ticket 1 has no attempt 2.',
  })
})

it('shows each commit of main with the receipt of its tree, or none', async () => {
  const older = { ...COMMIT, commit: 'a'.repeat(40), tree: 'e'.repeat(40), trailers: { ticket: 'many' } }
  const { client, store } = await withWork(await served({ world: canned([COMMIT, older]) }))
  const receipt: Omit<Receipt, 'id'> = {
    ...{ tree: COMMIT.tree, fingerprint: 'f', verdict: 'green' as const, flaky: false, preExisting: false },
    ...{ command: './verify.sh', exit: 0, signal: null, output: 'ok', sandbox: 'process' },
    ...{ ticket: 1, attempt: 1, startedAt: 5, durationMs: 7 },
    doubts: [],
  }
  await store.transact(async (tx) => {
    await tx.addReceipt(receipt)
    await tx.addReceipt({ ...receipt, verdict: 'red' })
  })
  expect((await client.history()).commits).toMatchObject([
    {
      commit: COMMIT.commit,
      ticket_id: 1,
      attempt: 2,
      receipt: { verdict: 'green', started_at: 5, duration_ms: 7 },
    },
    { commit: older.commit, ticket_id: null, attempt: null, receipt: null },
  ])
  expect((await client.receipts({ tree: COMMIT.tree })).receipts.map(({ verdict }) => verdict)).toEqual([
    'red',
    'green',
  ])
  expect((await client.receipts({ ticket: 9 })).receipts).toEqual([])
  expect((await client.landings({ status: 'landed' })).landings).toEqual([])
  expect((await client.status()).tip?.verdict).toBe('green')
})

it('pages the log', async () => {
  const { client } = await withWork(await served())
  const page = await client.log({ limit: 1 })
  expect([page.events.map(({ sentence }) => sentence), page.last]).toEqual([
    ['human files #1: Add search'],
    2,
  ])
  expect((await client.log({ after: 1, ticket: 1 })).events.map(({ seq }) => seq)).toEqual([2])
  const seqs = async (query: Parameters<typeof client.log>[0]) =>
    (await client.log({ order: 'newest', ...query })).events.map(({ seq }) => seq)
  expect(await seqs({})).toEqual([2, 1])
  expect(await seqs({ before: 2 })).toEqual([1])
  expect(await seqs({ ticket: 1, by: 'human' })).toEqual([1])
  expect(await seqs({ by: 'agent-1' })).toEqual([2])
  expect(await seqs({ type: ['created'] })).toEqual([1])
  await expect(client.log({ order: 'newest', after: 1 })).rejects.toMatchObject({ status: 400 })
})

it('pauses by hand, and lifts every pause', async () => {
  const { client, asked, server } = await served()
  const running = atWork(asked)
  server.running = running
  expect(await client.pause({})).toEqual({
    pauses: [{ cause: 'person', reason: 'A person has paused the agents.' }],
  })
  expect((await client.pause({ reason: ' Release today ' })).pauses).toEqual([
    { cause: 'person', reason: 'Release today' },
  ])
  await expect(client.pause({ reason: ' ' })).rejects.toMatchObject({ status: 400 })
  expect((await client.resume()).pauses).toEqual([{ cause: 'person', reason: 'Release today' }])
  expect(await client.resume()).toEqual({ pauses: [] })
  expect(asked).toContain('wake')
})

it('imports many tickets, all or none, and knows them the next time', async () => {
  const { client } = await served()
  const tickets = [
    { key: 'b', title: 'Document search', blocked_by: ['a', 'nowhere'] },
    { key: 'a', title: 'Add search', priority: 3, comments: [{ author: 'ada', body: 'Soon.' }] },
  ]
  const planned = await client.import({ source: 'notes', dry_run: true, tickets })
  expect(planned.created.map(({ key, id }) => [key, id])).toEqual([
    ['b', null],
    ['a', null],
  ])
  expect((await client.tickets()).tickets).toEqual([])
  const { created, known, dropped } = await client.import({ source: 'notes', tickets })
  const idOf = (key: string) => created.find((each) => each.key === key)!.id!
  expect([known, dropped]).toEqual([[], [{ key: 'b', by: 'nowhere' }]])
  expect(await client.ticket(idOf('b'))).toMatchObject({ blocked_by: [idOf('a')] })
  expect(await client.ticket(idOf('a'))).toMatchObject({
    priority: 3,
    comments: [{ author: 'ada', body: 'Soon.' }],
  })
  const again = await client.import({ source: 'notes', tickets: [...tickets, { key: 'c', title: 'Third' }] })
  expect([again.known.map(({ key }) => key).sort(), again.created.map(({ key }) => key)]).toEqual([
    ['a', 'b'],
    ['c'],
  ])
  const wrong = {
    source: null,
    tickets: [
      { key: 'd', title: 'Fine' },
      { key: 'd', title: ' ' },
    ],
  }
  await expect(client.import(wrong)).rejects.toMatchObject({ status: 400 })
  expect((await client.tickets()).tickets).toHaveLength(3)
})

it('rules the server', async () => {
  const { client, asked } = await served()
  expect(await client.setAgents(3)).toEqual({ count: 3 })
  expect((await client.settings()).settings).toMatchObject([{ name: 'agents', value: 3, from: null }])
  expect(await client.logFile('server', { offset: 2 })).toEqual({ text: 'arted\n', next: 8, size: 8 })
  expect(await client.stop()).toEqual({ stopping: true })
  expect(asked).toEqual(['scale 3', 'stop'])
  await expect(client.logFile('agent-7')).rejects.toMatchObject({ status: 404 })
  for (const name of ['../../etc/passwd', '..%2f..%2fetc%2fpasswd', 'server/../gate', 'agent-1/..', '%00'])
    await expect(client.logFile(name)).rejects.toMatchObject({ status: 400 })
})

it('says each kind of no with its status and a sentence', async () => {
  const { client } = await withWork(await served())
  const no = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => new Error('it was granted'),
      (refused: unknown) => refused,
    )
    expect(error).toBeInstanceOf(ApiError)
    const { status, code, message } = error as ApiError
    return `${status} ${code}: ${message}`
  }
  const wrong = (body: unknown) => no(client.create(body as never))
  expect(await wrong({})).toBe("400 invalid: 'title' is missing.")
  expect(await wrong({ title: ' ' })).toBe('400 invalid: Error: ticket title cannot be empty.')
  expect(await wrong({ title: 1 })).toBe(
    "400 invalid: 'title' is wrong: invalid input: expected string, received number.",
  )
  expect(await wrong({ title: 'x', colour: 1 })).toBe("400 invalid: There is no field 'colour' here.")
  expect(await wrong({ title: 'x', blocked_by: [1, 'x'] })).toContain(
    "400 invalid: 'blocked_by.1' is wrong: ",
  )
  expect(await wrong([])).toContain('400 invalid: The body is wrong: ')
  expect(await no(client.update(1, {}))).toBe('400 invalid: Name at least one field to change.')
  expect(await no(client.tickets({ limit: 201 }))).toContain("400 invalid: 'limit' is wrong: too big")
  expect(await no(client.tickets({ status: ['x' as 'open'] }))).toContain(
    "400 invalid: 'status.0' is wrong: ",
  )
  expect(await no(client.ticket(9))).toBe('404 not_found: Ticket 9 not found.')
  expect(await no(client.pass(9, {}))).toBe('404 not_found: Ticket 9 not found.')
  expect(await no(client.reopen(1, {}))).toBe('409 conflict: Ticket 1 is not done, so it cannot be reopened.')
  expect(await no(client.setAgents(65))).toContain("400 invalid: 'count' is wrong: too big")
})

it('says what is forbidden, and what is late', async () => {
  const { server } = await fixture()
  const refusing = (refused: 'forbidden' | 'late') => {
    const transact = async () => ({ refused, sentence: 'No.' }) as never
    return inProcess(withStore(server, { transact })).pass(1, {})
  }
  await expect(refusing('forbidden')).rejects.toMatchObject({
    status: 403,
    code: 'forbidden',
    message: 'No.',
  })
  await expect(refusing('late')).rejects.toMatchObject({ status: 409, code: 'late', message: 'No.' })
})

it('hides the inside of a bug, and says what trouble is', async () => {
  const { server, asked } = await fixture()
  const broken = (error: Error) =>
    inProcess(withStore(server, { inbox: () => Promise.reject(error) })).inbox()
  await expect(broken(new Error('secret'))).rejects.toMatchObject({
    ...{ status: 500, code: 'internal' },
    message: 'Internal error in swarm. See its log: swarm logs server.',
  })
  expect(asked[0]).toContain('bug in GET /api/inbox: Error: secret')
  const trouble = broken(new Trouble('disk', 'The disk is full.'))
  await expect(trouble).rejects.toMatchObject({
    status: 503,
    code: 'unavailable',
    message: 'The disk is full.',
  })
})

it('takes nothing but JSON, and says so', async () => {
  const on = await served()
  const send = (type: string, body: string) =>
    raw(`${on.url}/api/tickets`, {
      ...{ method: 'POST', body },
      headers: { authorization: `Bearer ${on.token}`, 'content-type': type },
    })
  expect(await send('text/plain', 'title=x')).toMatchObject({ status: 415, body: /JSON/ })
  expect(JSON.parse((await send('application/json', '{"title":')).body)).toEqual({
    error: { code: 'invalid', message: 'The body is not valid JSON.' },
  })
})

it('says that the server cannot be reached', async () => {
  const on = await served()
  await on.listening.close()
  await expect(on.client.status()).rejects.toMatchObject({
    ...{ status: 0, code: 'unreachable', message: `Swarm cannot be reached at ${on.url}.` },
  })
})
