import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byClaimOrder, byMergeQueueOrder, isClaimable } from '../../src/ticket/order.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import { NOW, STATES, ticketIn } from './states.ts'

const ticket = fc
  .record({
    id: fc.integer({ min: 1, max: 50 }),
    priority: fc.integer({ min: -3, max: 3 }),
    front: fc.boolean(),
    charged: fc.integer({ min: 0, max: 2 }),
  })
  .map(
    ({ id, priority, front, charged }): Ticket => ({
      ...ticketIn('open'),
      id,
      priority,
      charged,
      stage: { status: 'open', assignedTo: null, notBefore: null, delay: null, front },
    }),
  )
const waiting = fc.record({ id: fc.integer({ min: 1, max: 50 }), priority: fc.integer({ min: -3, max: 3 }) })

const total = <T extends { id: number; priority: number }>(
  one: fc.Arbitrary<T>,
  compare: (a: T, b: T) => number,
) => {
  it('is total: any two that are not the same one have an order, the same from both sides', () => {
    fc.assert(
      fc.property(one, one, (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) || 0)
        if (a.id !== b.id) expect(compare(a, b)).not.toBe(0)
      }),
    )
  })

  it('is transitive', () => {
    fc.assert(
      fc.property(one, one, one, (a, b, c) => {
        const [x, y, z] = [a, b, c].sort(compare)
        expect(compare(x!, y!)).toBeLessThanOrEqual(0)
        expect(compare(y!, z!)).toBeLessThanOrEqual(0)
        expect(compare(x!, z!)).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('puts a higher priority first, whatever else', () => {
    fc.assert(
      fc.property(one, one, (a, b) => {
        if (a.priority > b.priority) expect(compare(a, b)).toBeLessThan(0)
      }),
    )
  })
}

describe('the order of the ready list', () => total(ticket, byClaimOrder))
describe('the order of the merge queue', () => total(waiting, byMergeQueueOrder))

describe('within a priority', () => {
  const front = (each: Ticket) => each.stage.status === 'open' && each.stage.front

  it('work that was sent back is claimed before anything else, then what failed less often, and then the older ticket', () => {
    fc.assert(
      fc.property(fc.uniqueArray(ticket, { selector: ({ id }) => id, maxLength: 30 }), (tickets) => {
        const same = tickets.map((each) => ({ ...each, priority: 1 })).sort(byClaimOrder)
        const part = (wanted: boolean) => same.filter((each) => front(each) === wanted)
        expect(same).toEqual([...part(true), ...part(false)])
        for (const one of [part(true), part(false)])
          expect(one).toEqual(one.toSorted((a, b) => a.charged - b.charged || a.id - b.id))
      }),
    )
  })

  it('what waits longest lands first', () => {
    expect(
      [
        { id: 3, priority: 0 },
        { id: 1, priority: 0 },
        { id: 2, priority: 1 },
      ].sort(byMergeQueueOrder),
    ).toEqual([
      { id: 2, priority: 1 },
      { id: 1, priority: 0 },
      { id: 3, priority: 0 },
    ])
  })
})

describe('what may be claimed', () => {
  it('is only an open ticket that is nobody’s', () => {
    expect(STATES.filter((state) => isClaimable(ticketIn(state), NOW, 0))).toEqual(['open'])
  })

  it('is a ticket that backs off, from that moment on', () => {
    const ticket = ticketIn('backing off')
    const { notBefore } = ticket.stage as { notBefore: number }
    expect(isClaimable(ticket, notBefore - 1, 0)).toBe(false)
    expect(isClaimable(ticket, notBefore, 0)).toBe(true)
  })

  it('is nothing that waits for a ticket which is not done', () => {
    expect(isClaimable(ticketIn('open'), NOW, 1)).toBe(false)
  })
})
