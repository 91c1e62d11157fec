/** Cuts a plan down to what still breaks the same invariant: fewer tickets, faults, deeds, agents. */
import type { Plan, TicketPlan } from './plan.ts'

/** Gives the smallest plan it finds within so many tries. `breaks` runs a plan. */
export async function shrink(
  plan: Plan,
  breaks: (plan: Plan) => Promise<boolean>,
  tries: number,
): Promise<Plan> {
  let best = plan
  let left = tries
  for (let before = ''; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best)
    for (const smaller of smallerThan(best)) {
      if (left-- <= 0) return best
      const tried = smaller(best)
      if (tried !== null && (await breaks(tried))) best = tried
    }
  }
  return best
}

type Cut = (plan: Plan) => Plan | null

const LISTS = ['faults', 'weather', 'reds', 'deeds', 'tickets'] as const

/** Large cuts first: halves, quarters, single ones. */
function* smallerThan(plan: Plan): Generator<Cut> {
  for (const list of LISTS)
    for (let size = plan[list].length; size >= 1; size = Math.floor(size / 2))
      for (let at = plan[list].length - size; at >= 0; at -= size) yield without(list, at, size)
  yield (now) => (now.moody === 0 ? null : { ...now, moody: 0 })
  yield (now) => (now.curse === null ? null : { ...now, curse: null })
  yield (now) => (now.jitter === 0 ? null : { ...now, jitter: 0 })
  yield (now) => (now.agents === 1 ? null : { ...now, agents: now.agents - 1 })
  for (const { name } of plan.tickets) yield plain(name)
}

const without =
  (list: (typeof LISTS)[number], at: number, size: number): Cut =>
  (plan) =>
    at >= plan[list].length
      ? null
      : { ...plan, [list]: [...plan[list].slice(0, at), ...plan[list].slice(at + size)] }

/** One ticket with nothing odd about it. */
const plain =
  (name: string): Cut =>
  (plan) => {
    const odd = plan.tickets.find((each) => each.name === name && isOdd(each))
    if (!odd) return null
    const tickets = plan.tickets.map((each) =>
      each === odd ? { ...each, mishaps: [], wanders: [], after: null } : each,
    )
    return { ...plan, tickets }
  }

const isOdd = ({ mishaps, wanders, after }: TicketPlan) =>
  mishaps.length > 0 || wanders.length > 0 || after !== null
