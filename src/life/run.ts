/** The swarm at work: a loop of ticks, and what people may ask of it while it runs. */

export interface AgentState {
  name: string
  ticket: number | null
  attempt: number | null
  phase: string | null
  /** When it began what it does now; milliseconds since the epoch. */
  since: number | null
  /** It leaves when its ticket is through: the swarm was made smaller. */
  leaving: boolean
}

export interface LaneState {
  /** What is being landed right now. */
  now: { ticket: number; attempt: number; doing: 'merging' | 'verifying'; since: number } | null
}

export interface Running {
  agents(): AgentState[]
  lane(): LaneState
  /** Why nobody claims anything, and until when (null: until a person acts); null when they do. */
  paused(): { reason: string; until: number | null } | null
  /** Changes how many agents work; busy ones finish their ticket first. */
  scale(agents: number): void
  /** Something changed: tick now. */
  wake(): void
  /** Ends every attempt, hands their tickets back with their work kept, and resolves when nothing runs any more. */
  stop(): Promise<void>
}
