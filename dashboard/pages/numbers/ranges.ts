/** Ranges of the numbers: their length, their steps, and totals. */
import type { Stretch } from '../../../src/api/client.ts'
import { duration } from '../../parts/time.tsx'

/** Range of time. */
export interface Range {
  name: string
  label: string
  step: 'hour' | 'day'
  /** Number of steps back. */
  steps: number
}

export const RANGES: readonly Range[] = [
  { name: '24h', label: '24 hours', step: 'hour', steps: 24 },
  { name: '7d', label: '7 days', step: 'day', steps: 7 },
  { name: '30d', label: '30 days', step: 'day', steps: 30 },
  { name: '90d', label: '90 days', step: 'day', steps: 90 },
]

/** Begin of the first step; the last step is the one under way. */
export const sinceOf = (range: Range, now: number): number => beginsOf(range, now)[0]!

function beginsOf({ step, steps }: Range, now: number): number[] {
  return Array.from({ length: steps }, (_, index) => {
    const date = new Date(now)
    date.setMinutes(0, 0, 0)
    const back = steps - 1 - index
    if (step === 'hour') date.setTime(date.getTime() - back * 3_600_000)
    else {
      date.setHours(0)
      date.setDate(date.getDate() - back)
    }
    return date.getTime()
  })
}

const NOTHING: Omit<Stretch, 'at'> = {
  landed: 0,
  median_lead_ms: null,
  gates: 0,
  red_gates: 0,
  median_gate_ms: null,
  bounced: 0,
  cost_usd: null,
  unknown_costs: 0,
  ticket_cost_usd: null,
}

/** Fills every step of the range, even without events. A change of the clocks moves a day by an hour. */
export function filled(stretches: readonly Stretch[], range: Range, now: number): Stretch[] {
  const half = range.step === 'hour' ? 1_800_000 : 43_200_000
  return beginsOf(range, now).map((at) => {
    const found = stretches.find((each) => Math.abs(each.at - at) < half)
    return { ...NOTHING, ...found, at }
  })
}

/** Totals over all stretches. */
export function totals(stretches: readonly Stretch[]): { name: string; value: string }[] {
  const sum = (of: (stretch: Stretch) => number) => stretches.reduce((all, each) => all + of(each), 0)
  const landed = sum((each) => each.landed)
  const gates = sum((each) => each.gates)
  const unknown = sum((each) => each.unknown_costs)
  const isKnown = stretches.some((each) => each.cost_usd !== null)
  const cost = isKnown ? dollars(sum((each) => each.cost_usd ?? 0)) : 'unknown'
  const leads = stretches.flatMap(({ median_lead_ms }) => median_lead_ms ?? []).sort((a, b) => a - b)
  const middle = leads[Math.floor(leads.length / 2)]
  return [
    { name: 'landed', value: String(landed) },
    { name: 'claim to landed, median', value: middle === undefined ? 'unknown' : duration(middle) },
    { name: 'gates run', value: String(gates) },
    { name: 'sent back', value: String(sum((each) => each.bounced)) },
    { name: unknown > 0 && isKnown ? `cost, ${unknown} unknown` : 'cost', value: cost },
  ]
}

/** Formats US dollars. */
export const dollars = (value: number): string => `$${value.toFixed(value > 0 && value < 0.1 ? 4 : 2)}`

/** Name of a step, for people. */
export function nameOf(at: number, { step }: Range): string {
  const date = new Date(at)
  return step === 'hour'
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })
}
