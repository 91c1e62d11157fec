/** `swarm status`, and `swarm` alone: where things stand and what to do next. */
import type { Status } from '../../api/client.ts'
import { type Call, type Command, projectOf } from './command.ts'
import type { Link } from './host.ts'
import { columns, counted, duration, oneLine, short, styled, tell } from './screen.ts'

export const status: Command = {
  name: 'status',
  summary: 'Show agents, tickets and the lane on one screen',
  async run(call) {
    const link = await projectOf(call).link()
    try {
      const now = await link.client.status()
      const titles = await titlesOf(link, now)
      const json = { ...now, url: link.server?.url ?? null }
      tell(call, json, () => screen(call, { now, titles, url: link.server?.url ?? null }))
      return 0
    } finally {
      await link.close()
    }
  },
}

/** What `swarm` without a command says. */
export async function here(call: Call): Promise<number> {
  const project = call.host.project()
  if (project === null) {
    const next = ['swarm init .']
    tell(
      call,
      { project: null, next },
      () => 'No swarm project is here. Make this folder one: swarm init .\nAll commands: swarm help',
    )
    return 0
  }
  const link = await project.link()
  try {
    const now = await link.client.status()
    const next = nextSteps(now)
    tell(call, { project: project.root, running: link.server !== null, next }, () =>
      [
        headline(call, now, link.server?.url ?? null),
        ...next.map((step) => `  ${step}`),
        'All commands: swarm help',
      ].join('\n'),
    )
    return 0
  } finally {
    await link.close()
  }
}

/** The most useful commands now, the most urgent first. */
function nextSteps({ counts, server, paused }: Status): string[] {
  const steps: string[] = []
  if (counts.needs_person > 0)
    steps.push(
      `swarm inbox     ${counted(counts.needs_person, 'ticket')} wait${counts.needs_person === 1 ? 's' : ''} for you`,
    )
  if (paused) steps.push(`swarm status    agents pause: ${oneLine(paused.reason, 80)}`)
  if (server === null) steps.push('swarm start     no server runs')
  else steps.push('swarm status    what the agents do', 'swarm open      see it in a browser')
  if (counts.open + counts.in_progress + counts.ready === 0) steps.push("ticket create 'What you want'")
  else steps.push('swarm pull      bring what landed into this folder')
  return steps
}

interface Shown {
  now: Status
  titles: Map<number, string>
  url: string | null
}

function screen(call: Call, { now, titles, url }: Shown): string {
  const { host } = call
  const lines = [headline(call, now, url)]
  if (now.tip && now.branch) {
    const verdict = now.tip.verdict === null ? 'not verified here' : now.tip.verdict
    lines.push(`${now.branch} is at ${short(now.tip.commit)} ${oneLine(now.tip.subject, 60)} (${verdict})`)
  }
  if (now.server) lines.push(`Sandbox: ${now.server.sandbox.kind}, ${oneLine(now.server.sandbox.why)}`)
  if (now.paused) {
    const until =
      now.paused.until === null ? 'until you act' : `for ${duration(now.paused.until - host.now())} more`
    lines.push(styled(host, 'yellow', `Paused ${until}: ${oneLine(now.paused.reason)}`))
  }
  const { counts } = now
  lines.push(
    '',
    `Tickets: ${counts.claimable} ready to claim, ${counts.in_progress} in progress, ${counts.ready} handed in, ${counts.blocked} blocked, ${counts.done} done`,
  )
  if (counts.needs_person > 0)
    lines.push(
      styled(
        host,
        'yellow',
        `${counted(counts.needs_person, 'ticket')} wait${counts.needs_person === 1 ? 's' : ''} for you: swarm inbox`,
      ),
    )
  lines.push(laneLine(call, now))
  if (now.agents.length > 0) lines.push('', columns(now.agents.map((agent) => agentRow(call, agent, titles))))
  return lines.join('\n')
}

function headline({ host }: Call, now: Status, url: string | null): string {
  const name = styled(host, 'bold', oneLine(now.project.name))
  if (!now.server || url === null) return `${name}: no server runs. Start it: swarm start`
  const since = duration(host.now() - now.server.started_at)
  return `${name}: ${counted(now.agents.length, 'agent')} at ${url} for ${since} (process ${now.server.pid})`
}

function laneLine({ host }: Call, { lane }: Status): string {
  const queued = lane.queued === 0 ? 'nothing waits' : `${lane.queued} wait${lane.queued === 1 ? 's' : ''}`
  if (!lane.now) return `Lane: ${queued}`
  return `Lane: ${queued}; ${lane.now.doing} #${lane.now.ticket_id} for ${duration(host.now() - lane.now.since)}`
}

function agentRow({ host }: Call, agent: Status['agents'][number], titles: Map<number, string>): string[] {
  const since = agent.since === null ? '' : duration(host.now() - agent.since)
  if (agent.ticket_id === null) return [agent.name, agent.leaving ? 'leaving' : 'idle', since, '', '']
  const title = oneLine(titles.get(agent.ticket_id) ?? '', 50)
  const doing = `${agent.phase ?? 'working'}${agent.leaving ? ', then leaves' : ''}`
  return [agent.name, doing, since, usage(agent), `#${agent.ticket_id} ${title}`]
}

function usage({ cpu_percent, memory_bytes }: Status['agents'][number]): string {
  if (cpu_percent === null || memory_bytes === null) return ''
  return `${cpu_percent.toFixed(0)}% ${(memory_bytes / 1e6).toFixed(0)} MB`
}

async function titlesOf({ client }: Link, { agents }: Status): Promise<Map<number, string>> {
  const ids = agents.flatMap(({ ticket_id }) => ticket_id ?? [])
  const tickets = await Promise.all(ids.map((id) => client.ticket(id)))
  return new Map(tickets.map(({ id, title }) => [id, title]))
}
