/** Overview of the swarm on one screen, which `swarm status` prints and `swarm top` keeps drawing. */
import { ApiError, type Client, type Pulse, type Status, type WaitingEntry } from '../../api/client.ts'
import type { Host } from './host/host.ts'
import type { Link } from './host/server.ts'
import type { Terminal } from './host/terminal.ts'
import { columns, counted, duration, oneLine, short, styled } from './screen.ts'

/** Facts for the overview. */
export interface Seen {
  now: Status
  /** Pulse; null when the settings, which it depends on, cannot be read. */
  pulse: Pulse | null
  /** Mistake in the settings, in one sentence; null for none. */
  mistake: string | null
  inbox: WaitingEntry[]
  url: string | null
  /** Build of the asking program. */
  own: Own
  /** Time in milliseconds since the epoch. */
  at: number
}

type Own = Pick<Host, 'version' | 'build'>

/** Fetches the facts. */
export async function lookAt(
  { client, server }: Link,
  { version, build, now: clock }: Clocked,
): Promise<Seen> {
  const at = clock()
  const mistake = await mistakeIn(client)
  const [now, pulse, { tickets }] = await Promise.all([
    client.status(),
    // A server goes on with the settings that it has.
    mistake === null || server ? client.pulse({ since: midnight(at) }) : null,
    client.inbox(),
  ])
  const inbox = tickets.filter(({ open_blockers }) => open_blockers === 0)
  return { now, pulse, mistake, inbox, url: server?.url ?? null, own: { version, build }, at }
}

type Clocked = Own & Pick<Host, 'now'>

async function mistakeIn(client: Client): Promise<string | null> {
  try {
    await client.settings()
    return null
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 503)) throw error
    const [first, ...more] = error.message.split('\n')
    return more.length === 0 ? first! : `${first} (and ${more.length} more: swarm config)`
  }
}

const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)

/** Formats the overview as lines. */
export function overview(terminal: Look, seen: Seen): string[] {
  const { now } = seen
  return [
    headline(terminal, seen),
    ...(now.tip && now.branch ? [tipLine(terminal, seen)] : []),
    ...(now.server ? [`Sandbox: ${now.server.sandbox.kind}, ${oneLine(now.server.sandbox.why)}`] : []),
    ...twoBuilds(terminal, seen),
    ...(now.paused ? [pauseLine(terminal, now.paused, seen.at)] : []),
    ...(seen.mistake ? [mistakeLine(terminal, seen)] : []),
    '',
    ...forYou(terminal, seen.inbox),
    ...(seen.pulse ? today(seen.pulse) : []),
    ticketLine(now.counts),
    mergeQueueLine(seen),
    ...(now.agents.length > 0 ? ['', ...agentRows(terminal, seen)] : []),
    ...(now.idle ? [styled(terminal, 'yellow', oneLine(now.idle.sentence))] : []),
  ]
}

type Look = Pick<Terminal, 'hasColor'>

/** Formats the first line. */
export function headline(terminal: Look, { now, url, at }: Pick<Seen, 'now' | 'url' | 'at'>): string {
  const name = styled(terminal, 'bold', oneLine(now.project.name, 30))
  if (!now.server || url === null) return `${name}: no server is running. Start it: swarm start`
  return `${name}: ${counted(now.agents.length, 'agent')} at ${url} for ${duration(at - now.server.started_at)}`
}

function tipLine(terminal: Look, { now }: Seen): string {
  const { commit, subject, verdict } = now.tip!
  const said = verdict ?? 'no receipt yet'
  const style = verdict === 'green' ? 'green' : verdict === 'red' ? 'red' : 'dim'
  return `${now.branch}: ${styled(terminal, style, said)} at ${short(commit)} ${oneLine(subject, 40)}`
}

/**
 * Warning that the server is not of the asking build, as after an upgrade. A server from before builds had names gives
 * none.
 */
function twoBuilds(terminal: Look, { now: { server }, own }: Seen): string[] {
  if (server === null || isOfBuild(server, own)) return []
  const named = ({ version, build }: { version: string; build?: string }) =>
    build ? `${oneLine(version)} (${oneLine(build)})` : oneLine(version)
  const text = `Two versions are in use: the server is ${named(server)}, this program ${named(own)}. To use one: swarm stop && swarm start. Attempts keep their work.`
  return [styled(terminal, 'yellow', text)]
}

/** True when the server is of this build. */
export const isOfBuild = (server: Own, { version, build }: Own): boolean =>
  server.version === version && server.build === build

function pauseLine(
  terminal: Look,
  { cause, until, reason, ticket_id }: NonNullable<Status['paused']>,
  at: number,
): string {
  const asked = ticket_id === null ? '' : `#${ticket_id} is answered, or `
  const forever = ENDS[cause] ?? `until ${asked}swarm resume`
  const again =
    until !== null && until > at
      ? `for ${duration(until - at)} more`
      : 'until an attempt finds that it is over'
  const when = until === null ? forever : again
  return styled(terminal, 'yellow', `Paused ${when}: ${oneLine(reason)}`)
}

/** Ends of pauses that end by themselves, by cause. */
const ENDS: Partial<Record<NonNullable<Status['paused']>['cause'], string>> = {
  'main is red': 'until main is green',
  disk: 'until the disk has free space',
}

const MOST = 5

function forYou(terminal: Look, inbox: WaitingEntry[]): string[] {
  if (inbox.length === 0) return ['Nothing waits for you.']
  const rows = inbox.slice(0, MOST).map(({ id, asks, title }) => [`#${id}`, asks, oneLine(title, 54)])
  return [
    styled(
      terminal,
      'yellow',
      `${counted(inbox.length, 'ticket')} wait${inbox.length === 1 ? 's' : ''} for you: swarm inbox`,
    ),
    ...columns(rows).split('\n'),
    ...(inbox.length > MOST ? [`  and ${inbox.length - MOST} more`] : []),
  ]
}

function mistakeLine(terminal: Look, { mistake, now }: Seen): string {
  const meant = now.server
    ? 'The server keeps the last valid settings'
    : 'No server starts until that is fixed'
  return styled(terminal, 'yellow', `Settings: ${oneLine(mistake ?? '')} ${meant}.`)
}

function today({ landed, cost }: Pulse): string[] {
  const parts = [
    `Landed today: ${landed.since}`,
    ...(landed.last_hour > 0 ? [`${landed.last_hour} in the last hour`] : []),
    ...(cost.attempts > 0 ? [`spent: ${spent(cost)}`] : []),
  ]
  return [parts.join(', ')]
}

/** Formats the cost of the day; unknown is not zero. */
function spent({ usd, unknown, attempts }: Pulse['cost']): string {
  if (usd === null) return `unknown, in ${counted(attempts, 'attempt')}`
  return `$${usd.toFixed(2)}${unknown > 0 ? ` and ${counted(unknown, 'attempt')} of unknown cost` : ''}`
}

const ticketLine = ({ claimable, in_progress, ready, blocked, done }: Status['counts']) =>
  `Tickets: ${claimable} ready to claim, ${in_progress} in progress, ${ready} submitted, ${blocked} blocked, ${done} done`

function mergeQueueLine({ now: { merge_queue }, at }: Seen): string {
  const queued =
    merge_queue.queued === 0 ? 'empty' : `${merge_queue.queued} wait${merge_queue.queued === 1 ? 's' : ''}`
  if (!merge_queue.now) return `Merge queue: ${queued}`
  return `Merge queue: ${queued}; ${merge_queue.now.doing} #${merge_queue.now.ticket_id} for ${duration(at - merge_queue.now.since)}`
}

/** Rows of agents. Missing answers of a model get a line of their own, below the agent that waits. */
function agentRows(terminal: Look, seen: Seen): string[] {
  const { agents } = seen.now
  const rows = columns(agents.map((agent) => agentRow(terminal, agent, seen))).split('\n')
  return rows.flatMap((row, at) => {
    const silence = agents[at]?.unanswered
    return silence ? [row, `    ${styled(terminal, 'yellow', oneLine(silence.sentence))}`] : [row]
  })
}

function agentRow(terminal: Look, agent: Status['agents'][number], { at }: Seen): string[] {
  const since = agent.since === null ? '' : duration(at - agent.since)
  if (agent.ticket_id === null)
    return [agent.name, styled(terminal, 'dim', agent.leaving ? 'stopping' : 'idle'), since, '', '']
  const title = oneLine(agent.title ?? '', 30)
  const phase = waitOf(agent, at) ?? agent.phase ?? 'working'
  const doing = `${phase}${agent.leaving ? ', then stops' : ''}`
  return [
    agent.name,
    styled(terminal, agent.limit_wait || agent.unanswered ? 'yellow' : 'cyan', doing),
    since,
    usage(agent),
    `#${agent.ticket_id} ${title}`,
  ]
}

/** Words for the wait of an agent in its sandbox; null while it works. */
function waitOf({ limit_wait, unanswered }: Status['agents'][number], at: number): string | null {
  if (limit_wait) return restOf(limit_wait, at)
  return unanswered && 'waits for the model'
}

/** Words for the wait for a usage limit; once its end has come, another agent tests it. */
const restOf = ({ until }: { until: number | null }, at: number) =>
  until === null || until <= at
    ? 'waits for the usage limit'
    : `waits for the usage limit, ${duration(until - at)} more`

function usage({ cpu_percent, memory_bytes }: Status['agents'][number]): string {
  if (cpu_percent === null || memory_bytes === null) return ''
  return `${cpu_percent.toFixed(0)}% ${(memory_bytes / 1e6).toFixed(0)} MB`
}
