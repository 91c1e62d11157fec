/** Prompts of an agent: the ticket and everything known about it, and later the evidence that sent its work back. */

import type { Attempt } from '../../ports/attempts.ts'
import type { Occasion } from '../../ports/harness.ts'
import type { Comment, Reads, TicketRow } from '../../ports/store.ts'
import { type Apart, listed } from '../../ticket/apart.ts'
import { isProposing, type Rejected } from '../../ticket/proposing.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { MOST } from '../../ticket/size.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { aboutTicket, commentLines, earlierLines } from './ticket-texts.ts'

/** Facts for a briefing. */
export interface Brief {
  ticket: Ticket
  parent: Ticket | null
  comments: Comment[]
  /** Ended attempts, oldest first. */
  earlier: Attempt[]
}

/** Collects the facts for a briefing. */
export async function gather(store: Reads, ticket: Ticket): Promise<Brief> {
  const attempts = await store.attempts({ ticket: ticket.id, limit: 10 })
  return {
    ticket,
    parent: await parentOf(store, ticket),
    comments: await store.comments(ticket.id),
    earlier: attempts.filter(({ endedAt }) => endedAt !== null).reverse(),
  }
}

/** Parent for the briefing, without the ticket of proposing: its description is for proposing agents only. */
async function parentOf(store: Reads, { parent }: Ticket): Promise<Ticket | null> {
  const found = parent === null ? null : await store.ticket(parent)
  return found && isProposing(found) ? null : found
}

/** Occasion of an attempt, by the end of the last one. */
export function occasion({ earlier }: Brief): Occasion {
  const reason = earlier.at(-1)?.reason ?? ''
  if (earlier.length === 0) return 'start'
  if (reason.startsWith('conflict')) return 'conflict'
  if (reason.startsWith('gate red')) return 'red'
  return reason.startsWith('rejected') ? 'rejected' : 'again'
}

/** Builds the first prompt of an attempt. Text of tickets is fenced and labelled: it is data, not orders to us. */
export function briefing(
  brief: Brief,
  agent: string,
  {
    resumed,
    session,
    hasProjectFile,
  }: { resumed: string | null; session: string | null; hasProjectFile: boolean },
): string {
  const { ticket, parent } = brief
  const parts = [
    `You are ${agent}. Do ticket #${ticket.id} in this checkout, then stop.`,
    fenced(`Ticket #${ticket.id}`, aboutTicket(ticket, MOST.description, '(no description)')),
  ]
  if (hasProjectFile) parts.push('Read PROJECT.md first: it says what this project is for.')
  if (parent) parts.push(fenced(`Its parent, #${parent.id}`, aboutTicket(parent, MOST.parent, '')))
  if (brief.comments.length > 0) parts.push(fenced('Comments', commentLines(brief.comments, ticket.id)))
  if (brief.earlier.length > 0) parts.push(fenced('Earlier attempts', earlierLines(brief.earlier, ticket.id)))
  if (session !== null) parts.push(ELSEWHERE)
  if (resumed) parts.push(resumed)
  return parts.join('\n\n')
}

const ELSEWHERE =
  'You resume your session in a new sandbox. Of the old sandbox, only the contents of this checkout remain.'

/** Builds the prompt of an agent that reads the code and proposes. */
export function proposingBriefing(
  ticket: Ticket,
  agent: string,
  { most, rejected, open, hasProjectFile }: ToPropose,
): string {
  const title = ({ id, title }: { id: number; title: string }) => `#${id} ${title}`
  const parts = [
    `You are ${agent}. Read the code in this checkout and propose at most ${most} improvements, then stop.`,
    fenced(`Ticket #${ticket.id}`, aboutTicket(ticket, MOST.description, '')),
  ]
  if (hasProjectFile) parts.push('Read PROJECT.md first: it says what this project is for.')
  if (open.length > 0) parts.push(fenced('Filed already', open.map(title).join('\n')))
  const refused = rejected.map((each) => `${title(each)}${each.reason ? `: ${firstLine(each.reason)}` : ''}`)
  if (refused.length > 0) parts.push(fenced('Rejected by a person', refused.join('\n')))
  return parts.join('\n\n')
}

interface ToPropose {
  /** Number of proposals that may still be filed. */
  most: number
  rejected: Rejected[]
  open: TicketRow[]
  hasProjectFile: boolean
}

/** Builds the prompt for the same session when its work did not pass. */
export function comeback(what: string, evidence: string, task = MEND): string {
  return `${what}\n\n${fenced('Evidence', evidence)}\n\n${task}`
}

const MEND = 'Fix it in this checkout, then stop.'

/** Task for an agent whose change is red only where `main` is red. */
export const IF_YOURS =
  'If your ticket is about this, fix it in this checkout, then stop. If not, leave your change as it is and stop. It is saved, does not count as a failure, and can land once main is green.'

/** Separates the new failures of a red change from those of `main`: in one sentence, and as lists. */
export function toldApart({ fresh, onMain }: Apart): { what: string; note: string } {
  const already = onMain.length > 0 ? `Already red on main:\n${listed(onMain)}` : ''
  if (fresh.length === 0)
    return {
      what: 'main itself is red, and your change adds no failure.',
      note: already || 'main is red, too.',
    }
  const count = fresh.length === 1 ? '1 failure is' : `${fresh.length} failures are`
  const what = `${count} new. main is red, too, but with other failures.`
  return { what, note: [`New with your change:\n${listed(fresh)}`, already].filter(Boolean).join('\n\n') }
}

/** Builds the question of an attempt, which is asked once: `found` is evidence, `todo` the task. */
export const asking = ({ what, found, todo }: { what: string; found: string; todo: string }): string =>
  [what, ...(found === '' ? [] : [fenced('Found', found)]), `${todo} Then stop.`].join('\n\n')

/** Builds the prompt for the same session when it was stopped early. */
export const goOn = (why: string): string =>
  `${why}\n\nYour work so far is in this checkout. Resume it, then stop.`

/** Fences text so that it cannot close its own fence. */
function fenced(label: string, text: string): string {
  return `--- ${label} ---\n${text.replaceAll(/^--- /gm, ' --- ')}\n--- end ---`
}
