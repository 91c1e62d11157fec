/**
 * A blocker that ends without being done: what waited for it goes on only when a person says so. One question stands in
 * its place for everything that waited. A ticket that was split up hands them on to its parts.
 */
import { type Refusal, refuse } from './commands.ts'
import type { Resolution, Ticket } from './ticket.ts'

/** Who files those questions. Nobody else has that name. */
export const DECIDING = 'blockers'

export const isDecision = ({ createdBy }: Pick<Ticket, 'createdBy'>): boolean => createdBy === DECIDING

/** Ends that are not what the tickets waited for. After `decomposed` and `failed` others take its place. */
const COME_TO_NOTHING: readonly Resolution[] = ['cancelled', 'rejected']
const HANDED_ON: readonly Resolution[] = ['decomposed', 'failed']

/** How a ticket ended that will never be done; null when it is not over, or was done. */
export function gone({ stage }: Ticket): Resolution | null {
  return stage.status === 'done' && COME_TO_NOTHING.includes(stage.resolution) ? stage.resolution : null
}

/** Whether what it was for is there now. */
export const isReallyDone = ({ stage }: Ticket): boolean =>
  stage.status === 'done' && ![...COME_TO_NOTHING, ...HANDED_ON].includes(stage.resolution)

export const CHOICES = ['go on', 'cancel'] as const
export type Choice = (typeof CHOICES)[number]

/** What a person has decided, by how the answer begins; null when it is neither. */
export function choiceIn(text: string): Choice | null {
  const said = text.trim().toLowerCase().replace(/\s+/g, ' ')
  return CHOICES.find((choice) => new RegExp(`^${choice}\\b`).test(said)) ?? null
}

export const asksForDecision = ({ id }: Ticket): Refusal =>
  refuse(
    'conflict',
    `Ticket ${id} asks for a decision: ${CHOICES.map((choice) => `ticket answer ${id} "${choice}"`).join(', or ')}.`,
  )

/** `#1 (Base API), which was cancelled: Wrong idea` */
export function whatBecame(blocker: Ticket): string {
  const reason = blocker.stage.status === 'done' ? blocker.stage.reason : null
  return `#${blocker.id} (${blocker.title}), which was ${gone(blocker)}${reason ? `: ${reason}` : '.'}`
}

/** The question about a blocker that came to nothing, for everything that waits for it. */
export function decisionAbout(blocker: Ticket, waiting: readonly Ticket[]) {
  const [it, them] = waiting.length === 1 ? ['it', 'it'] : ['they', 'them']
  return {
    title: `Go on without #${blocker.id}, which was ${gone(blocker)}?`,
    description: [
      `These wait for ${whatBecame(blocker)}`,
      waiting.map(({ id, title }) => `- #${id} ${title}`).join('\n'),
      `Answer "go on", and ${it} will be done without #${blocker.id}; or "cancel", to cancel ${them}, too.`,
    ].join('\n\n'),
  }
}
