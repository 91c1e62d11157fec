/** Numbers of the swarm over time, as plots and as a table. */
import { ChartLine, Table2 } from 'lucide-react'
import { useMemo } from 'react'
import type { Stretch } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useAsk } from '../../live/queries.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { later } from '../../parts/later.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { useParameter } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { filled, RANGES, type Range, sinceOf, totals } from './ranges.ts'
import { NumbersTable } from './table.tsx'
import './numbers.css'

const Plots = later(
  async () => (await import('./plots.tsx')).Plots,
  () => <Loading what="the plots" />,
)

/** Events that may change the numbers. */
const ENDS = ['done', 'bounced', 'unclaimed', 'lost', 'claimed', 'completed']

/** Page of the numbers. */
export function Numbers() {
  const [name, setName] = useParameter('range')
  const [view, setView] = useParameter('view')
  const range = RANGES.find((each) => each.name === name) ?? RANGES[1]!
  const isTable = view === 'table'
  const { data, error, refetch } = useAsk({
    key: ['numbers', range.name],
    ask: () => api.numbers({ since: sinceOf(range, Date.now()), step: range.step, offset: ahead() }),
    stale: ({ event }) => ENDS.includes(event.type),
  })
  useShortcuts([
    {
      keys: 'v',
      does: 'Plots or table',
      group: 'Numbers',
      run: () => setView(isTable ? '' : 'table'),
    },
    ...RANGES.map((each, index) => ({
      keys: String(index + 1),
      does: `Show ${each.label}`,
      group: 'Numbers',
      run: () => setName(each.name),
    })),
  ])
  return (
    <div className="numbers">
      <PageHeader title="Numbers">
        <fieldset className="numbers-ranges">
          <legend className="sr-only">Time range</legend>
          {RANGES.map((each) => (
            <label key={each.name}>
              <input type="radio" name="range" checked={each === range} onChange={() => setName(each.name)} />
              <span>{each.label}</span>
            </label>
          ))}
        </fieldset>
        <Button icon={isTable ? ChartLine : Table2} onClick={() => setView(isTable ? '' : 'table')}>
          {isTable ? 'Plots' : 'Table'}
        </Button>
      </PageHeader>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="the numbers" />}
      {data && <Shown stretches={data.stretches} range={range} isTable={isTable} />}
    </div>
  )
}

/** Minutes by which the reader's clock is ahead of UTC. */
const ahead = () => -new Date().getTimezoneOffset()

interface ShownProps {
  stretches: readonly Stretch[]
  range: Range
  isTable: boolean
}

function Shown({ stretches, range, isTable }: ShownProps) {
  const all = useMemo(() => filled(stretches, range, Date.now()), [stretches, range])
  if (stretches.length === 0)
    return (
      <EmptyState title="No data in this time range" icon={ChartLine}>
        Numbers appear when agents work, gates run and tickets land.
      </EmptyState>
    )
  return (
    <>
      <dl className="numbers-totals">
        {totals(stretches).map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {isTable ? <NumbersTable stretches={all} range={range} /> : <Plots stretches={all} range={range} />}
    </>
  )
}
