/** The program that an agent drives to do the thinking. It runs inside the sandbox; this speaks its protocol. */
import type { SendBackReason } from '../ticket/events.ts'
import type { OfHarness } from '../ticket/transcript.ts'
import type { Sandbox } from './sandbox.ts'
import type { Usage } from './store.ts'

export interface Harness {
  name: string
  /** One turn of work. Never throws for what the program does: the end says how it went. */
  run(task: HarnessTask): Promise<HarnessEnd>
  /** How a session can go on in another sandbox; null when it cannot. */
  sessions: Sessions | null
}

export interface Sessions {
  /** Where they live, from the home on. */
  folder: string
  /**
   * Makes a session, whose folder has come into the home of a new sandbox, one that `run` can go on with; false when it
   * is not there.
   */
  adopt(sandbox: Sandbox, session: string, signal: AbortSignal): Promise<boolean>
}

export interface HarnessTask {
  sandbox: Sandbox
  /** The agents' manual: standing orders. */
  manual: string
  /** What to do now. */
  prompt: string
  /** Why it is asked: the ticket is new to it, or its earlier work came back. */
  occasion: Occasion
  ticket: { id: number; title: string; description: string | null }
  attempt: number
  /** `read`: it is offered no tool that could change anything. */
  access: 'change' | 'read'
  /** The session to go on with; null starts one. */
  session: string | null
  /** Each event as it comes, in order. Unknown kinds are passed on as `other`. */
  emit: (event: HarnessEvent) => void
  signal: AbortSignal
}

/** `asked`: within an attempt, the agent is asked about what it leaves behind. */
export type Occasion = 'start' | 'red' | 'conflict' | 'rejected' | 'asked' | 'again'

/** What a harness tells while it works; its transcript holds the same. */
export type HarnessEvent = OfHarness

export type HarnessEnd =
  | { ok: true; session: string | null; usage: Usage; summary: string }
  | {
      ok: false
      session: string | null
      usage: Usage
      reason: SendBackReason
      /** One sentence for the ticket. */
      detail: string
      /** For a usage limit: when it ends. */
      until: number | null
    }
