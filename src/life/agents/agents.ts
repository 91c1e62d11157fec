/** State of each agent, for people. */
import type { Unanswered } from '../../ticket/unanswered.ts'
import type { Fleet } from '../fleet.ts'

/** State of one agent. */
export interface AgentState {
  name: string
  ticket: number | null
  attempt: number | null
  /** Start of its present work, in milliseconds since the epoch. */
  since: number | null
  /** True when it leaves after its ticket: the swarm was made smaller. */
  leaving: boolean
  /** True while it waits in its sandbox for the end of a usage limit. */
  waitsForLimit: boolean
  /** Requests without an answer from its model; null while it answers, or is not asked. */
  unanswered: Unanswered | null
}

/** Lists the agents that there should be, and those that leave after their ticket. */
export function agentsOf(fleet: Fleet): AgentState[] {
  const states: AgentState[] = []
  const busy = [...fleet.working.keys()].map((name) => Number(name.slice('agent-'.length)))
  for (let n = 1; n <= Math.max(fleet.size, ...busy); n++) {
    const name = `agent-${n}`
    const at = fleet.working.get(name)
    if (n > fleet.size && !at) continue
    const { id = null, attempts = null } = at?.ticket ?? {}
    const now = {
      since: at?.since ?? null,
      leaving: n > fleet.size,
      waitsForLimit: (at?.limitWait ?? null) !== null,
    }
    const unanswered = at?.seen?.unanswered() ?? null
    states.push({ name, ticket: id, attempt: attempts, ...now, unanswered })
  }
  return states
}
