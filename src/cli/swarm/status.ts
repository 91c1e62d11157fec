/** Command `swarm status`, and `swarm` alone: the state of things and the next steps. */
import { ApiError, type Client, type Status } from '../../api/client.ts'
import { type Call, type Command, projectOf } from './command.ts'
import { headline, isOfBuild, lookAt, overview } from './overview.ts'
import { columns, counted, oneLine, print, styled } from './screen.ts'

export const status: Command = {
  name: 'status',
  summary: 'Show agents, tickets, the merge queue and your inbox on one screen',
  examples: ['swarm status', 'swarm status --format json'],
  async run(call) {
    const { host } = call
    const link = await projectOf(call).link()
    try {
      const seen = await lookAt(link, host)
      print(call, { ...seen.now, program: seen.own, url: seen.url, mistake: seen.mistake }, () =>
        overview(host, seen).join('\n'),
      )
      return 0
    } finally {
      await link.close()
    }
  },
}

/** Runs `swarm` without a command. */
export async function here(call: Call): Promise<number> {
  const { host } = call
  const project = host.project()
  if (project === null) {
    const next: Step[] = [
      ['swarm init .', 'set up this folder for the swarm'],
      ['swarm run "…"', 'set up, and start on this goal at once'],
    ]
    print(call, { project: null, next: next.map(([command]) => command) }, () =>
      lines('No swarm project here.', next),
    )
    return 0
  }
  const link = await project.link()
  try {
    const now = await link.client.status()
    const isNew = link.server === null && (await neverStarted(link.client))
    const isOther = now.server !== null && !isOfBuild(now.server, host)
    const next = [...(isOther ? [UPGRADED] : []), ...nextSteps(now, isNew)]
    const json = {
      project: project.root,
      running: link.server !== null,
      next: next.map(([command]) => command),
    }
    const url = link.server?.url ?? null
    const first = isNew
      ? `${styled(host, 'bold', oneLine(project.name, 30))}: initialised, never started.`
      : headline(host, { now, url, at: host.now() })
    print(call, json, () => lines(first, next))
    return 0
  } finally {
    await link.close()
  }
}

/** Command with the reason for it. */
type Step = [command: string, why: string]

const UPGRADED: Step = [
  'swarm stop && swarm start',
  'switch to the installed version; attempts keep their work',
]

const lines = (first: string, next: Step[]) => [first, columns(next), 'All commands: swarm help'].join('\n')

/** True when no server has run: one that has leaves a log. */
async function neverStarted(client: Client): Promise<boolean> {
  try {
    await client.logFile('server', { offset: 0 })
    return false
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return true
    throw error
  }
}

/** Most useful commands now, the most urgent first. */
function nextSteps({ counts, server, paused }: Status, isNew: boolean): Step[] {
  const steps: Step[] = []
  const waiting = counts.needs_person
  if (waiting > 0)
    steps.push(['swarm inbox', `${counted(waiting, 'ticket')} wait${waiting === 1 ? 's' : ''} for you`])
  if (paused) steps.push(['swarm resume', `agents are paused: ${oneLine(paused.reason, 50)}`])
  const isIdle = counts.open + counts.in_progress + counts.ready === 0
  if (isIdle) steps.push(["ticket create 'What you want'", 'no tickets left'])
  if (server === null) steps.push(['swarm start', 'let agents work'])
  else steps.push(['swarm top', 'watch the agents'], ['swarm open', 'see it in a browser'])
  if (!isNew) steps.push(['swarm pull', 'update this folder to what landed'])
  return steps
}
