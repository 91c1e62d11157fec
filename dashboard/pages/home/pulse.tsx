/** Pulse of the swarm: main, landings, costs, and the work of each agent. */
import { CirclePause, Play } from 'lucide-react'
import type { Pulse as PulseEntry, Status } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useDecision } from '../../live/decide.ts'
import { useAsk } from '../../live/queries.ts'
import { useStatus } from '../../live/shared.ts'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { useNow } from '../../parts/now.ts'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Since } from '../../parts/time.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { waitWords } from '../../parts/waits.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { Bars } from './bars.tsx'

/** Last midnight in the reader's time zone, in milliseconds since the epoch. */
const midnight = (): number => new Date().setHours(0, 0, 0, 0)

/** Events at an attempt's end that change the pulse. */
const ENDS = ['done', 'bounced', 'unclaimed', 'lost', 'claimed']

/** Shows the pulse. */
export function Pulse() {
  const status = useStatus().data
  const { data } = useAsk({
    key: ['pulse'],
    ask: () => api.pulse({ since: midnight() }),
    stale: ({ event }) => ENDS.includes(event.type),
    pulse: true,
  })
  return (
    <aside className="pulse" aria-label="Status of the swarm">
      {status?.paused && <Paused {...status.paused} />}
      <section>
        <h2>main</h2>
        {status?.tip ? (
          <>
            <p className="pulse-main">
              <Verdict verdict={status.tip.verdict} />
              {data?.main && (
                <span className="quiet">
                  {data.main.at_least ? 'for more than ' : 'for '}
                  <Since at={data.main.since} />
                </span>
              )}
            </p>
            <p className="pulse-tip">
              <code>{status.tip.commit.slice(0, 8)}</code> {status.tip.subject}
            </p>
          </>
        ) : (
          <p className="quiet">…</p>
        )}
      </section>
      <section>
        <h2>Landed</h2>
        <dl className="pulse-numbers">
          <div>
            <dt>last hour</dt>
            <dd>{data?.landed.last_hour ?? '…'}</dd>
          </div>
          <div>
            <dt>today</dt>
            <dd>{data?.landed.since ?? '…'}</dd>
          </div>
          <div>
            <dt>cost today</dt>
            <dd>{data ? <Cost {...data.cost} /> : '…'}</dd>
          </div>
        </dl>
        {data && <Bars values={data.landed.hours} />}
      </section>
      {status && <Fleet status={status} />}
    </aside>
  )
}

/** Shows the cost; unknown is not zero. */
function Cost({ usd, estimated_usd: estimate, unknown, attempts }: PulseEntry['cost']) {
  if (attempts === 0) return <>$0</>
  if (usd === null && estimate === null) return <span className="pulse-unknown">unknown</span>
  return (
    <>
      {estimate !== null && <span title="Partly estimated by a price table">about </span>}$
      {((usd ?? 0) + (estimate ?? 0)).toFixed(2)}
      {unknown > 0 && (
        <span
          className="pulse-unknown"
          title={`${unknown} of ${attempts} attempts did not report their cost`}
        >
          {' '}
          + {unknown} unknown
        </span>
      )}
    </>
  )
}

/** Shows the pause. A full disk is not a pause that anybody could end here. */
function Paused({ cause, reason, until }: NonNullable<Status['paused']>) {
  const now = useNow()
  const { isBusy, problem, ask } = useDecision()
  const resume = () => void ask(api.resume)
  const canResume = cause !== 'disk'
  useShortcuts(canResume ? [{ keys: 'u', does: 'Resume the agents', group: 'Inbox', run: resume }] : [])
  return (
    <section className="pulse-paused" role="status">
      <CirclePause aria-hidden className="pulse-paused-icon" />
      <div>
        <p>Agents are paused: {reason.replace(/\.$/, '')}.</p>
        {until !== null && until > now && (
          <p>
            They resume at <time>{new Date(until).toLocaleTimeString()}</time>.
          </p>
        )}
        {cause === 'main is red' && <p>They resume when main is green.</p>}
        {problem && <Notice>{problem}</Notice>}
        {canResume && (
          <Button icon={Play} isBusy={isBusy} onClick={resume}>
            Resume now
          </Button>
        )}
      </div>
    </section>
  )
}

/** True for an agent that has a ticket and waits for neither the account nor the model. */
const isAtWork = (agent: Status['agents'][number]) => agent.ticket_id !== null && waitWords(agent) === null

function Fleet({ status: { agents, idle, merge_queue, counts } }: { status: Status }) {
  const busy = agents.filter(isAtWork)
  return (
    <>
      <section>
        <h2>
          Agents{' '}
          <span className="quiet">{agents.length > 0 && `${busy.length} of ${agents.length} at work`}</span>
        </h2>
        <ul className="pulse-agents">
          {agents.map((agent) => (
            <li key={agent.name} data-busy={isAtWork(agent)}>
              <span className="pulse-agent">{agent.name}</span>
              <Doing agent={agent} />
            </li>
          ))}
        </ul>
        {idle && (
          <p className="pulse-idle" data-why={idle.why} role="status">
            {idle.sentence}
          </p>
        )}
        {agents.length === 0 && <p className="quiet">No agent is running.</p>}
      </section>
      <section>
        <h2>Merge queue</h2>
        <p className="quiet">
          {merge_queue.now ? (
            <>
              {merge_queue.now.doing} <TicketLink id={merge_queue.now.ticket_id} />{' '}
              <Since at={merge_queue.now.since} />
            </>
          ) : (
            'No landing in progress'
          )}
          {merge_queue.queued > 0 && ` · ${merge_queue.queued} submitted`}
        </p>
        <p className="quiet">
          {counts.claimable} ready to claim · {counts.blocked} blocked
        </p>
      </section>
    </>
  )
}

function Doing({ agent }: { agent: Status['agents'][number] }) {
  const { ticket_id, phase, unanswered, since, leaving } = agent
  if (ticket_id === null) return <span className="quiet">{leaving ? 'stopping' : 'free'}</span>
  const words = unanswered?.sentence ?? waitWords(agent) ?? phase ?? 'ending'
  return (
    <span className="quiet">
      {words} <TicketLink id={ticket_id} /> {since !== null && <Since at={since} />}
    </span>
  )
}
