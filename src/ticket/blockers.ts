/**
 * Blockers that end without being done: their dependents continue only when a person says so. One question replaces the
 * blocker for everything that waits. A ticket that was split up passes its dependents on to its parts.
 */
import { type Refusal, refuse } from './commands.ts'
import type { Resolution, Ticket } from './ticket.ts'

/** Author of those questions. Nobody else has that name. */
export const DECIDING = 'blockers'

/** True for a question about a blocker that came to nothing. */
export const isDecision = ({ createdBy }: Pick<Ticket, 'createdBy'>): boolean => createdBy === DECIDING

/** Endings that dependents did not wait for. After `decomposed` and `failed` other tickets replace the blocker. */
const COME_TO_NOTHING: readonly Resolution[] = ['cancelled', 'rejected']
const HANDED_ON: readonly Resolution[] = ['decomposed', 'failed']

/** Resolution of a ticket that will never be done; null when it is not over, or was done. */
export function gone({ stage }: Ticket): Resolution | null {
  return stage.status === 'done' && COME_TO_NOTHING.includes(stage.resolution) ? stage.resolution : null
}

/** True when the purpose of the ticket is fulfilled. */
export const isReallyDone = ({ stage }: Ticket): boolean =>
  stage.status === 'done' && ![...COME_TO_NOTHING, ...HANDED_ON].includes(stage.resolution)

export const CHOICES = ['go on', 'cancel'] as const
/** Decision of a person about such a blocker. */
export type Choice = (typeof CHOICES)[number]

/** Decision at the beginning of an answer; null when it is neither. */
export function choiceIn(text: string): Choice | null {
  const said = text.trim().toLowerCase().replace(/\s+/g, ' ')
  return CHOICES.find((choice) => new RegExp(`^${choice}\\b`).test(said)) ?? null
}

/** Refusal for an answer that is not a decision. */
export const asksForDecision = ({ id }: Ticket): Refusal =>
  refuse(
    'conflict',
    `Ticket ${id} asks for a decision: ${CHOICES.map((choice) => `ticket answer ${id} "${choice}"`).join(', or ')}.`,
  )

/** Describes the end of a blocker: `#1 (Base API), which was cancelled: Wrong idea`. */
export function whatBecame(blocker: Ticket): string {
  const reason = blocker.stage.status === 'done' ? blocker.stage.reason : null
  return `#${blocker.id} (${blocker.title}), which was ${gone(blocker)}${reason ? `: ${reason}` : '.'}`
}

/** Makes the question about a blocker that came to nothing, for everything that waits for it. */
export function decisionAbout(blocker: Ticket, waiting: readonly Ticket[]) {
  const them = waiting.length === 1 ? 'it' : 'them'
  return {
    title: `Continue without #${blocker.id}, which was ${gone(blocker)}?`,
    description: [
      `These wait for ${whatBecame(blocker)}`,
      waiting.map(({ id, title }) => `- #${id} ${title}`).join('\n'),
      `Answer "go on" to do ${them} without #${blocker.id}, or "cancel" to cancel ${them}, too.`,
    ].join('\n\n'),
  }
}
