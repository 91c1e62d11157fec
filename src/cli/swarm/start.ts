/** Commands `swarm start`, `stop` and `open`. */
import type { Client } from '../../api/client.ts'
import type { LeftBehind } from '../../ticket/left-behind.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Flag } from '../line.ts'
import { type Call, type Command, projectOf, wholeNumber } from './command.ts'
import type { Leftovers, Running, Serving, Started, Stopped } from './host/server.ts'
import type { SettingHelp } from './host/settings.ts'
import { columns, counted, few, oneLine, print, styled } from './screen.ts'

/** Makes the command for these settings. */
export const start = (settings: readonly SettingHelp[]): Command => ({
  name: 'start',
  summary: 'Start the agents, the merge queue and the dashboard',
  flags: [
    { name: 'foreground', help: 'run in the terminal until Ctrl-C and print the log there' },
    ...settingFlags(settings),
  ],
  more: ['The flags are settings for this start only. See swarm help config.'],
  examples: ['swarm start', 'swarm start --agents 5', 'swarm start --foreground'],
  async run(call) {
    const project = projectOf(call)
    const flags = settingsIn(call, settings)
    if (call.flags.foreground) return project.serve(flags)
    const started = await startWith(project, flags)
    print(call, json(started), () => text(call, started))
    return 0
  },
})

/** Refuses settings that would have no effect, since the server runs already. */
export async function startWith(project: Serving, flags: Record<string, string>): Promise<Started | Running> {
  const started = await project.start(flags)
  const named = Object.keys(flags).map((name) => `--${name}`)
  if (started.already && named.length > 0)
    throw new Refused(
      `Swarm already runs at ${started.url}, so ${named.join(' and ')} would have no effect. First: swarm stop.`,
    )
  return started
}

/** Makes the flags of settings. */
export const settingFlags = (settings: readonly SettingHelp[]): Flag[] =>
  settings.flatMap(({ flag, olderFlag, help, fallback }) => [
    { name: flag.slice(2), value: 'VALUE', help: `${help} (${fallback})` },
    ...(olderFlag === null
      ? []
      : [{ name: olderFlag.slice(2), value: 'VALUE', help: `older name of ${flag}` }]),
  ])

/** Settings that the command line names, by the flag's name without its dashes. */
export const settingsIn = ({ flags }: Call, settings: readonly SettingHelp[]): Record<string, string> =>
  Object.fromEntries(
    settings
      .flatMap(({ flag, olderFlag }) => [flag, ...(olderFlag === null ? [] : [olderFlag])])
      .map((flag) => flag.slice(2))
      .flatMap((name) => (flags[name] === undefined ? [] : [[name, String(flags[name])]])),
  )

const json = (started: Started | Running) => {
  if (started.already) return started
  const { insteadOf, ...rest } = started
  return { ...rest, instead_of_port: insteadOf }
}

/** Formats the result of a start. */
export function text({ host }: Call, started: Started | Running): string {
  const { url, login, pid } = started
  if (started.already)
    return `Swarm already runs at ${url} (process ${pid}).\nIn a browser (once, for ten minutes): ${login}`
  const { agents, harness, sandbox, insteadOf, found } = started
  const isolation = `Sandbox: ${sandbox.kind}, ${oneLine(sandbox.why)}`
  return [
    `Swarm runs at ${url} (process ${pid}) with ${counted(agents, 'agent')} on ${harness}.`,
    ...(insteadOf === null ? [] : [`Port ${insteadOf} is used by another program.`]),
    ...afterCrash(found),
    sandbox.kind === 'process' ? styled(host, 'yellow', isolation) : isolation,
    `In a browser (once, for ten minutes): ${login}`,
    'Next: swarm top, swarm inbox, swarm pull',
  ].join('\n')
}

/** Lines about leftovers of the last server and their repair; empty when it ended well. */
function afterCrash({ lost, landed, queued, sandboxes, locks, halves }: LeftBehind): string[] {
  const rows = [
    [lost.length, 'under way', `${named(lost)}: back on the ready list or in your inbox`],
    [landed.length, 'landed', `${named(landed)}: already on main, recorded now`],
    [sandboxes, 'sandboxes', `${sandboxes} ended and removed`],
    [locks + halves, 'git', `${counted(locks, 'lock')} and ${counted(halves, 'unfinished object')} removed`],
  ] as const
  const found = rows.filter(([count]) => count > 0)
  if (found.length === 0) return []
  const mergeQueue =
    queued > 0 ? [['in the merge queue', `${counted(queued, 'ticket')}, still going to land`]] : []
  return [
    'The last server crashed. Found and repaired:',
    columns([...found.map(([, what, done]) => [what, done]), ...mergeQueue]),
  ]
}

const named = (ids: number[]) =>
  few(
    ids.map((id) => `#${id}`),
    10,
  )

export const stop: Command = {
  name: 'stop',
  summary: 'Stop the swarm; tickets in progress return to the ready list with their work saved',
  examples: ['swarm stop'],
  async run(call) {
    const ended = await projectOf(call).stop()
    const { server, how, handedBack, underWay, sandboxes } = ended
    const json = {
      stopped: server !== null,
      pid: server?.pid ?? null,
      how,
      handed_back: handedBack,
      under_way: underWay,
    }
    print(call, { ...json, sandboxes_ended: sandboxes.ended, sandboxes_left: sandboxes.left }, () =>
      server === null ? 'No server is running here.' : [stopped(ended), ...leftBy(sandboxes)].join('\n'),
    )
    return 0
  },
}

function stopped({ how, handedBack, underWay }: Stopped): string {
  if (how === 'killed') return 'It did not stop and was killed. The next start resumes its tickets.'
  const first = how === 'asked' ? 'Stopped.' : 'Stopped by a signal.'
  if (handedBack === null) return `${first} Tickets in progress were given back.`
  const given = handedBack.length > 0 ? [`Given back: ${ids(handedBack)}.`] : []
  const kept = underWay.length > 0 ? [`The next start gives back: ${ids(underWay)}.`] : []
  const all = [...given, ...kept]
  return [first, ...(all.length > 0 ? all : ['No ticket was in progress.'])].join(' ')
}

const ids = (numbers: number[]) => numbers.map((id) => `#${id}`).join(', ')

function leftBy({ ended, left, why }: Leftovers): string[] {
  if (ended > 0) return [`It left ${counted(ended, 'sandbox', 'sandboxes')} behind: ended and removed.`]
  if (why === null) return []
  const what = left.length > 0 ? `Still there: ${few(left, 20)}` : 'Remaining sandboxes are unknown'
  return [`${what}. The next start ends them. (${oneLine(why)})`]
}

export const open: Command = {
  name: 'open',
  summary: 'Open the dashboard in a browser, signed in',
  args: [{ name: 'ID', help: 'open the page of this ticket', isOptional: true }],
  examples: ['swarm open', 'swarm open 12'],
  async run(call) {
    const { host, args, isJson } = call
    const id =
      args.ID === undefined ? null : wholeNumber('ID', args.ID, { min: 1, max: Number.MAX_SAFE_INTEGER })
    const link = await projectOf(call).link()
    try {
      const { url, expires_at } = await loginAt(link.client, id)
      const isShown = host.isTty && !isJson && host.browse(url)
      print(call, { url, expires_at }, () => (isShown ? `Opened in your browser: ${url}` : url))
      return 0
    } finally {
      await link.close()
    }
  },
}

/** Makes a link that signs one browser in, once, and shows the page of this ticket, or the first page. */
export async function loginAt(client: Client, ticket: number | null) {
  const { url, expires_at } = await client.loginLink()
  return { url: ticket === null ? url : `${url}&ticket=${ticket}`, expires_at }
}
