/** Number of agents, and their pause. */
import { CirclePause, CirclePlay, Minus, Plus } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Status } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useDecision } from '../../live/decide.ts'
import { queries } from '../../live/queries.ts'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'

const MOST = 64

const fresh = () => queries.invalidateQueries({ queryKey: ['status'] })

/** Shows the number of agents and the pause, with the buttons to change both. */
export function Fleet({ status: { agents, paused } }: { status: Status }) {
  const [isPausing, setPausing] = useState(false)
  const { isBusy, problem, ask } = useDecision()
  const count = agents.filter(({ leaving }) => !leaving).length
  const isPaused = paused !== null && paused.cause !== 'disk'
  const scale = (to: number) => {
    if (to >= 0 && to <= MOST) void ask(() => api.setAgents(to).then(fresh))
  }
  const resume = () => void ask(() => api.resume().then(fresh))
  useShortcuts([
    { keys: '+', does: 'One agent more', group: 'Agents', run: () => scale(count + 1) },
    { keys: '-', does: 'One agent less', group: 'Agents', run: () => scale(count - 1) },
    {
      keys: 'p',
      does: isPaused ? 'Resume' : 'Pause',
      group: 'Agents',
      run: () => (isPaused ? resume() : setPausing(true)),
    },
  ])
  return (
    <>
      <fieldset className="crew-count">
        <legend className="sr-only">Number of agents</legend>
        <button type="button" className="icon-button" disabled={count === 0} onClick={() => scale(count - 1)}>
          <Minus aria-hidden />
          <span className="sr-only">One agent less</span>
        </button>
        <output className="number" aria-label="Agents">
          {count}
        </output>
        <button
          type="button"
          className="icon-button"
          disabled={count === MOST}
          onClick={() => scale(count + 1)}
        >
          <Plus aria-hidden />
          <span className="sr-only">One agent more</span>
        </button>
      </fieldset>
      {isPaused ? (
        <Button kind="primary" icon={CirclePlay} isBusy={isBusy} onClick={resume}>
          Resume
        </Button>
      ) : (
        !isPausing && (
          <Button icon={CirclePause} onClick={() => setPausing(true)}>
            Pause
          </Button>
        )
      )}
      {problem && <Notice>{problem}</Notice>}
      {paused && <Paused paused={paused} />}
      {isPausing && !isPaused && (
        <PauseForm
          isBusy={isBusy}
          onCancel={() => setPausing(false)}
          onSend={async (reason) => {
            if (await ask(() => api.pause(reason.trim() === '' ? {} : { reason }).then(fresh)))
              setPausing(false)
          }}
        />
      )}
    </>
  )
}

function Paused({ paused: { cause, reason, until, ticket_id } }: { paused: NonNullable<Status['paused']> }) {
  return (
    <div className="crew-paused">
      <Notice tone="warn">
        Agents are paused: {reason.replace(/\.$/, '')}.
        {cause === 'main is red' && ' They resume when main is green.'}
        {until !== null && ` One of them retries at ${new Date(until).toLocaleTimeString()}.`}
        {ticket_id !== null && (
          <>
            {' '}
            See <TicketLink id={ticket_id} />.
          </>
        )}
      </Notice>
    </div>
  )
}

interface PauseFormProps {
  isBusy: boolean
  onCancel: () => void
  onSend: (reason: string) => Promise<void>
}

function PauseForm({ isBusy, onCancel, onSend }: PauseFormProps) {
  const [reason, setReason] = useState('')
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isBusy) void onSend(reason)
  }
  return (
    <form
      className="crew-pause"
      onSubmit={send}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      ref={form}
    >
      <TextField
        label="Why"
        note="Optional. Current work continues. No new ticket is claimed."
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="actions">
        <Button type="submit" kind="primary" icon={CirclePause} isBusy={isBusy}>
          Pause all agents
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
