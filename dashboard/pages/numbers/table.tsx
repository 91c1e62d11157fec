/** Table of the numbers, for readers rather than viewers. */
import type { Stretch } from '../../../src/api/client.ts'
import { ScrollArea } from '../../parts/scroll-area.tsx'
import { duration } from '../../parts/time.tsx'
import { dollars, nameOf, type Range } from './ranges.ts'

const time = (ms: number | null) => (ms === null ? '–' : duration(ms))
const money = (usd: number | null) => (usd === null ? '–' : dollars(usd))

const COLUMNS: readonly { name: string; of: (stretch: Stretch) => string }[] = [
  { name: 'Landed', of: ({ landed }) => String(landed) },
  { name: 'Claim to landed, median', of: ({ median_lead_ms }) => time(median_lead_ms) },
  { name: 'Gates', of: ({ gates }) => String(gates) },
  { name: 'Red gates', of: ({ red_gates }) => String(red_gates) },
  { name: 'Gate time, median', of: ({ median_gate_ms }) => time(median_gate_ms) },
  { name: 'Sent back', of: ({ bounced }) => String(bounced) },
  { name: 'Cost', of: ({ cost_usd }) => money(cost_usd) },
  { name: 'Cost unknown', of: ({ unknown_costs }) => String(unknown_costs) },
  { name: 'Cost per landed ticket', of: ({ ticket_cost_usd }) => money(ticket_cost_usd) },
]

/** Shows the table. */
export function NumbersTable({ stretches, range }: { stretches: readonly Stretch[]; range: Range }) {
  return (
    <ScrollArea className="numbers-table" label="Numbers as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">{range.step === 'hour' ? 'Hour' : 'Day'}</th>
            {COLUMNS.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stretches.toReversed().map((stretch) => (
            <tr key={stretch.at}>
              <th scope="row">{nameOf(stretch.at, range)}</th>
              {COLUMNS.map(({ name, of }) => (
                <td key={name}>{of(stretch)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  )
}
