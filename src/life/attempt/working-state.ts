/** State of the work at a ticket between runs of the harness, and the results of a run. */
import type { Occasion } from '../../ports/harness.ts'
import type { CommitInfo } from '../../ports/repo.ts'
import type { World } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import type { RedMain } from '../../ticket/red-main.ts'
import type { Ticket, WorkPhase } from '../../ticket/ticket.ts'
import { apply } from '../apply.ts'
import type { Part } from '../prompts/ticket-texts.ts'
import type { About } from './stands.ts'
import type { Thread } from './work.ts'

/** End of an attempt. */
export type Ended =
  | 'submitted'
  | 'finished'
  | 'stopped'
  | { bounced: SendBackReason; detail: string; until?: number | null; main?: RedMain }

/** First prompt of an attempt. */
export interface First {
  prompt: string
  /** First prompt of a new session. */
  afresh: string
  occasion: Occasion
  /** Texts in the prompt and the manual. */
  parts: Part[]
  by: Actor
  submitted: () => void
}

/** Next run, and its reason. */
export interface Again {
  prompt: string
  occasion: Occasion
  why: string
}

/** State of the work, besides its thread. */
export interface Work {
  world: World
  thread: Thread
  first: First
  signal: AbortSignal
  /** Commit of `main` that the checkout builds on. */
  base: CommitInfo
  /** Number of red gates and conflicts that may still go back. */
  retries: number
  asked: Set<About>
  /** Number of resumptions after each kind of failure. */
  goneOn: Map<SendBackReason, number>
  /** Tree that was last red only where `main` is red. */
  looked: string | null
}

/**
 * Moves the ticket to a phase; refuses when the attempt is over: its agent has given the ticket back, or somebody has
 * taken it.
 */
export const advance = (
  { world, thread, first }: Work,
  phase: Exclude<WorkPhase, 'preparing'>,
  why?: string,
): Promise<Ticket | Refusal> => {
  const { ticket, member } = thread
  return apply(world, ticket.id, { type: 'advance', attempt: member.attempt, phase, why }, first.by)
}

/** Text for the next run. A session remembers its first prompt; a new one gets it again. */
export const tells = ({ thread, first }: Work, text: string): string =>
  thread.session === null ? `${first.afresh}\n\n${text}` : text
