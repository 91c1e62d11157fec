/** What each agent is at, as it is told. */
import type { Unanswered } from '../../ticket/unanswered.ts'
import type { Fleet } from '../fleet.ts'

export interface AgentState {
  name: string
  ticket: number | null
  attempt: number | null
  /** When it began what it does now; milliseconds since the epoch. */
  since: number | null
  /** It leaves when its ticket is through: the swarm was made smaller. */
  leaving: boolean
  /** It waits in its sandbox for the end of a usage limit. */
  waitsForLimit: boolean
  /** To what its model gives no answer; null while it does, or is not asked. */
  unanswered: Unanswered | null
}

/** The agents that there should be, and those that leave when they are through. */
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
