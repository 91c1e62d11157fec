/** Plots of the numbers, each with its unit. */
import type { Stretch } from '../../../src/api/client.ts'
import { Plot, type Series } from './plot.tsx'
import { nameOf, type Range } from './ranges.ts'

interface Figure {
  title: string
  unit: string
  series: readonly (Pick<Series, 'name' | 'colour' | 'kind'> & { of: (stretch: Stretch) => number | null })[]
}

const minutes = (ms: number | null) => (ms === null ? null : ms / 60_000)
const seconds = (ms: number | null) => (ms === null ? null : ms / 1000)

const FIGURES: readonly Figure[] = [
  {
    title: 'Landed',
    unit: 'tickets',
    series: [{ name: 'landed', colour: '--good', kind: 'bars', of: ({ landed }) => landed }],
  },
  {
    title: 'Sent back, and red gates',
    unit: 'times',
    series: [
      { name: 'sent back', colour: '--bad', kind: 'bars', of: ({ bounced }) => bounced },
      { name: 'red gates', colour: '--warn', kind: 'line', of: ({ red_gates }) => red_gates },
    ],
  },
  {
    title: 'From claim to landed, median',
    unit: 'minutes',
    series: [
      {
        name: 'claim to landed',
        colour: '--accent',
        kind: 'line',
        of: ({ median_lead_ms }) => minutes(median_lead_ms),
      },
    ],
  },
  {
    title: 'Gate time, median',
    unit: 'seconds',
    series: [
      { name: 'gate', colour: '--accent', kind: 'line', of: ({ median_gate_ms }) => seconds(median_gate_ms) },
    ],
  },
  {
    title: 'Known cost',
    unit: 'US dollars',
    series: [{ name: 'cost', colour: '--accent', kind: 'bars', of: ({ cost_usd }) => cost_usd }],
  },
  {
    title: 'Cost per landed ticket',
    unit: 'US dollars',
    series: [
      {
        name: 'cost per ticket',
        colour: '--accent',
        kind: 'line',
        of: ({ ticket_cost_usd }) => ticket_cost_usd,
      },
    ],
  },
]

/** Shows all plots of a range. */
export function Plots({ stretches, range }: { stretches: readonly Stretch[]; range: Range }) {
  const names = stretches.map(({ at }) => nameOf(at, range))
  return (
    <div className="numbers-plots">
      {FIGURES.map(({ title, unit, series }) => (
        <figure key={title} className="card numbers-plot">
          <figcaption>
            {title} <span className="quiet">{unit}</span>
          </figcaption>
          <Plot
            label={`${title}, in ${unit}. The table has the same numbers.`}
            names={names}
            isCount={unit === 'tickets' || unit === 'times'}
            series={series.map(({ of, ...rest }) => ({ ...rest, values: stretches.map(of) }))}
          />
        </figure>
      ))}
    </div>
  )
}
