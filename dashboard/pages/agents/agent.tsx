/** One agent: its present work, its resource use, and its earlier attempts. */
import { ScrollText, SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import type { AttemptEntry, Status } from '../../../src/api/client.ts'
import { outcomeWords } from '../../../src/ticket/outcomes.ts'
import { useDecision } from '../../live/decide.ts'
import { useTickets } from '../../live/tickets.ts'
import { HAND_BACK } from '../../parts/actions.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { duration, Since, Time } from '../../parts/time.tsx'
import { waitWords } from '../../parts/waits.ts'
import { Write } from '../../parts/write.tsx'
import { Link } from '../../shell/link.tsx'
import { useParameter } from '../../shell/router.ts'
import type { Sample } from './samples.ts'
import { Spark } from './spark.tsx'

type State = Status['agents'][number]

interface AgentProps {
  agent: State
  samples: readonly Sample[]
  /** Attempts, newest first, including the one under way. */
  attempts: readonly AttemptEntry[]
}

/** Shows one agent. */
export function Agent({ agent, samples, attempts }: AgentProps) {
  const { name, ticket_id, attempt, phase, unanswered, since, leaving } = agent
  const wait = waitWords(agent)
  const title = useTickets().value?.byId.get(ticket_id ?? 0)?.title
  const [, setLog] = useParameter('log')
  const showLog = () => {
    setLog(name)
    document.getElementById('logs')?.scrollIntoView({ block: 'nearest' })
  }
  const isBusy = ticket_id !== null
  return (
    <Card className="agent" data-step tabIndex={-1} aria-label={name}>
      <header className="agent-head">
        <h2>{name}</h2>
        {wait ? (
          <Badge tone="warn">{wait}</Badge>
        ) : (
          <Badge tone={isBusy ? 'busy' : 'neutral'}>{isBusy ? (phase ?? 'ending') : 'free'}</Badge>
        )}
        {leaving && <Badge tone="warn">stops after this ticket</Badge>}
        {since !== null && (
          <span className="quiet">
            <Since at={since} />
          </span>
        )}
      </header>
      {isBusy ? (
        <>
          <p className="agent-ticket">
            <TicketLink id={ticket_id} {...(title !== undefined && { title })} />
          </p>
          {unanswered && <p className="agent-silence">{unanswered.sentence}</p>}
          <Uses agent={agent} samples={samples} />
          <Doing ticket={ticket_id} attempt={attempt} title={title ?? ''} onLog={showLog} />
        </>
      ) : (
        <>
          <p className="quiet">{leaving ? 'Stopping.' : 'No ticket to claim.'}</p>
          {attempts.length > 0 && (
            <div className="actions">
              <LogButton onLog={showLog} />
            </div>
          )}
        </>
      )}
      <Earlier attempts={attempts.filter(({ ended_at }) => ended_at !== null)} />
    </Card>
  )
}

function Uses({ agent: { cpu_percent, memory_bytes }, samples }: Pick<AgentProps, 'agent' | 'samples'>) {
  if (cpu_percent === null || memory_bytes === null)
    return <p className="quiet agent-uses">CPU and memory are not measured in this sandbox.</p>
  return (
    <div className="agent-uses">
      <Spark
        name="CPU"
        now={`${Math.round(cpu_percent)} %`}
        values={samples.map(({ at, cpu }) => ({ at, value: cpu }))}
      />
      <Spark
        name="Memory"
        now={`${Math.round(memory_bytes / 1024 / 1024)} MB`}
        values={samples.map(({ at, bytes }) => ({ at, value: bytes }))}
      />
    </div>
  )
}

const LogButton = ({ onLog }: { onLog: () => void }) => (
  <Button icon={SquareTerminal} data-does="log" onClick={onLog}>
    Log
  </Button>
)

interface DoingProps {
  ticket: number
  attempt: number | null
  title: string
  onLog: () => void
}

function Doing({ ticket, attempt, title, onLog }: DoingProps) {
  const [isStopping, setStopping] = useState(false)
  const { isBusy, problem, ask } = useDecision()
  const stop = async (text: string) => {
    const shown = { id: ticket, attempts: attempt ?? 0 }
    if (await ask(() => HAND_BACK.run(shown, { text, title: '', description: '' }))) setStopping(false)
  }
  return (
    <>
      {problem && <Notice>{problem}</Notice>}
      {isStopping ? (
        <Write
          action={HAND_BACK}
          ticket={{ title, description: null }}
          isBusy={isBusy}
          onCancel={() => setStopping(false)}
          onSend={({ text }) => void stop(text)}
        />
      ) : (
        <div className="actions">
          <Link
            className="button"
            data-does="transcript"
            to={`/tickets/${ticket}?view=attempts${attempt === null ? '' : `&attempt=${attempt}`}`}
          >
            <ScrollText aria-hidden />
            <span>Transcript</span>
          </Link>
          <LogButton onLog={onLog} />
          <Button icon={HAND_BACK.icon} data-does="stop" onClick={() => setStopping(true)}>
            Stop and give back
          </Button>
        </div>
      )}
    </>
  )
}

const SHOWN = 8

function Earlier({ attempts }: { attempts: readonly AttemptEntry[] }) {
  if (attempts.length === 0) return null
  return (
    <details className="agent-earlier">
      <summary>Earlier attempts</summary>
      <ul>
        {attempts.slice(0, SHOWN).map(({ ticket_id, number, outcome, started_at, ended_at }) => (
          <li key={`${ticket_id} ${number}`}>
            <Link to={`/tickets/${ticket_id}?view=attempts&attempt=${number}`}>
              #{ticket_id}, attempt {number}
            </Link>
            <span className="quiet">
              {outcomeWords(outcome)} · {ended_at !== null && duration(ended_at - started_at)} ·{' '}
              <Time at={started_at} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
