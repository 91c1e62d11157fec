/** What the work at a ticket carries from one run of the harness to the next, and what a run may lead to. */
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

export type Ended =
  | 'submitted'
  | 'finished'
  | 'stopped'
  | { bounced: SendBackReason; detail: string; until?: number | null; main?: RedMain }

export interface First {
  prompt: string
  /** The same for who begins a new session. */
  afresh: string
  occasion: Occasion
  /** What the prompt and the manual are made of. */
  parts: Part[]
  by: Actor
  submitted: () => void
}

/** One more run, and why. */
export interface Again {
  prompt: string
  occasion: Occasion
  why: string
}

/** Beside its thread. */
export interface Work {
  world: World
  thread: Thread
  first: First
  signal: AbortSignal
  /** The commit of `main` that the checkout builds on. */
  base: CommitInfo
  /** Red gates and conflicts that may still go back. */
  retries: number
  asked: Set<About>
  /** How often it was told to go on after a failure of each kind. */
  goneOn: Map<SendBackReason, number>
  /** The tree that was last red on nothing but what `main` is red on. */
  looked: string | null
}

/** Refused when the attempt is over: its agent has given the ticket back, or somebody has taken it. */
export const advance = (
  { world, thread, first }: Work,
  phase: Exclude<WorkPhase, 'preparing'>,
  why?: string,
): Promise<Ticket | Refusal> => {
  const { ticket, member } = thread
  return apply(world, ticket.id, { type: 'advance', attempt: member.attempt, phase, why }, first.by)
}

/** A session remembers what it was told first; who begins a new one is told that again. */
export const tells = ({ thread, first }: Work, text: string): string =>
  thread.session === null ? `${first.afresh}\n\n${text}` : text
