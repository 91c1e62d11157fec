/** What every store must do. An adapter's test calls `storeContract` with a way to make one. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { type Attempt, NO_USAGE, type Receipt } from '../../src/ports/attempts.ts'
import type { Store, TicketRow, Tx } from '../../src/ports/store.ts'
import { clean } from '../../src/stores/clean-text.ts'
import { isRefusal } from '../../src/ticket/commands.ts'
import { born } from '../../src/ticket/evolve.ts'
import { byClaimOrder, byMergeQueueOrder, isClaimable } from '../../src/ticket/order.ts'
import { assignee, needsPerson, STATUSES, type Ticket } from '../../src/ticket/ticket.ts'
import { created, history, play } from '../ticket/histories.ts'
import { type Gap, gapsOf, itUnless } from './gaps.ts'
import {
  censusOf,
  countByStatus,
  deeds,
  fold,
  type Model,
  openBlockers,
  perform,
  readyList,
  waitsFor,
} from './store-model.ts'
import { noticeTests } from './store-notices.ts'
import { overdueTests } from './store-overdue.ts'
import {
  ATTEMPT,
  BOUNCED,
  blank,
  blockedBy,
  CANCELLED,
  CLAIMED,
  COMPLETED,
  change,
  file,
  happen,
  LANDING,
  RECEIPT,
} from './store-samples.ts'
import { spendingTests } from './store-spending.ts'
import { stateTests } from './store-states.ts'
import { tallyTests } from './store-tallies.ts'

export interface Made {
  store: Store
  /** Another one on the same database, as another process would open it. */
  another(): Promise<Store>
  /** Closes all of them and removes the database. */
  end(): Promise<void>
}

export interface Adapter {
  make(): Promise<Made>
  /** Titles of tests that it cannot pass, and why that is right. */
  skip?: Gap[]
}

type Test = (title: string, body: (made: Made) => Promise<void>) => void

export function storeContract(name: string, { make, skip = [] }: Adapter): void {
  describe(name, () => {
    let made: Made
    beforeEach(async () => {
      made = await make()
    })
    afterEach(() => made.end())

    const gaps = gapsOf(skip)
    const test: Test = (title, body) => itUnless(gaps.reason(title), title, () => body(made))
    ticketTests(test)
    stateTests(test)
    graphTests(test)
    claimTests(test)
    logTests(test)
    transactionTests(test)
    recordTests(test)
    tallyTests(test)
    overdueTests(test)
    spendingTests(test)
    noticeTests(test)
    gaps.close()
  })
}

function ticketTests(test: Test): void {
  test('gives back every ticket as it was saved, whatever happened to it', async ({ store }) => {
    await forAny(store, fc.tuple(created, history), async (tx, [first, steps]) => {
      for (let n = 0; n < 10; n++) await file(tx, {})
      const id = await tx.nextId()
      const event = { ...first, parent: null }
      const moments = play(event, steps).map((moment) => ({ ...moment, before: { ...moment.before, id } }))
      await tx.save({ ...born(id, event, moments[0]?.before.createdAt ?? 0) }, [event], 'human')
      for (const { after, decision, at } of moments) {
        const events = isRefusal(decision) ? [] : decision
        await tx.save({ ...after, id }, events, 'human', at)
        expect(await tx.ticket(id)).toEqual({ ...after, id })
      }
    })
  })

  test('remembers which proposals were rejected, the newest first', async ({ store }) => {
    const rejected = (reason: string | null) => ({ ...CANCELLED, resolution: 'rejected', reason }) as const
    await store.transact(async (tx) => {
      await happen(tx, await file(tx, { title: 'One', ticketType: 'proposal' }), rejected('Too dear.'))
      await happen(tx, await file(tx, { ticketType: 'proposal' }), CANCELLED)
      await file(tx, { ticketType: 'proposal' })
      await happen(tx, await file(tx, { title: 'Two', ticketType: 'proposal' }), rejected(null))
    })
    const [two, one] = [
      { id: 4, title: 'Two', reason: null },
      { id: 1, title: 'One', reason: 'Too dear.' },
    ]
    expect(await store.rejected()).toEqual([two, one])
    expect(await store.rejected(1)).toEqual([two])
  })

  test('gives null for a ticket that does not exist', async ({ store }) => {
    expect(await store.ticket(1)).toBeNull()
  })

  test('does not save a ticket that was never created', async ({ store }) => {
    const ticket = born(7, blank, 0)
    await expect(store.transact((tx) => tx.save(ticket, [], 'human'))).rejects.toThrow('ticket 7')
  })

  test('keeps any text but NUL and halves of characters, in the row and in the log', async ({ store }) => {
    const title = 'a\0b \ud800 \u{1f41d} \r\n "\' % \\u0000'
    await store.transact((tx) => file(tx, { title }))
    const kept = 'ab \ufffd \u{1f41d} \r\n "\' % \\u0000'
    expect((await store.ticket(1))?.title).toBe(kept)
    expect(await store.events({ limit: 1 })).toMatchObject([{ event: { title: kept } }])
  })

  test('lists tickets by id, by status, by assignee and by parent, in pages', async ({ store }) => {
    await store.transact(async (tx) => {
      await file(tx, { assignedTo: 'human' })
      await file(tx, { parent: 1 })
      await happen(tx, await file(tx, { parent: 1, assignedTo: 'human' }), CANCELLED)
      await happen(tx, await file(tx, {}), CLAIMED, COMPLETED)
      await happen(tx, await file(tx, { parent: 1 }), { ...CLAIMED, holder: 'human' })
    })
    const ids = async (filter: Parameters<Store['tickets']>[0]) =>
      (await store.tickets(filter)).map((ticket) => ticket.id)
    const rows = async (filter: Parameters<Store['rows']>[0]) =>
      (await store.rows(filter)).map((row) => row.id)
    expect(await ids({})).toEqual([1, 2, 3, 4, 5])
    expect(await ids({ status: ['open', 'in_progress', 'ready'] })).toEqual([1, 2, 4, 5])
    expect(await ids({ status: ['ready', 'done', 'ready'] })).toEqual([3, 4])
    expect(await ids({ status: [] })).toEqual([])
    expect(await ids({ assignedTo: 'human' })).toEqual([1, 3, 5])
    expect(await ids({ assignedTo: 'human', status: ['open', 'done'] })).toEqual([1, 3])
    expect(await ids({ parent: 1 })).toEqual([2, 3, 5])
    expect(await ids({ parent: 1, status: ['done'], assignedTo: 'human' })).toEqual([3])
    expect(await ids({ after: 1, limit: 2, status: ['open', 'ready', 'done'] })).toEqual([2, 3])
    expect(await ids({ parent: 1, after: 2, limit: 1 })).toEqual([3])
    expect(await rows({ after: 1, limit: 2, status: ['open', 'ready', 'done'] })).toEqual([2, 3])
    expect(await ids({ ids: [5, 3, 3, 99] })).toEqual([3, 5])
    expect(await rows({ ids: [5, 3, 1], status: ['done', 'open'] })).toEqual([1, 3])
    expect(await rows({ ids: [5, 3, 1], after: 1, limit: 1 })).toEqual([3])
    expect(await rows({ ids: [] })).toEqual([])
    expect(await store.rows({ after: 4 })).toEqual([
      {
        ...{ id: 5, title: 'Add search', status: 'in_progress', type: 'task', assignedTo: 'human' },
        ...{ notBefore: null, delay: null },
      },
    ])
  })

  test('counts by status and assignee', async ({ store }) => {
    await store.transact(async (tx) => {
      await file(tx, {})
      await file(tx, { assignedTo: 'human' })
      await happen(tx, await file(tx, { assignedTo: 'human' }), CANCELLED)
      await happen(tx, await file(tx, {}), CLAIMED)
    })
    expect(await store.count({})).toBe(4)
    expect(await store.count({ status: ['open', 'in_progress', 'open'] })).toBe(3)
    expect(await store.count({ status: [] })).toBe(0)
    expect(await store.count({ assignedTo: 'human' })).toBe(2)
    expect(await store.count({ assignedTo: 'human', status: ['done', 'ready'] })).toBe(1)
  })

  test('puts into the inbox what is assigned to a person or held for one', async ({ store }) => {
    await store.transact(async (tx) => {
      await file(tx, {})
      await file(tx, { assignedTo: 'human' })
      await file(tx, { assignedTo: 'agent-1' })
      await happen(tx, await file(tx, { assignedTo: 'human' }), CANCELLED)
      await happen(tx, await file(tx, {}), CLAIMED, COMPLETED)
      await happen(tx, await file(tx, {}), CLAIMED, COMPLETED, {
        type: 'held',
        attempt: 1,
        paths: ['verify.sh'],
      })
    })
    expect((await store.inbox()).map((ticket) => ticket.id)).toEqual([2, 6])
  })
}

function graphTests(test: Test): void {
  test('knows who waits for whom, and counts only blockers that are not done', async ({ store }) => {
    await store.transact(async (tx) => {
      for (let n = 0; n < 4; n++) await file(tx, {})
      await change(tx, 1, blockedBy(2), blockedBy(3))
      await change(tx, 3, blockedBy(4))
    })
    expect(await store.openBlockers(1)).toBe(2)
    expect(await store.openBlockers(99)).toBe(0)
    expect(await store.dependents(4)).toEqual([3])
    expect(await store.waitsFor(1, 4)).toBe(true)
    expect(await store.waitsFor(4, 1)).toBe(false)
    expect(await store.waitsFor(2, 2)).toBe(true)
    await store.transact((tx) => change(tx, 2, CANCELLED))
    expect(await store.openBlockers(1)).toBe(1)
    await store.transact((tx) => change(tx, 1, { type: 'blocker_removed', by: 3 }))
    expect(await store.openBlockers(1)).toBe(0)
    await store.transact((tx) => change(tx, 2, { type: 'reopened' }))
    expect(await store.openBlockers(1)).toBe(1)
    expect(await store.ticket(1)).toMatchObject({ blockedBy: [2] })
  })

  test('keeps comments in order, each with its own time', async ({ store }) => {
    await store.transact(async (tx) => {
      const ticket = await file(tx, {})
      await tx.save(ticket, [{ type: 'commented', author: 'ann', body: 'First' }], 'ann', 70)
      await tx.save(ticket, [{ type: 'commented', author: 'bob', body: 'Second' }], 'bob', 80)
      await file(tx, {})
    })
    expect(await store.comments(1)).toEqual([
      { id: 1, ticket: 1, author: 'ann', body: 'First', at: 70 },
      { id: 2, ticket: 1, author: 'bob', body: 'Second', at: 80 },
    ])
    expect(await store.comments(2)).toEqual([])
    expect((await store.ticket(1))?.updatedAt).toBe(0)
  })
}

/** Tickets that a claim must tell apart. */
const waiting = fc.record({
  priority: fc.integer({ min: -1, max: 1 }),
  bounced: fc.constantFrom('no', 'to the end', 'to the front'),
  charged: fc.boolean(),
  notBefore: fc.option(fc.integer({ min: 0, max: 4 })),
  assignedTo: fc.option(fc.constant('human'), { freq: 5 }),
  waits: fc.constantFrom(false, false, true),
})

function claimTests(test: Test): void {
  test('hands tickets out in the order of the rules: priority, then work that was sent back, then what failed less, then age', async ({
    store,
  }) => {
    const any = fc.array(waiting, { minLength: 2, maxLength: 12, size: 'max' })
    await forAny(store, any, async (tx, list) => {
      const blocker = await file(tx, { assignedTo: 'human' })
      const tickets: Ticket[] = []
      for (const { bounced, charged, notBefore, waits, ...fields } of list) {
        const { id } = await file(tx, fields)
        if (bounced !== 'no' && fields.assignedTo === null)
          await change(tx, id, CLAIMED, {
            ...BOUNCED,
            charged,
            notBefore,
            front: bounced === 'to the front',
          })
        if (waits) await change(tx, id, blockedBy(blocker.id))
        tickets.push((await tx.ticket(id))!)
      }
      for (const now of [0, 2, 4]) {
        const ready = tickets
          .filter((each) => isClaimable(each, now, each.blockedBy.length))
          .sort(byClaimOrder)
        expect(await tx.readyList(now, 100)).toEqual(ready)
        expect(await tx.firstReady(now)).toEqual(ready[0] ?? null)
        expect(await tx.readyList(now, 2)).toEqual(ready.slice(0, 2))
      }
    })
  })

  test('agrees with the rules about what is ready and who goes first, after any history', async ({
    store,
  }) => {
    await forAny(store, deeds, async (tx, list) => {
      const model: Model = { now: 0, tickets: new Map() }
      for (const deed of list) {
        await perform(tx, model, deed)
        const ready = readyList(model)
        expect(await tx.readyList(model.now, 3)).toEqual(ready.slice(0, 3))
        expect(await tx.firstReady(model.now)).toEqual(ready[0] ?? null)
        expect(await tx.readyList(model.now, 100)).toEqual(ready)
      }
      await expectTrue(tx, model)
    })
  })

  test('hands a ticket that backs off out again once its time has come', async ({ store }) => {
    await store.transact(async (tx) => {
      await happen(tx, await file(tx, {}), CLAIMED, { ...BOUNCED, notBefore: 1000 })
    })
    expect(await store.readyList(999, 9)).toEqual([])
    expect(await store.transact((tx) => tx.firstReady(999))).toBeNull()
    expect(await store.readyList(1000, 9)).toMatchObject([{ id: 1 }])
    expect(await store.transact((tx) => tx.firstReady(1000))).toMatchObject({ id: 1 })
    expect(await store.transact((tx) => tx.firstReady(1000))).toMatchObject({ id: 1 })
  })

  test('does not hand out a ticket too early when the clock goes backwards', async ({ store }) => {
    await store.transact(async (tx) => {
      await happen(tx, await file(tx, {}), CLAIMED, { ...BOUNCED, notBefore: 1000 })
      await tx.firstReady(2000)
    })
    expect(await store.transact((tx) => tx.firstReady(500))).toBeNull()
    expect(await store.readyList(500, 9)).toEqual([])
  })

  test('never hands one ticket to two who claim at once', async ({ store, another }) => {
    const stores = [store, await another(), await another()]
    await store.transact(async (tx) => {
      for (let n = 0; n < 30; n++) await file(tx, {})
    })
    const claims = Array.from({ length: 30 }, (_, n) =>
      stores[n % 3]!.transact(async (tx) => {
        const ticket = (await tx.firstReady(0))!
        await happen(tx, ticket, CLAIMED)
        return ticket.id
      }),
    )
    expect(new Set(await Promise.all(claims)).size).toBe(30)
  })
}

/** Everything that the store counts and keeps beside the rows is what the rows say. */
async function expectTrue(tx: Tx, model: Model): Promise<void> {
  const tickets = [...model.tickets.values()]
  expect(await tx.tickets({})).toEqual(tickets)
  expect(await tx.census(model.now)).toEqual(censusOf(model))
  expect(await tx.inbox()).toEqual(tickets.filter(needsPerson))
  expect(await tx.rows({})).toEqual(tickets.map(tableRow))
  expect(await Promise.all(STATUSES.map((status) => tx.count({ status: [status] })))).toEqual(
    countByStatus(model),
  )
  for (const ticket of tickets) {
    expect(await tx.openBlockers(ticket.id)).toBe(openBlockers(model, ticket))
    expect(fold(await tx.events({ ticket: ticket.id, limit: 1000 }))).toEqual(ticket)
    for (const other of tickets)
      expect(await tx.waitsFor(ticket.id, other.id)).toBe(waitsFor(model, ticket.id, other.id))
  }
}

function logTests(test: Test): void {
  test('numbers events from 1 without gaps, whoever writes and whatever is undone', async ({
    store,
    another,
  }) => {
    const other = await another()
    const writing = Array.from({ length: 40 }, (_, n) =>
      (n % 2 ? store : other).transact(async (tx) => {
        await happen(tx, await file(tx, {}), CLAIMED)
        if (n % 5 === 0) throw new Error('undone')
      }),
    )
    await Promise.allSettled(writing)
    const log = await store.events({ limit: 1000 })
    expect(log.map((entry) => entry.seq)).toEqual(Array.from({ length: 64 }, (_, n) => n + 1))
    expect(await store.lastSeq()).toBe(64)
  })

  test('gives the log forwards from a cursor, of one ticket, and newest first', async ({ store }) => {
    expect(await store.lastSeq()).toBe(0)
    const appended = await store.transact(async (tx) => {
      await file(tx, {})
      await file(tx, {})
      return tx.save((await tx.ticket(1))!, [CLAIMED, COMPLETED], 'agent-1', 9)
    })
    expect(appended).toEqual([
      { seq: 3, at: 9, ticket: 1, by: 'agent-1', event: CLAIMED },
      { seq: 4, at: 9, ticket: 1, by: 'agent-1', event: COMPLETED },
    ])
    expect(await store.events({ after: 2, limit: 9 })).toEqual(appended)
    expect(await seqs(store.events({ limit: 2 }))).toEqual([1, 2])
    expect(await seqs(store.events({ ticket: 1, limit: 9 }))).toEqual([1, 3, 4])
    expect(await seqs(store.events({ ticket: 1, after: 1, limit: 1 }))).toEqual([3])
    expect(await seqs(store.recentEvents({ limit: 3 }))).toEqual([4, 3, 2])
    expect(await seqs(store.recentEvents({ before: 3, limit: 9 }))).toEqual([2, 1])
    expect(await seqs(store.recentEvents({ ticket: 1, before: 4, limit: 9 }))).toEqual([3, 1])
    expect(await seqs(store.recentEvents({ by: 'agent-1', limit: 9 }))).toEqual([4, 3])
    const types = ['created', 'completed'] as const
    expect(await seqs(store.recentEvents({ types: [...types], limit: 9 }))).toEqual([4, 2, 1])
    expect(await seqs(store.recentEvents({ ticket: 2, types: [...types], by: 'agent-1', limit: 9 }))).toEqual(
      [],
    )
    expect(await seqs(store.recentEvents({ types: [], limit: 9 }))).toEqual([])
  })
}

function transactionTests(test: Test): void {
  test('writes nothing when the work throws', async ({ store }) => {
    const failing = store.transact(async (tx) => {
      await file(tx, {})
      await tx.putSetting('paused', 'yes')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.ticket(1)).toBeNull()
    expect(await store.lastSeq()).toBe(0)
    expect(await store.setting('paused')).toBeNull()
    await store.transact((tx) => file(tx, {}))
    expect(await store.ticket(1)).not.toBeNull()
  })

  test('shows others nothing before it is committed', async ({ store, another }) => {
    const other = await another()
    await store.transact(async (tx) => {
      await file(tx, {})
      expect(await tx.ticket(1)).not.toBeNull()
      expect(await store.ticket(1)).toBeNull()
      expect(await other.ticket(1)).toBeNull()
    })
    expect(await store.ticket(1)).not.toBeNull()
    expect(await other.ticket(1)).not.toBeNull()
  })

  test('runs transactions one after the other, also when one waits', async ({ store }) => {
    const steps: string[] = []
    const work = (name: string) => async (tx: Tx) => {
      steps.push(`${name} begins`)
      await tx.ticket(1)
      await new Promise(setImmediate)
      steps.push(`${name} ends`)
    }
    await Promise.all([store.transact(work('a')), store.transact(work('b'))])
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  test('refuses a transaction that is used after its end', async ({ store }) => {
    const tx = await store.transact(async (each) => each)
    await expect(tx.putSetting('a', 'b')).rejects.toThrow('after its end')
  })

  test('gives ids that no ticket has, also several before the first is saved', async ({ store }) => {
    await store.transact((tx) => file(tx, {}))
    const ids = await store.transact(async (tx) => [await tx.nextId(), await tx.nextId()])
    expect(ids).toEqual([2, 3])
  })

  test('changes its version when another process commits, and only then', async ({ store, another }) => {
    const other = await another()
    const before = await store.version()
    expect(await store.version()).toBe(before)
    await other.transact((tx) => file(tx, {}))
    expect(await store.version()).not.toBe(before)
  })

  test('holds what was committed after it is opened again', async ({ store, another }) => {
    await store.transact((tx) => file(tx, {}))
    await store.close()
    expect(await (await another()).ticket(1)).not.toBeNull()
  })
}

function recordTests(test: Test): void {
  test('keeps attempts, newest first, and knows which are live', async ({ store }) => {
    const dead: Attempt = {
      ...ATTEMPT,
      ticket: 1,
      endedAt: 9,
      outcome: 'bounced',
      failure: 'hang',
      reason: 'hang: \0silent',
    }
    const live: Attempt = {
      ...ATTEMPT,
      ticket: 1,
      number: 2,
      leaseUntil: 60_000,
      declared: { resolution: 'no-change', reason: 'It is there already' },
      model: 'claude-opus-5-5',
      usage: { ...NO_USAGE, inputTokens: 2 ** 40, costUsd: 0.25 },
    }
    await store.transact(async (tx) => {
      await file(tx, {})
      await file(tx, {})
      await tx.putAttempt({ ...dead, endedAt: null, outcome: null, failure: null })
      await tx.putAttempt(dead)
      await tx.putAttempt({ ...ATTEMPT, ticket: 2 })
      await tx.putAttempt(live)
    })
    expect(await store.attempt(1, 1)).toEqual(clean(dead))
    expect(await store.attempt(1, 2)).toEqual(live)
    expect(await store.attempt(3, 1)).toBeNull()
    const keys = async (attempts: Promise<Attempt[]>) =>
      (await attempts).map(({ ticket, number }) => `${ticket}/${number}`)
    expect(await keys(store.attempts({}))).toEqual(['1/2', '2/1', '1/1'])
    expect(await keys(store.attempts({ limit: 1 }))).toEqual(['1/2'])
    expect(await keys(store.attempts({ ticket: 1 }))).toEqual(['1/2', '1/1'])
    expect(await keys(store.attempts({ live: true }))).toEqual(['1/2', '2/1'])
    expect(await keys(store.attempts({ ticket: 1, live: true, limit: 5 }))).toEqual(['1/2'])
  })

  test('queues landings in merge queue order, and tells how they ended', async ({ store }) => {
    const priorities = [0, 2, 0, 2, -1]
    await store.transact(async (tx) => {
      for (const priority of priorities) {
        const { id } = await file(tx, { priority })
        await tx.putLanding({ ...LANDING, ticket: id })
      }
    })
    const queued = await store.landings({ status: 'queued' })
    const waiting = queued.map(({ id, ticket }) => ({ id, priority: priorities[ticket - 1]! }))
    expect(queued.map((landing) => landing.ticket)).toEqual([2, 4, 1, 3, 5])
    expect(waiting).toEqual([...waiting].sort(byMergeQueueOrder))
    expect(await store.landings({ status: 'queued', limit: 1 })).toEqual([await store.landing(2, 1)])
    await store.transact(async (tx) => {
      for (const landing of queued.slice(0, 2)) await tx.putLanding({ ...landing, candidate: 'beef' })
      for (const landing of queued.slice(0, 2))
        await tx.putLanding({ ...landing, status: 'bounced', endedAt: 8 })
    })
    expect(await store.landings({ status: 'queued' })).toHaveLength(3)
    const bounced = await store.landings({ status: 'bounced' })
    expect(bounced.map((landing) => landing.ticket)).toEqual([4, 2])
    expect(bounced[0]).toEqual({ ...queued[1], status: 'bounced', endedAt: 8 })
    expect(await store.landing(2, 9)).toBeNull()
  })

  test('finds the newest receipt of a tree under a gate', async ({ store }) => {
    const given = await store.transact(async (tx) => {
      await file(tx, {})
      const receipts: Receipt[] = []
      for (const [tree, fingerprint, ticket] of [
        ['t1', 'g1', 1],
        ['t1', 'g1', null],
        ['t1', 'g2', 1],
        ['t2', 'g1', null],
      ] as const)
        receipts.push(await tx.addReceipt({ ...RECEIPT, tree, fingerprint, ticket }))
      return receipts
    })
    expect(given[1]).toEqual({ ...RECEIPT, id: 2, tree: 't1', fingerprint: 'g1', ticket: null })
    expect(await store.receipt('t1', 'g1')).toEqual(given[1])
    expect(await store.receipt('t3', 'g1')).toBeNull()
    const ids = async (receipts: Promise<Receipt[]>) => (await receipts).map((receipt) => receipt.id)
    expect(await ids(store.receipts({ limit: 9 }))).toEqual([4, 3, 2, 1])
    expect(await ids(store.receipts({ tree: 't1', limit: 2 }))).toEqual([3, 2])
    expect(await ids(store.receipts({ ticket: 1, limit: 9 }))).toEqual([3, 1])
    expect(await ids(store.receipts({ ticket: 1, tree: 't2', limit: 9 }))).toEqual([])
  })

  test('keeps settings', async ({ store }) => {
    expect(await store.setting('paused')).toBeNull()
    await store.transact((tx) => tx.putSetting('paused', 'no'))
    await store.transact((tx) => tx.putSetting('paused', 'yes'))
    expect(await store.setting('paused')).toBe('yes')
  })
}

const tableRow = (ticket: Ticket): TicketRow => ({
  id: ticket.id,
  title: ticket.title,
  status: ticket.stage.status,
  type: ticket.type,
  assignedTo: assignee(ticket),
  notBefore: ticket.stage.status === 'open' ? ticket.stage.notBefore : null,
  delay: ticket.stage.status === 'open' ? ticket.stage.delay : null,
})

const seqs = async (log: Promise<{ seq: number }[]>) => (await log).map(({ seq }) => seq)

const UNDO = new Error('what was tried is undone')

/** Tries many histories on one store: each in a transaction that is undone at its end. */
async function forAny<T>(store: Store, any: fc.Arbitrary<T>, check: (tx: Tx, value: T) => Promise<void>) {
  const property = fc.asyncProperty(any, async (value) => {
    const tried = store.transact(async (tx) => {
      await check(tx, value)
      throw UNDO
    })
    await tried.catch((error) => {
      if (error !== UNDO) throw error
    })
  })
  await fc.assert(property, { numRuns: 60 })
}
