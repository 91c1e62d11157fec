/** Texts of a ticket for a prompt: whole, or as much as any model has room for, with a pointer to the rest. */
import type { Attempt } from '../../ports/attempts.ts'
import type { Comment } from '../../ports/store.ts'
import { outcomeWords } from '../../ticket/outcomes.ts'
import { abridged, counted, lastThatFit, MOST } from '../../ticket/size.ts'
import type { Ticket } from '../../ticket/ticket.ts'

/** Title and description, of at most `most` characters; `none` stands for a missing description. */
export function aboutTicket({ id, title, description }: Ticket, most: number, none: string): string {
  const name = abridged(title, MOST.title, leftOut('of the title', id))
  return `${name}\n\n${abridged(description ?? none, most, leftOut('of the description', id))}`
}

/** Comments, oldest first. When they are too long, only the newest remain. */
export function commentLines(comments: readonly Comment[], id: number): string {
  const lines = comments.map(
    ({ author, body }, at) =>
      `${author}: ${abridged(body, MOST.comment, leftOut(`of comment ${at + 1}`, id))}`,
  )
  return newest(lines, MOST.comments, (count) => leftOut(`of ${count} older comments`, id))
}

/** Ends of attempts, oldest first. When they are too long, only the newest remain. */
export function earlierLines(attempts: readonly Attempt[], id: number): string {
  const lines = attempts.map(({ number, outcome, reason, removedAt }) => {
    const kept = removedAt === null ? '' : ', and its saved work was removed'
    const told = `Attempt ${number} ended: ${outcomeWords(outcome)}${kept}${reason ? ` (${reason})` : ''}`
    return abridged(told, MOST.earlier / 2, leftOut(`of how attempt ${number} ended`, id))
  })
  return newest(lines, MOST.earlier, (count) => leftOut(`of ${count} older attempts`, id))
}

/** Newest lines that fit. The last one is always included: alone, none exceeds the limit. */
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

/** Note in place of left-out text: its length, and how to read it. */
const leftOut = (what: string, id: number) => (characters: number) =>
  `${counted(characters)} characters ${what} are left out here. Read them in parts, from a file outside of the checkout: ticket show ${id} > ~/ticket-${id}.txt`

/** Text in the first request of an attempt, by its name. */
export interface Part {
  name: string
  /** Characters that are sent, and characters that exist. */
  given: number
  all: number
}

/** Texts of a ticket, and the manual, largest first. */
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

/** Explains which texts make the first request too long for the model; `said` is the model's own message. */
export function whyTooLong(parts: readonly Part[], said: string): string {
  const largest = parts.filter(({ given }) => given > 0).sort((a, b) => b.given - a.given)
  const told = largest
    .slice(0, MOST_NAMED)
    .map(
      ({ name, given, all }) =>
        `${name} (${counted(given)} characters${all > given ? ` of ${counted(all)}` : ''})`,
    )
  return `The first prompt is too long for the model. Its largest parts: ${told.join(', then ')}. Shorten them, or use a model with a larger context window. The model said: ${said}`
}

/** Number of texts to name. */
const MOST_NAMED = 3
