/** Rows of measures → one tally for each stretch of time. */
import type { Tally } from '../../ports/tallies.ts'
import { integer, nullable, number, type Row, text } from './fields.ts'

const NOTHING: Omit<Tally, 'stretch'> = {
  landed: 0,
  medianLeadMs: null,
  gates: 0,
  redGates: 0,
  medianGateMs: null,
  bounced: 0,
  costUsd: null,
  unknownCosts: 0,
  ticketCostUsd: null,
}

/** Joins rows of measures to tallies, by rising stretch. */
export function loadTallies(rows: Row[]): Tally[] {
  const tallies = new Map<number, Tally>()
  for (const row of rows) {
    const stretch = integer(row, 'stretch')
    const before = tallies.get(stretch) ?? { stretch, ...NOTHING }
    tallies.set(stretch, { ...before, ...measured(row) })
  }
  return [...tallies.values()].sort((a, b) => a.stretch - b.stretch)
}

function measured(row: Row): Partial<Tally> {
  const n = integer(row, 'n')
  const value = nullable(row, 'value', number)
  switch (text(row, 'measure')) {
    case 'landed':
      return { landed: n, medianLeadMs: value }
    case 'gates':
      return { gates: n, medianGateMs: value }
    case 'red gates':
      return { redGates: n }
    case 'bounced':
      return { bounced: n }
    case 'cost':
      return { unknownCosts: n, costUsd: value }
    case 'ticket cost':
      return { ticketCostUsd: value }
    default:
      return {}
  }
}
