/** Attempts of a ticket: the transcript while it is written, the change, and the gate's receipts. */
import type { AttemptEntry, TicketDetail } from '../../../src/api/client.ts'
import { outcomeWords, resolutionWords } from '../../../src/ticket/outcomes.ts'
import { whyRemoved } from '../../../src/ticket/over.ts'
import { api } from '../../live/api.ts'
import { of, useAsk } from '../../live/queries.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Diff } from '../../parts/diff.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { GateReceipt } from '../../parts/gate-receipt.tsx'
import { later } from '../../parts/later.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { duration, Since, Time } from '../../parts/time.tsx'
import { useParameter } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { spending } from './spending.ts'

export const Transcript = later(
  async () => (await import('./transcript.tsx')).Transcript,
  () => <Loading what="the transcript" />,
)

/** Shows the attempts. */
export function Attempts({ ticket: { id, attempt_records } }: { ticket: TicketDetail }) {
  const [number, setNumber] = useParameter('attempt')
  const chosen = attempt_records.find((each) => String(each.number) === number) ?? attempt_records[0]
  const step = (by: number) => {
    const next = attempt_records[attempt_records.indexOf(chosen!) + by]
    if (next) setNumber(String(next.number))
  }
  useShortcuts([
    { keys: ']', does: 'Newer attempt', group: 'Ticket', run: () => step(-1) },
    { keys: '[', does: 'Older attempt', group: 'Ticket', run: () => step(1) },
  ])
  if (!chosen) return <EmptyState title="No attempts yet" />
  return (
    <div className="attempts">
      {attempt_records.length > 1 && (
        <label className="field attempts-choice">
          Attempt
          <select value={chosen.number} onChange={(event) => setNumber(event.target.value)}>
            {attempt_records.map((each) => (
              <option key={each.number} value={each.number}>
                {each.number} · {each.holder} · {outcomeWords(each.outcome)}
              </option>
            ))}
          </select>
        </label>
      )}
      <About attempt={chosen} />
      <Evidence key={chosen.number} ticket={id} attempt={chosen} />
    </div>
  )
}

const TONES: Record<NonNullable<AttemptEntry['outcome']>, Tone> = {
  landed: 'good',
  finished: 'good',
  bounced: 'bad',
  lost: 'bad',
  refused: 'bad',
  released: 'neutral',
}

function About({ attempt }: { attempt: AttemptEntry }) {
  const { number, holder, harness, outcome, reason, started_at, ended_at, usage, refused, declared } = attempt
  const { cost, tokens } = spending([usage])
  return (
    <div className="attempt-about">
      <p className="attempt-line">
        <strong>Attempt {number}</strong>
        <Badge tone={outcome === null ? 'busy' : TONES[outcome]}>{outcomeWords(outcome)}</Badge>
        <span className="quiet">
          {holder}
          {harness && ` with ${harness}`} · started <Time at={started_at} /> ·{' '}
          {ended_at === null ? <Since at={started_at} /> : `took ${duration(ended_at - started_at)}`}
        </span>
      </p>
      <p className="attempt-line quiet number">
        Cost {cost} · tokens {tokens}
        {usage.turns > 0 && ` · ${usage.turns} turns`}
        {refused > 0 && ` · ${refused} refused by the gateway`}
      </p>
      {declared && (
        <p className="attempt-line quiet">
          It gave a reason for no change ({resolutionWords(declared.resolution)}): {declared.reason}
        </p>
      )}
      {reason && outcome !== 'landed' && <p className="attempt-reason">{reason}</p>}
    </div>
  )
}

function Evidence({ ticket, attempt }: { ticket: number; attempt: AttemptEntry }) {
  const [part, setPart] = useParameter('part')
  const tabs = [
    { id: 'transcript', name: 'Transcript' },
    { id: 'change', name: 'Change' },
    { id: 'gate', name: 'Gate' },
  ]
  const current = tabs.some(({ id }) => id === part) ? part : 'transcript'
  useShortcuts(
    tabs.map(({ id, name }, index) => ({
      keys: String(index + 1),
      does: `Show the ${name.toLowerCase()}`,
      group: 'Ticket',
      run: () => setPart(id),
    })),
  )
  return (
    <Tabs label="Evidence of this attempt" tabs={tabs} current={current} onChange={setPart}>
      {current === 'transcript' && <Spoken attempt={attempt} />}
      {current === 'change' && <Change ticket={ticket} attempt={attempt} />}
      {current === 'gate' && <Gate ticket={ticket} number={attempt.number} />}
    </Tabs>
  )
}

function Spoken({ attempt }: { attempt: AttemptEntry }) {
  const why = whyRemoved('The transcript', {
    ...{ ticket: attempt.ticket_id, number: attempt.number },
    ...{ endedAt: attempt.ended_at, removedAt: attempt.removed_at },
  })
  if (why !== null && attempt.harness !== null)
    return <EmptyState title="This transcript was removed">{why}</EmptyState>
  if (!attempt.has_transcript)
    return (
      <EmptyState title="This attempt has no transcript">
        {attempt.harness === null
          ? 'The work was done by hand.'
          : attempt.ended_at === null
            ? 'Its sandbox is being prepared.'
            : 'It ended before its agent started.'}
      </EmptyState>
    )
  return <Transcript attempt={attempt} />
}

function Change({ ticket, attempt }: { ticket: number; attempt: AttemptEntry }) {
  const { data, error, refetch } = useAsk({
    key: ['diff', ticket, attempt.number, attempt.work],
    ask: () => api.diff(ticket, attempt.number),
    enabled: attempt.work !== null,
  })
  if (attempt.work === null) return <EmptyState title="No change yet" />
  if (error && attempt.removed_at !== null)
    return <EmptyState title="This change was removed">{error.message}</EmptyState>
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading what="the change" />
  return (
    <>
      <p className="quiet change-range">
        {data.files.length === 1 ? '1 file' : `${data.files.length} files`} ·{' '}
        <code>{data.from.slice(0, 10)}</code> of main → <code>{data.to.slice(0, 10)}</code>
        {data.cut && ' · shortened'}
      </p>
      <Diff text={data.text} />
    </>
  )
}

function Gate({ ticket, number }: { ticket: number; number: number }) {
  const { data, error, refetch } = useAsk({
    key: ['receipts', ticket, 50],
    ask: () => api.receipts({ ticket, limit: 50 }),
    stale: of(ticket),
  })
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading what="the receipts" />
  const mine = data.receipts.filter(({ attempt }) => attempt === number)
  if (mine.length === 0)
    return (
      <EmptyState title="No gate has run for this attempt">
        If the same tree was verified before, that receipt counts.
      </EmptyState>
    )
  return (
    <div className="receipts">
      {mine.map((receipt, index) => (
        <GateReceipt key={receipt.id} receipt={receipt} isOpen={index === 0} />
      ))}
    </div>
  )
}
