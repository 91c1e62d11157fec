import { readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { draw } from '../../demo/picture/draw.ts'
import { type Film, film } from '../../demo/picture/film.ts'
import type { EventEntry } from '../../src/api/client.ts'
import type { TicketEvent } from '../../src/ticket/events.ts'

const created = (title: string): TicketEvent => ({
  ...{ type: 'created', title, description: null, ticketType: 'task', priority: 0, parent: null },
  ...{ createdBy: 'human', assignedTo: null },
})
const claimed: TicketEvent = { type: 'claimed', attempt: 1, holder: 'agent-1', leased: true }
const LOG: [at: number, ticket: number, event: TicketEvent][] = [
  [1000, 1, created('Say <hello>')],
  [1010, 2, created('Say goodbye, and a good deal more than any card has room for')],
  [2000, 1, claimed],
  [2600, 1, { type: 'unclaimed', attempt: 1, holder: 'agent-1', reason: 'Not now' }],
  [3000, 2, claimed],
]
const log = LOG.map(
  ([at, ticket, event], seq): EventEntry => ({
    ...{ at, ticket, event, seq, by: 'agent-1', sentence: `${event.type} #${ticket}` },
  }),
)

const made = (): Film => film(log, [{ text: 'The end.', tone: 'good' }])
const wording = { title: 'A run', description: 'What happens in it.', prompt: 'npm run demo' }

it('shows each ticket in the column where it stands, and what was said by then', () => {
  const { frames, lines } = made()
  expect(frames.map(({ at, board, said }) => [at, board.Backlog, board['In progress'], said])).toEqual([
    [0, [2], [1], 0],
    [500, [2, 1], [], 1],
    [1000, [1], [2], 1],
    [1250, [1], [2], 2],
  ])
  expect(lines.map(({ text }) => text)).toEqual(['unclaimed #1', 'The end.'])
})

it('draws the same picture of the same run, and of the same size of any', () => {
  const picture = draw(made(), wording, 'moving')
  expect(draw(made(), wording, 'moving')).toBe(picture)
  const size = /viewBox="0 0 960 540" width="960" height="540"/
  expect(picture).toMatch(size)
  expect(draw(film(log.slice(0, 1), []), wording, 'moving')).toMatch(size)
  expect(picture).toContain('Say &#60;hello&#62;')
})

it('says what it shows, is readable on light and dark, and stands still for who asks for that', () => {
  const moving = draw(made(), wording, 'moving')
  expect(moving).toContain('<title id="t">A run</title>')
  expect(moving).toContain('<desc id="d">What happens in it.</desc>')
  expect(moving).toContain('@media (prefers-color-scheme:dark)')
  expect(moving).toContain('@media (prefers-reduced-motion:reduce){.x{animation:none!important}}')
  expect(draw(made(), wording, 'still')).not.toContain('@keyframes')
})

it.each(['docs/run.svg', 'docs/run-still.svg'])('has %s at hand, with less than a megabyte', (path) => {
  expect(statSync(path).size).toBeLessThan(1_000_000)
  expect(readFileSync(path, 'utf8')).toContain('viewBox="0 0 960 540"')
})
