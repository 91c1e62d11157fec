/** What the API gives the dashboard, and the dashboard's own files. */
import { expect, it } from 'vitest'
import { foldedInbox, inboxOf } from '../../dashboard/live/fold-inbox.ts'
import { type Assets, dashboard, PAGE_POLICY } from '../../src/api/dashboard.ts'
import { together } from '../../src/api/together.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import { change } from '../../src/life/follow.ts'
import { NO_USAGE, type Receipt } from '../../src/ports/attempts.ts'
import { evolve } from '../../src/ticket/evolve.ts'
import { COMMIT, canned, raw, served, withWork } from './api-server.ts'

it('gives the board at one point of the log, from which a page folds on', async () => {
  const { client, store } = await served()
  for (const title of ['Search', 'Cart', 'Login']) await client.create({ title, description: 'long' })
  await client.complete(1, {})
  const { seq, tickets, done } = await client.board()
  expect([seq, done]).toEqual([await store.lastSeq(), 1])
  expect(tickets.map(({ id, stage, description }) => [id, stage.status, description])).toEqual([
    [1, 'done', null],
    [2, 'open', null],
    [3, 'open', null],
  ])
  await client.update(2, { priority: 5, title: 'Cart, quickly' })
  await client.block(3, { by: 2 })
  const folded = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  for (const { ticket, event, at } of (await client.log({ after: seq })).events)
    folded.set(ticket, evolve(folded.get(ticket)!, event, at))
  expect([...folded.values()]).toEqual((await client.board()).tickets)
})

it('takes the board in one go while others write without end', async () => {
  const on = await served()
  await on.client.create({ title: 'Search' })
  const { lastSeq } = on.store
  let reads = 0
  on.server.records.store.lastSeq = async () => (await lastSeq()) + reads++
  expect((await on.client.board()).tickets).toHaveLength(1)
})

it('says what the inbox asks for, and what waits for other tickets first', async () => {
  const { client } = await served()
  await client.create({ title: 'Proposal', type: 'proposal', assigned_to: 'human' })
  await client.create({ title: 'Question', type: 'question', assigned_to: 'human' })
  await client.create({ title: 'Verify', type: 'verify', assigned_to: 'human', blocked_by: [1] })
  await client.create({ title: 'Task', type: 'task', assigned_to: 'human' })
  expect((await client.inbox()).tickets.map(({ asks, open_blockers }) => [asks, open_blockers])).toEqual([
    ['proposal', 0],
    ['question', 0],
    ['verify', 1],
    ['assigned', 0],
  ])
})

it('gives the inbox at one point of the log, from which a page folds on', async () => {
  const { client } = await served()
  const forPerson = { assigned_to: 'human' } as const
  await client.create({ title: 'Question', type: 'question', ...forPerson, description: 'Which?' })
  await client.create({ title: 'Work' })
  let { seq, ...taken } = await client.keptInbox()
  let inbox = inboxOf(taken)
  const retaken: string[] = []
  const steps: Record<string, () => Promise<unknown>> = {
    'filed for a person': () => client.create({ title: 'Proposal', type: 'proposal', ...forPerson }),
    'filed for nobody': () => client.create({ title: 'More work' }),
    'other words': () => client.update(1, { title: 'A better question', description: null, priority: 3 }),
    talk: () => client.comment(1, { body: 'Hm.' }),
    'a blocker': () => client.block(3, { by: 2 }),
    'the blocker is done': () => client.complete(2, {}),
    'the blocker is open again': () => client.reopen(2, {}),
    'the blocker is gone': () => client.unblock(3, 2),
    'work for a person': () => client.update(4, forPerson),
    approved: () => client.approve(3, {}),
    answered: () => client.answer(1, { text: 'This.' }),
    'given back': () => client.release(4, {}),
  }
  for (const [name, step] of Object.entries(steps)) {
    await step()
    const { events, last } = await client.log({ after: seq })
    const next = foldedInbox(inbox, events)
    if (next === null) retaken.push(name)
    inbox = next ?? inboxOf(await client.keptInbox())
    seq = last
    expect([name, inbox.entries]).toEqual([name, (await client.inbox()).tickets])
  }
  expect(retaken).toEqual(['a blocker', 'the blocker is open again', 'work for a person'])
  expect(foldedInbox(inbox, (await client.log({ after: 0, limit: 2 })).events.slice(1))).toBe(inbox)
})

it('does a piece of work once for all who ask at once, and gives nobody what was seen before they asked', async () => {
  const ends: (() => void)[] = []
  let now = 'before'
  const ask = together(async () => {
    const seen = now
    await new Promise<void>((resolve) => ends.push(resolve))
    return seen
  })
  const first = ask()
  now = 'after'
  const others = [ask(), ask(), ask()]
  ends.shift()!()
  expect(await first).toBe('before')
  await expect.poll(() => ends.length).toBe(1)
  ends.shift()!()
  expect(await Promise.all(others)).toEqual(['after', 'after', 'after'])
  void ask()
  expect(ends).toHaveLength(1)
})

it('counts what is landed and spent, and does not take unknown for zero', async () => {
  const on = await served({
    world: canned([COMMIT, { ...COMMIT, tree: 'e'.repeat(40), at: COMMIT.at - 60 }]),
  })
  const spent = async (id: number, costUsd: number | null) => {
    await on.client.create({ title: 'Search' })
    await claimNext(on.server.records, { holder: 'agent-1', leaseMs: 60_000, harness: 'scripted' })
    await on.store.transact((tx) => change(tx, id, 1, { usage: { ...NO_USAGE, costUsd } }))
  }
  expect((await on.client.pulse()).cost).toEqual({
    usd: null,
    estimated_usd: null,
    unknown: 0,
    attempts: 0,
  })
  await spent(1, null)
  expect((await on.client.pulse()).cost).toMatchObject({ usd: null, unknown: 1, attempts: 1 })
  await spent(2, 0.25)
  await spent(3, 0.5)
  expect((await on.client.pulse()).cost).toMatchObject({ usd: 0.75, unknown: 1, attempts: 3 })
  expect((await on.client.pulse({ since: Date.now() + 1000 })).cost.attempts).toBe(0)
  const endedAt = on.server.records.clock.now()
  await on.store.transact((tx) =>
    tx.putLanding({
      ...{ ticket: 1, attempt: 1, work: COMMIT.commit, status: 'landed', queuedAt: endedAt },
      ...{ endedAt, candidate: null, detail: null },
    }),
  )
  const { landed } = await on.client.pulse()
  expect([landed.last_hour, landed.since, landed.hours.at(-1), landed.hours.length]).toEqual([1, 1, 1, 24])
})

it('says since when main is green', async () => {
  const older = { ...COMMIT, tree: 'e'.repeat(40), at: COMMIT.at - 60 }
  const oldest = { ...COMMIT, tree: 'f'.repeat(40), at: COMMIT.at - 120 }
  const on = await withWork(await served({ world: canned([COMMIT, older, oldest]) }))
  expect((await on.client.pulse()).main).toEqual({
    verdict: null,
    since: oldest.at * 1000,
    at_least: false,
  })
  const receipt: Omit<Receipt, 'id'> = {
    ...{ tree: COMMIT.tree, fingerprint: 'f', verdict: 'green' as const, flaky: false, preExisting: false },
    ...{ command: './verify.sh', exit: 0, signal: null, output: 'ok', sandbox: 'process' },
    ...{ ticket: 1, attempt: 1, startedAt: 5, durationMs: 7 },
    doubts: [],
  }
  await on.store.transact(async (tx) => {
    await tx.addReceipt(receipt)
    await tx.addReceipt({ ...receipt, tree: older.tree })
  })
  expect((await on.client.pulse()).main).toEqual({
    verdict: 'green',
    since: older.at * 1000,
    at_least: false,
  })
})

it('shows what an attempt changed, and says when it left nothing', async () => {
  const { client } = await withWork(await served({ world: canned([COMMIT]) }))
  expect(await client.diff(1, 1)).toEqual({
    ...{ from: COMMIT.parents[0], to: COMMIT.commit, cut: false },
    files: [{ path: 'a.txt', from: null, kind: 'added' }],
    text: `diff from ${COMMIT.parents[0]} to ${COMMIT.commit}`,
  })
  await expect(client.diff(1, 2)).rejects.toMatchObject({ status: 404 })
  const bare = await withWork(await served())
  await expect(bare.client.diff(1, 1)).rejects.toMatchObject({
    message: 'Attempt 1 of ticket 1 has left no change yet.',
  })
})

it('serves the pages to anybody, behind a policy that lets nothing else in', async () => {
  const on = await served()
  const file = (text: string, more = {}) => ({
    ...{ bytes: Buffer.from(text), gzip: null, type: 'text/html', immutable: false },
    ...more,
  })
  const assets: Assets = new Map([
    ['/', file('the page')],
    ['/assets/a-1.js', file('code', { gzip: Buffer.from('packed'), immutable: true })],
  ])
  on.app.route('/', dashboard(assets))
  const get = (path: string, headers = {}) => raw(on.url + path, { headers })
  for (const path of ['/', '/board', '/tickets/12', '/tickets/12?x=/api/y'])
    expect(await get(path)).toMatchObject({
      ...{ status: 200, body: 'the page' },
      headers: {
        'content-security-policy': PAGE_POLICY,
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
      },
    })
  expect(await get('/lane?attempt=2')).toMatchObject({
    ...{ status: 301, headers: { location: '/merge-queue?attempt=2' } },
  })
  expect(await get('/assets/a-1.js')).toMatchObject({
    body: 'code',
    headers: { 'cache-control': 'public, max-age=31536000, immutable' },
  })
  expect(await get('/assets/a-1.js', { 'accept-encoding': 'gzip' })).toMatchObject({
    body: 'packed',
    headers: { 'content-encoding': 'gzip' },
  })
  for (const path of ['/assets/gone.js', '/favicon.ico', '/login/x', '/agent/x'])
    expect([path, (await get(path)).status]).toEqual([path, 404])
  for (const path of ['/api/nothing', '/api']) expect((await get(path)).status).toBe(401)
  expect(PAGE_POLICY).not.toMatch(/unsafe|\*|https?:/)
})
