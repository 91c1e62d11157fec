/** The settings that limit what agents cost. */
import { z } from 'zod'
import { PRICE_ENTRY } from '../ticket/prices.ts'
import { bySpaces, dollars, list, table, wordsOf } from './kinds.ts'

const PRICED = wordsOf(z.string().regex(PRICE_ENTRY))

export const MONEY_ROWS = table({
  attemptBudget: {
    fallback: null,
    help: 'US dollars that one attempt may use of the model; no limit by default',
    expects: 'an amount of dollars such as 2.5, or null',
    schema: z.union([z.null(), z.number().positive().max(100_000)]),
    fromText: (text) => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text),
  },
  ticketBudget: {
    fallback: 0,
    help: 'US dollars that agents may spend on one ticket before you are asked; 0: no limit',
    ...dollars,
  },
  dayBudget: {
    fallback: 0,
    help: 'US dollars that agents may spend in a day before all of them wait and you are asked; 0: no limit',
    ...dollars,
  },
  totalBudget: {
    fallback: 0,
    help: 'US dollars that agents may spend in all before all of them wait and you are asked; 0: no limit',
    ...dollars,
  },
  modelPrices: {
    fallback: [],
    help: 'prices that the swarm does not know: NAME=INPUT/OUTPUT, in dollars for a million tokens',
    ...list('a list such as ["claude-next=3/15"]', bySpaces),
    schema: PRICED,
  },
})
