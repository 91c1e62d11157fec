/** Costs of agents. Unknown is not zero, and estimates are separate from reported costs. */
import { estimateOf, type PriceOf, type Tokens } from './prices.ts'

/** Usage by the attempts of one group and one model, as a store sums it up. */
export interface Spending {
  /** Key of the group; empty for all attempts. */
  key: string
  model: string | null
  attempts: number
  /** US dollars of attempts whose cost was reported. */
  usd: number
  /** Total of tokens, in and out. */
  tokens: number
  /** Attempts whose cost was not reported. */
  unpriced: {
    attempts: number
    /** Number of these that reported no tokens either. */
    silent: number
    tokens: Tokens
  }
}

/** Cost of a group. */
export interface Cost {
  attempts: number
  tokens: number
  /** US dollars that were reported; null when none were. */
  usd: number | null
  /** US dollars by the table of prices, of attempts that reported only their tokens; null when there are none. */
  estimatedUsd: number | null
  /** Number of attempts of unknown cost. */
  unknown: number
  /** Number of these that used tokens. */
  unpriced: number
}

/** Sums spending to a cost. */
export function costOfAll(spending: Spending[], priceOf: PriceOf): Cost {
  const cost: Cost = { attempts: 0, tokens: 0, usd: null, estimatedUsd: null, unknown: 0, unpriced: 0 }
  for (const { model, attempts, usd, tokens, unpriced } of spending) {
    const { silent } = unpriced
    const working = unpriced.attempts - silent
    const estimate = working > 0 ? estimateOf(model, unpriced.tokens, priceOf) : null
    const without = estimate === null ? working : 0
    cost.attempts += attempts
    cost.tokens += tokens
    if (attempts > unpriced.attempts) cost.usd = (cost.usd ?? 0) + usd
    if (estimate !== null) cost.estimatedUsd = (cost.estimatedUsd ?? 0) + estimate
    cost.unpriced += without
    cost.unknown += without + silent
  }
  return cost
}

/** Sums spending by group, in the order of their first appearance. */
export function costsBy(
  spending: Spending[],
  nameOf: (key: string) => string,
  priceOf: PriceOf,
): [string, Cost][] {
  const groups = new Map<string, Spending[]>()
  for (const each of spending) {
    const name = nameOf(each.key)
    groups.set(name, [...(groups.get(name) ?? []), each])
  }
  return [...groups].map(([name, group]) => [name, costOfAll(group, priceOf)])
}

/** US dollars spent, reported and estimated. */
export const spentOf = ({ usd, estimatedUsd }: Cost): number => (usd ?? 0) + (estimatedUsd ?? 0)

/** Formats US dollars. */
export const dollars = (amount: number): string =>
  amount > 0 && amount < 0.01 ? 'under $0.01' : `$${amount.toFixed(2)}`

/** Formats a cost: `$1.20 + about $0.30 + unknown for 2 attempts`; `unknown` where nothing is known. */
export function costText({
  attempts,
  usd,
  estimatedUsd,
  unknown,
}: Omit<Cost, 'unpriced' | 'tokens'>): string {
  const parts: string[] = []
  if (usd !== null) parts.push(dollars(usd))
  if (estimatedUsd !== null) parts.push(`about ${dollars(estimatedUsd)}`)
  if (unknown > 0 && parts.length === 0) return unknown === attempts ? 'unknown' : 'unknown in part'
  if (unknown > 0) parts.push(`unknown for ${unknown} attempt${unknown === 1 ? '' : 's'}`)
  return parts.join(' + ') || '-'
}
