/** What an attempt has used of the model, and whether it may ask for more. */
import { NO_USAGE, type Usage } from '../../ports/store.ts'
import { costOf, type PriceOf } from '../../ticket/prices.ts'
import type { Metered } from './meter.ts'

export interface Ledger {
  add(metered: Metered): void
  usage(): Usage
  /** Why nothing more may be asked, in a sentence; null while it may. */
  overdrawn(): string | null
}

/**
 * `budget`: US dollars for the attempt, null for no limit; asked for each time, for it may be changed. What is under
 * way when the budget is reached still ends, so it may be passed by what the requests under way cost.
 */
export function ledger(priceOf: () => PriceOf, budget: () => number | null): Ledger {
  let usage: Usage = NO_USAGE
  let unpriced: string | null = null
  return {
    add(metered) {
      const cost = costOf(metered, priceOf())
      if (cost === null) unpriced ??= metered.model ?? 'a model without a name'
      usage = {
        inputTokens: usage.inputTokens + metered.inputTokens,
        outputTokens: usage.outputTokens + metered.outputTokens,
        cacheReadTokens: usage.cacheReadTokens + metered.cacheReadTokens,
        cacheWriteTokens: usage.cacheWriteTokens + metered.cacheWriteTokens,
        turns: usage.turns + 1,
        costUsd: unpriced === null && cost !== null ? (usage.costUsd ?? 0) + cost : null,
      }
    },
    usage: () => usage,
    overdrawn() {
      const limit = budget()
      if (limit === null) return null
      if (unpriced !== null)
        return `What ${unpriced} costs is not known, so the budget of ${dollars(limit)} cannot be kept: name its price in model_prices.`
      const spent = usage.costUsd ?? 0
      return spent < limit
        ? null
        : `This attempt has used ${dollars(spent)} of its budget of ${dollars(limit)}: nothing more is asked of the model.`
    },
  }
}

const dollars = (amount: number) => `$${amount.toFixed(2)}`
