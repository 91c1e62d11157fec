/** Ledger of an attempt: its usage of the model, the requests under way, and whether it may make another one. */
import { NO_USAGE, type Usage } from '../../ports/attempts.ts'
import { costOf, type PriceOf } from '../../ticket/prices.ts'
import type { Metered } from './meter.ts'
import type { Question } from './question.ts'

/** Usage and reservations of one attempt. */
export interface Ledger {
  /**
   * Reserves the possible cost of a request before it is sent. Refuses, in a sentence, when the budget is used up, by
   * usage or by requests under way.
   */
  reserve(question: Pick<Question, 'model' | 'maxTokens' | 'bytes'>): Reservation | { refused: string }
  usage(): Usage
}

/** Reservation for one request. */
export interface Reservation {
  /**
   * Ends it. `metered` is the count in the answer itself; tokens that it did not get to count are taken as reserved.
   * Null when nothing was asked or given: it failed, or was never sent.
   */
  settle(metered: Metered | 'unknown' | null): void
}

/** Maximum tokens to reserve for an answer: few answers are longer, and a larger request is rarely used up. */
const LONGEST_ANSWER = 8192
/** Bytes of a request per token, roughly; a picture has fewer tokens, hence the maximum below. */
const BYTES_A_TOKEN = 4
const LONGEST_QUESTION = 200_000

/**
 * Makes the ledger of an attempt. `budget`: US dollars, null for no limit; read for each request, since it may change.
 * The cost of one request may exceed it.
 */
export function ledger(priceOf: () => PriceOf, budget: () => number | null): Ledger {
  let usage: Usage = NO_USAGE
  let unpriced: string | null = null
  let reserved = 0
  const costs = (metered: Metered): number | null => costOf(metered, priceOf())

  function add(metered: Metered): void {
    const cost = costs(metered)
    if (cost === null) unpriced ??= nameOf(metered.model)
    usage = {
      inputTokens: usage.inputTokens + metered.inputTokens,
      outputTokens: usage.outputTokens + metered.outputTokens,
      cacheReadTokens: usage.cacheReadTokens + metered.cacheReadTokens,
      cacheWriteTokens: usage.cacheWriteTokens + metered.cacheWriteTokens,
      turns: usage.turns + 1,
      costUsd: unpriced === null && cost !== null ? (usage.costUsd ?? 0) + cost : null,
    }
  }

  return {
    reserve({ model, maxTokens, bytes }) {
      const guess: Metered = {
        ...{ model, isWhole: true, cacheReadTokens: 0, cacheWriteTokens: 0, cacheHourTokens: 0 },
        inputTokens: Math.min(Math.ceil(bytes / BYTES_A_TOKEN), LONGEST_QUESTION),
        outputTokens: Math.min(maxTokens ?? LONGEST_ANSWER, LONGEST_ANSWER),
      }
      const limit = budget()
      const cost = costs(guess)
      if (limit !== null && (unpriced !== null || cost === null))
        return { refused: uncountable(unpriced ?? nameOf(model), limit) }
      const spent = usage.costUsd ?? 0
      if (limit !== null && spent + reserved >= limit) return { refused: usedUp(spent, reserved, limit) }
      const aside = cost ?? 0
      reserved += aside
      let isOver = false
      return {
        settle(metered) {
          if (isOver) return
          isOver = true
          reserved -= aside
          if (metered === 'unknown') add(guess)
          else if (metered !== null) add(metered.isWhole ? metered : brokenOff(metered, guess))
        },
      }
    },
    usage: () => usage,
  }
}

/** Count of an answer that ended before it reported its length. */
const brokenOff = (metered: Metered, guess: Metered): Metered => ({
  ...metered,
  model: metered.model ?? guess.model,
  outputTokens: Math.max(metered.outputTokens, guess.outputTokens),
})

const nameOf = (model: string | null) => model ?? 'a model without a name'

const uncountable = (model: string, limit: number) =>
  `The price of ${model} is unknown, so the budget of ${dollars(limit)} cannot be enforced. Add its price to model_prices.`

const usedUp = (spent: number, reserved: number, limit: number) =>
  reserved > 0 && spent < limit
    ? `This attempt has used ${dollars(spent)} of its budget of ${dollars(limit)}. Its running requests may use the rest. Retry when they have ended.`
    : `This attempt has used ${dollars(spent)} of its budget of ${dollars(limit)}. No more requests are sent to the model.`

const dollars = (amount: number) => `$${amount.toFixed(2)}`
