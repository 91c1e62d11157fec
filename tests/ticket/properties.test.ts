/** What holds in whatever order whatever is asked of a ticket: thousands of histories. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/ticket/commands.ts'
import type { TicketEvent } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { ticketJson } from '../../src/ticket/json.ts'
import { detail, sentence } from '../../src/ticket/sentences.ts'
import { liveAttempt, RESOLUTIONS, STATUSES, type Ticket } from '../../src/ticket/ticket.ts'
import { created, history, type Moment, play } from './histories.ts'
import { ID, NOW } from './states.ts'

/** Checks each moment of thousands of histories. */
function always(check: (moment: Moment) => void) {
  fc.assert(
    fc.property(created, history, (first, steps) => {
      for (const moment of play(first, steps)) check(moment)
    }),
    { numRuns: 500 },
  )
}

const eventsOf = ({ decision }: Moment): TicketEvent[] => (isRefusal(decision) ? [] : decision)

/** What is wrong with the ticket itself. */
function contradictions(ticket: Ticket): string[] {
  const { stage, attempts, charged, blockedBy } = ticket
  const wrong: [boolean, string][] = [
    [ticket.title.trim() === '' || ticket.title !== ticket.title.trim(), 'its title is empty or untrimmed'],
    [charged > attempts, 'more attempts count than there were'],
    [blockedBy.includes(ticket.id), 'it waits for itself'],
    [new Set(blockedBy).size < blockedBy.length, 'it waits twice for the same ticket'],
    [blockedBy.join() !== blockedBy.toSorted((a, b) => a - b).join(), 'its blockers are not in order'],
    [(liveAttempt(ticket) ?? attempts) !== attempts, 'an older attempt is the live one'],
  ]
  if (stage.status === 'ready') {
    wrong.push([stage.work === null && stage.held.length > 0, 'it is held but has no work'])
    wrong.push([stage.work === null && stage.approved, 'it is approved but has no work'])
    wrong.push([stage.approved && stage.held.length > 0, 'it is approved and held'])
  }
  if (stage.status === 'done')
    wrong.push([
      (stage.resolution === 'landed') !== (stage.commit !== null),
      'landed and a commit go together',
    ])
  return wrong.filter(([is]) => is).map(([, what]) => what)
}

describe('in any history', () => {
  it('no ticket ever contradicts itself', () => {
    always(({ after, command }) => expect(contradictions(after), command.type).toEqual([]))
  })

  it('the number of the newest attempt only rises, by one for each claim', () => {
    always((moment) => {
      const claims = eventsOf(moment).filter(({ type }) => type === 'claimed').length
      expect(moment.after.attempts).toBe(moment.before.attempts + claims)
    })
  })

  it('what an attempt asks counts only while it is the live one', () => {
    always(({ before, command, decision }) => {
      const of = 'attempt' in command ? command.attempt : undefined
      if (of !== undefined && of !== liveAttempt(before)) expect(isRefusal(decision)).toBe(true)
    })
  })

  it('an agent changes its own ticket only, while its attempt lives, and decides nothing that a person decides', () => {
    always((moment) => {
      if (moment.by.kind !== 'agent' || eventsOf(moment).length === 0) return
      expect([moment.by.ticket, moment.by.attempt]).toEqual([moment.before.id, liveAttempt(moment.before)])
      expect(['comment', 'block', 'release', 'declare']).toContain(moment.command.type)
      expect(['open', 'in_progress', 'ready']).toContain(moment.after.stage.status)
    })
  })

  it('a done ticket moves only when it is reopened', () => {
    always((moment) => {
      if (moment.before.stage.status !== 'done' || eventsOf(moment).length === 0) return
      expect(['reopen', 'update', 'comment', 'unblock']).toContain(moment.command.type)
      const reopened = eventsOf(moment).some(({ type }) => type === 'reopened')
      expect(moment.after.stage.status).toBe(reopened ? 'open' : 'done')
    })
  })

  it('only a commit that nobody holds up lands, and it is never landed twice', () => {
    always(({ before, after, command }) => {
      if (after.stage.status !== 'done' || after.stage.resolution !== 'landed') return
      if (before.stage.status === 'done')
        return expect(after.stage).toMatchObject({ commit: before.stage.commit })
      // What git says needs nobody's leave.
      if (command.type === 'reconcile') return
      expect(command.type).toBe('land')
      expect(before.stage).toMatchObject({ status: 'ready', held: [] })
      expect(before.stage).not.toMatchObject({ work: null })
    })
  })

  it('a refusal is one sentence, and asking changes nothing', () => {
    always(({ before, after, decision }) => {
      if (!isRefusal(decision)) return
      expect(decision.sentence).toMatch(/^\S.*\.$/)
      expect(after).toBe(before)
    })
  })

  it('the fold of the events is the ticket', () => {
    fc.assert(
      fc.property(created, history, (first, steps) => {
        const moments = play(first, steps)
        const log = moments.flatMap((moment) => eventsOf(moment).map((event) => ({ event, at: moment.at })))
        const stored = JSON.parse(JSON.stringify(log)) as typeof log
        const folded = stored.reduce(
          (ticket, { event, at }) => evolve(ticket, event, at),
          born(ID, first, NOW),
        )
        expect(folded).toEqual(moments.at(-1)?.after ?? born(ID, first, NOW))
      }),
    )
  })

  it('every event can be told in one line', () => {
    always((moment) => {
      for (const event of eventsOf(moment))
        for (const told of [sentence({ ticket: ID, by: moment.by.name, event }), detail(event, ID)])
          expect(told).not.toMatch(/[\r\n]|undefined/)
    })
  })

  it('programs see the statuses and the resolutions they know', () => {
    always(({ after }) => {
      const seen = ticketJson(after)
      expect(STATUSES).toContain(seen.status)
      if (seen.status === 'done') expect(RESOLUTIONS).toContain(seen.resolution)
      expect(seen.commit === null).toBe(seen.resolution !== 'landed')
      expect(seen.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    })
  })

  it('gets into every state, so that the above means something', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(created, history, (first, steps) => {
        for (const { after } of play(first, steps)) {
          seen.add(after.stage.status)
          if (after.stage.status === 'done') seen.add(after.stage.resolution)
          if (after.stage.status === 'ready' && after.stage.held.length > 0) seen.add('held')
          if (after.stage.status === 'ready' && after.stage.approved) seen.add('approved for landing')
        }
      }),
      { numRuns: 1000, seed: 1 },
    )
    expect([...seen].sort()).toEqual([...STATUSES, ...RESOLUTIONS, 'held', 'approved for landing'].sort())
  })
})

describe('an event that cannot follow', () => {
  const ticket = born(ID, fc.sample(created, { numRuns: 1, seed: 1 })[0]!, NOW)

  it.each<TicketEvent>([
    { type: 'advanced', attempt: 1, phase: 'working' },
    { type: 'completed', attempt: 1, work: null },
    { type: 'held', attempt: 1, paths: ['verify.sh'] },
    fc.sample(created, { numRuns: 1, seed: 1 })[0]!,
  ])('is a bug and throws: $type', (event) => {
    expect(() => evolve(ticket, event, NOW)).toThrow(String(ID))
  })
})
