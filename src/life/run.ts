/** The swarm at work: a loop of ticks, and what people may ask of it while it runs. */
import type { World } from '../ports/world.ts'
import { notify } from './notify.ts'
import { rescue } from './rescue.ts'
import { type Crew, type LaneWork, tick } from './tick.ts'

export interface AgentState {
  name: string
  ticket: number | null
  attempt: number | null
  /** When it began what it does now; milliseconds since the epoch. */
  since: number | null
  /** It leaves when its ticket is through: the swarm was made smaller. */
  leaving: boolean
}

export interface LaneState {
  /** What is being landed right now. */
  now: LaneWork | null
}

export interface Running {
  agents(): AgentState[]
  lane(): LaneState
  /** Why nobody claims anything, and until when; null when they do. */
  paused(): { reason: string; until: number } | null
  /** Changes how many agents work; busy ones finish their ticket first. */
  scale(agents: number): void
  /** Something changed: tick now. */
  wake(): void
  /** Ends every attempt, hands their tickets back with their work kept, and resolves when nothing runs any more. */
  stop(): Promise<void>
}

/** Wakes tell of changes at once; this often the truth is read again all the same. */
const POLL_MS = 1000

/** Begins by repairing what an earlier server left; this one must be the only one on its store. */
export async function run(world: World): Promise<Running> {
  const reaped = await world.sandboxes.reap()
  const lost = await rescue(world, () => true)
  if (reaped + lost > 0)
    world.note(`after a crash: ${lost} tickets are back on the ready list, ${reaped} sandboxes were removed`)
  const stopping = new AbortController()
  const bell = alarm()
  const crew: Crew = {
    working: new Map(),
    lane: null,
    laneRests: 0,
    pause: null,
    size: world.settings().agents,
    signal: stopping.signal,
    wake: bell.ring,
  }
  const ended = Promise.all([loop(world, crew, bell), notify(world, () => crew.pause, crew.signal)])
  return {
    agents: () => agents(crew),
    lane: () => ({ now: crew.lane?.at ?? null }),
    paused: () => crew.pause,
    scale: (size) => {
      crew.size = size
      bell.ring()
    },
    wake: bell.ring,
    stop: async () => {
      stopping.abort('The server stopped; the work so far is kept.')
      bell.ring()
      await ended
    },
  }
}

async function loop(world: World, crew: Crew, bell: ReturnType<typeof alarm>): Promise<void> {
  while (!crew.signal.aborted) {
    try {
      await tick(world, crew)
    } catch (error) {
      if (!crew.signal.aborted) world.note(`a tick failed: ${error instanceof Error ? error.stack : error}`)
    }
    await bell.rung(world, POLL_MS, crew.signal)
  }
  await Promise.all([...crew.working.values()].map(({ done }) => done))
  await crew.lane?.done
}

/** Remembers a ring until somebody waits for it. */
function alarm() {
  let rang = false
  let answer: (() => void) | null = null
  return {
    ring: () => {
      rang = true
      answer?.()
    },
    rung: async (world: World, ms: number, signal: AbortSignal) => {
      if (!rang) {
        const over = new AbortController()
        answer = () => over.abort()
        await world.clock.sleep(ms, AbortSignal.any([signal, over.signal]))
        answer = null
      }
      rang = false
    },
  }
}

function agents(crew: Crew): AgentState[] {
  const states: AgentState[] = []
  const busy = [...crew.working.keys()].map((name) => Number(name.slice('agent-'.length)))
  for (let n = 1; n <= Math.max(crew.size, ...busy); n++) {
    const name = `agent-${n}`
    const at = crew.working.get(name)
    if (n > crew.size && !at) continue
    const { id = null, attempts = null } = at?.ticket ?? {}
    states.push({ name, ticket: id, attempt: attempts, since: at?.since ?? null, leaving: n > crew.size })
  }
  return states
}
