/** The settings that limit what agents cost. */
import { z } from 'zod'
import { PRICE_ENTRY } from '../ticket/prices.ts'
import { bySpaces, dollars, list, table, wordsOf } from './kinds.ts'

const PRICED = wordsOf(z.string().regex(PRICE_ENTRY))

export const MONEY_ROWS = table({
  attemptBudget: {
    fallback: null,
    help: 'most that one attempt may spend on the model, in US dollars; default: no limit',
    expects: 'an amount of dollars such as 2.5, or null',
    schema: z.union([z.null(), z.number().positive().max(100_000)]),
    fromText: (text) => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text),
  },
  ticketBudget: {
    fallback: 0,
    help: 'US dollars spent on one ticket before it waits for your decision; 0 = no limit',
    ...dollars,
  },
  dayBudget: {
    fallback: 0,
    help: 'US dollars spent in one day before all agents pause and you decide; 0 = no limit',
    ...dollars,
  },
  totalBudget: {
    fallback: 0,
    help: 'US dollars spent in total before all agents pause and you decide; 0 = no limit',
    ...dollars,
  },
  modelPrices: {
    fallback: [],
    help: 'prices of models missing from the price table: NAME=INPUT/OUTPUT, in US dollars per million tokens',
    ...list('a list such as ["claude-next=3/15"]', bySpaces),
    schema: PRICED,
  },
})
