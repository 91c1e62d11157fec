/** What of a ticket's texts goes into a prompt: all of it, or as much as any model has room for and where the rest is. */
import type { Attempt, Comment } from '../../ports/store.ts'
import { abridged, counted, lastThatFit, MOST } from '../../ticket/size.ts'
import type { Ticket } from '../../ticket/ticket.ts'

/** Title and description, of which there are `most` characters; `none` stands for one that is missing. */
export function aboutTicket({ id, title, description }: Ticket, most: number, none: string): string {
  const name = abridged(title, MOST.title, leftOut('of the title', id))
  return `${name}\n\n${abridged(description ?? none, most, leftOut('of the description', id))}`
}

/** What others said, oldest first. Where there is too much of it the newest comments are given. */
export function commentLines(comments: readonly Comment[], id: number): string {
  const lines = comments.map(
    ({ author, body }, at) =>
      `${author}: ${abridged(body, MOST.comment, leftOut(`of comment ${at + 1}`, id))}`,
  )
  return newest(lines, MOST.comments, (count) => leftOut(`of ${count} older comments`, id))
}

/** Why attempts ended, oldest first. Where there is too much of it the newest are given. */
export function earlierLines(attempts: readonly Attempt[], id: number): string {
  const lines = attempts.map(({ number, outcome, reason, removedAt }) => {
    const kept = removedAt === null ? '' : ', and what it left is no longer kept'
    const told = `Attempt ${number} ended: ${outcome}${kept}${reason ? ` (${reason})` : ''}`
    return abridged(told, MOST.earlier / 2, leftOut(`of how attempt ${number} ended`, id))
  })
  return newest(lines, MOST.earlier, (count) => leftOut(`of ${count} older attempts`, id))
}

/** The last one is always there: alone, none is longer than all may be. */
function newest(
  lines: string[],
  most: number,
  note: (count: number) => (characters: number) => string,
): string {
  const count = Math.max(1, lastThatFit(lines, most))
  const older = lines.slice(0, -count)
  if (older.length === 0) return lines.join('\n')
  return [`[${note(older.length)(older.join('\n').length)}]`, ...lines.slice(-count)].join('\n')
}

/** What stands in the place of it: how much it is, and how it is read. */
const leftOut = (what: string, id: number) => (characters: number) =>
  `${counted(characters)} characters ${what} are left out here. Read them in parts, from a file outside of the checkout: ticket show ${id} > ~/ticket-${id}.txt`

/** A text that goes into the first request of an attempt, by its name. */
export interface Part {
  name: string
  /** Characters that are given, and that there are. */
  given: number
  all: number
}

/** The texts of a ticket, and the manual, largest first. */
export function partsOf(
  { ticket, parent, comments }: { ticket: Ticket; parent: Ticket | null; comments: readonly Comment[] },
  manual: string,
): Part[] {
  const part = (name: string, { length }: string, most: number): Part => ({
    name,
    given: Math.min(length, most),
    all: length,
  })
  return [
    part(`the description of #${ticket.id}`, ticket.description ?? '', MOST.description),
    part(`the title of #${ticket.id}`, ticket.title, MOST.title),
    ...(parent
      ? [part(`the description of its parent #${parent.id}`, parent.description ?? '', MOST.parent)]
      : []),
    ...comments.map(({ author, body }, at) => part(`comment ${at + 1}, by ${author}`, body, MOST.comment)),
    part("the agents' manual", manual, manual.length),
  ].sort((a, b) => b.given - a.given)
}

/** Whose doing it is that the model takes no request this long, in a sentence; `said` is what it says itself. */
export function whyTooLong(parts: readonly Part[], said: string): string {
  const largest = parts.filter(({ given }) => given > 0).sort((a, b) => b.given - a.given)
  const told = largest
    .slice(0, MOST_NAMED)
    .map(
      ({ name, given, all }) =>
        `${name} (${counted(given)} characters${all > given ? ` of ${counted(all)}` : ''})`,
    )
  return `Too much for the model to be told at first: most of it is ${told.join(', then ')}. Make that shorter, or let a model with more room do it. It said: ${said}`
}

/** Parts that a person is told of. */
const MOST_NAMED = 3
