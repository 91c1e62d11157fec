/** Reason why agents have no ticket. */
import type { Running } from '../life/run.ts'
import type { Records } from '../ports/world.ts'
import { idleSentence, type WhyIdle } from '../ticket/idle.ts'

/** Idle agents, for an answer. */
export interface IdleJson {
  /** Number of idle agents. */
  agents: number
  why: WhyIdle['kind']
  sentence: string
}

/** Finds why agents are idle; null when each has a ticket, or could have one by now, or no agents run here. */
export async function idleOf(
  { store, clock }: Records,
  running: Pick<Running, 'agents' | 'idle'> | null,
): Promise<IdleJson | null> {
  const why = running?.idle() ?? null
  if (running === null || why === null) return null
  const agents = running.agents().filter(({ ticket, leaving }) => ticket === null && !leaving).length
  const now = clock.now()
  const sentence = idleSentence({ agents, why, census: await store.census(now) }, now)
  return sentence === null ? null : { agents, why: why.kind, sentence }
}
