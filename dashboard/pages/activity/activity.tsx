/** Activity: everything that happened, in sentences, newest first. */
import { Search, X } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useStatus } from '../../live/shared.ts'
import { Button } from '../../parts/button.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { useParameter } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { Entries } from './entries.tsx'
import { KINDS } from './kinds.ts'
import type { Filter } from './log.ts'
import './activity.css'

/** Page of the activity. */
export function ActivityPage() {
  const [ticket, setTicket] = useParameter('ticket')
  const [by, setBy] = useParameter('who')
  const [kind, setKind] = useParameter('kind')
  const search = useRef<HTMLInputElement>(null)
  const isFiltered = ticket !== '' || by !== '' || kind !== ''
  const showAll = () => {
    setTicket('')
    setBy('')
    setKind('')
  }
  useShortcuts([
    { keys: '/', does: 'Filter by ticket', group: 'Activity', run: () => search.current?.focus() },
    { keys: 'x', does: 'Show everything again', group: 'Activity', run: showAll },
  ])
  const id = Number(ticket.match(/^#?(\d{1,9})$/)?.[1] ?? 0)
  const filter: Filter = useMemo(
    () => ({ ticket: id || null, by, types: KINDS.find(({ name }) => name === kind)?.types ?? null }),
    [id, by, kind],
  )
  return (
    <div className="activity">
      <PageHeader title="Activity">
        <label className="activity-ticket">
          <Search aria-hidden />
          <span className="sr-only">Number of a ticket</span>
          <input
            dir="auto"
            ref={search}
            type="search"
            inputMode="numeric"
            placeholder="Ticket, such as 12"
            value={ticket}
            onChange={(event) => setTicket(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
        </label>
        <Choice label="Who" value={by} among={useNames(by)} onChange={setBy} />
        <Choice label="What" value={kind} among={KINDS.map(({ name }) => name)} onChange={setKind} />
        {isFiltered && (
          <Button kind="quiet" icon={X} onClick={showAll}>
            Show everything
          </Button>
        )}
      </PageHeader>
      <Entries filter={filter} isFiltered={isFiltered} />
    </div>
  )
}

/** Names to choose from: everybody who may have done something. */
function useNames(chosen: string): string[] {
  const agents = useStatus().data?.agents.map(({ name }) => name) ?? []
  return [...new Set(['human', 'merge queue', 'swarm', ...agents, ...(chosen ? [chosen] : [])])]
}

interface ChoiceProps {
  label: string
  value: string
  among: readonly string[]
  onChange: (value: string) => void
}

function Choice({ label, value, among, onChange }: ChoiceProps) {
  return (
    <label className="choice">
      <span className="sr-only">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{label}: all</option>
        {among.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}
