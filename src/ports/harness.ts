/**
 * Harness: the program that an agent drives to do the thinking. It runs in the sandbox; the adapter speaks its
 * protocol.
 */
import type { SendBackReason } from '../ticket/events.ts'
import type { OfHarness } from '../ticket/transcript.ts'
import type { Usage } from './attempts.ts'
import type { Sandbox } from './sandbox.ts'

/** Adapter of one harness. */
export interface Harness {
  name: string
  /** Runs one turn of work. Never throws for the program's failures: the end says how it went. */
  run(task: HarnessTask): Promise<HarnessEnd>
  /** Support for resuming a session in another sandbox; null when the harness has none. */
  sessions: Sessions | null
}

/** Saved sessions of a harness: their place, and how to move one to another sandbox. */
export interface Sessions {
  /** Folder that holds them, relative to the home. */
  folder: string
  /**
   * Prepares a session, whose folder has been copied into the home of a new sandbox, so that `run` can resume it. Gives
   * false when the session is not there.
   */
  adopt(sandbox: Sandbox, session: string, signal: AbortSignal): Promise<boolean>
}

/** One turn of work for a harness, with everything it needs. */
export interface HarnessTask {
  sandbox: Sandbox
  /** The agents' manual: standing orders. */
  manual: string
  /** Task of this turn, in words for the agent. */
  prompt: string
  /** Reason for this turn: the ticket is new to the agent, or its earlier work came back. */
  occasion: Occasion
  ticket: { id: number; title: string; description: string | null }
  attempt: number
  /** Tools that the agent gets; `read`: none that could change anything. */
  access: 'change' | 'read'
  /** Session to resume; null starts a new one. */
  session: string | null
  /** Receives each event, in order. Unknown kinds arrive as `other`. */
  emit: (event: HarnessEvent) => void
  signal: AbortSignal
}

/** Reason for a turn. `asked`: the agent is asked, within an attempt, about work that it left beside `HEAD`. */
export type Occasion = 'start' | 'red' | 'conflict' | 'rejected' | 'asked' | 'again'

/** Event that a harness reports while it works; the transcript holds the same. */
export type HarnessEvent = OfHarness

/** End of a turn: success with a summary, or a failure with its reason. */
export type HarnessEnd =
  | { ok: true; session: string | null; usage: Usage; summary: string }
  | {
      ok: false
      session: string | null
      usage: Usage
      reason: SendBackReason
      /** Explanation for the ticket, in one sentence. */
      detail: string
      /** End of a usage limit, in milliseconds since the epoch; null when unknown or for another failure. */
      until: number | null
    }
