/** Agents: their work and resource use, their number, pauses, and the logs. */
import { Bot } from 'lucide-react'
import type { AttemptEntry } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useAsk } from '../../live/queries.ts'
import { useStatus } from '../../live/shared.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { useSteps } from '../../parts/steps.ts'
import { Tabs } from '../../parts/tabs.tsx'
import { useParameter } from '../../shell/router.ts'
import { Agent } from './agent.tsx'
import { useAgentKeys } from './keys.ts'
import { Fleet } from './list.tsx'
import { LogTail } from './log-tail.tsx'
import { useSamples } from './samples.ts'
import './agents.css'

/** Page of the agents. */
export function Agents() {
  const status = useStatus()
  const attempts = useAsk({
    key: ['attempts', 200],
    ask: () => api.attempts({ limit: 200 }),
    stale: ({ event }) => ['claimed', 'done', 'bounced', 'unclaimed', 'lost'].includes(event.type),
    pulse: true,
  })
  const samples = useSamples(status)
  const around = useSteps<HTMLDivElement>('agent', 'Agents')
  useAgentKeys(around)
  if (status.error && !status.data)
    return <ErrorState error={status.error} onRetry={() => void status.refetch()} />
  if (!status.data) return <Loading what="the agents" />
  const { agents, idle, server } = status.data
  return (
    <div className="agents" ref={around}>
      <PageHeader title="Agents">
        <Fleet status={status.data} />
      </PageHeader>
      {server && (
        <p className="quiet agents-sandbox">
          Each agent works in its own sandbox: {server.sandbox.kind} ({server.sandbox.why}).
        </p>
      )}
      {idle && (
        <p className="agents-idle" data-why={idle.why} role="status">
          {idle.sentence}
        </p>
      )}
      {agents.length === 0 && (
        <EmptyState title="No agent is running" icon={Bot}>
          Raise the number above, or run <code>swarm start</code>.
        </EmptyState>
      )}
      <div className="agents-grid">
        {agents.map((agent) => (
          <Agent
            key={agent.name}
            agent={agent}
            samples={samples.get(agent.name) ?? []}
            attempts={attempts.data?.attempts.filter(({ holder }) => holder === agent.name) ?? []}
          />
        ))}
      </div>
      <Logs agents={agents.map(({ name }) => name)} attempts={attempts.data?.attempts ?? []} />
    </div>
  )
}

/** Shows the logs. An agent's log is the output of its newest attempt: each attempt begins it anew. */
function Logs({ agents, attempts }: { agents: readonly string[]; attempts: readonly AttemptEntry[] }) {
  const [name, setName] = useParameter('log')
  const tabs = [
    { id: 'server', name: 'Server log' },
    { id: 'gate', name: 'Gate log' },
    ...agents.map((agent) => ({ id: agent, name: agent })),
  ]
  const current = tabs.find(({ id }) => id === name)?.id ?? 'server'
  const newest = attempts.find(({ holder, has_transcript }) => holder === current && has_transcript)
  return (
    <section aria-label="Logs" id="logs">
      <Tabs label="Logs" tabs={tabs} current={current} onChange={setName}>
        <LogTail key={`${current} ${newest?.ticket_id} ${newest?.number}`} name={current} />
      </Tabs>
    </section>
  )
}
