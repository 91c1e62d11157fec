/**
 * `swarm demo`: a small real project, three scripted agents, two dozen tickets with everything that goes wrong in
 * real life, and at the end every commit of `main` verified from a fresh clone. No key, no network.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Client, EventEntry } from '../src/api/client.ts'
import { within } from '../src/ports/patience.ts'
import { checkEveryCommit, git, heard } from './check.ts'
import type { DemoTicket } from './features.ts'
import { oneOf, readFlags, wholeNumber } from './flags.ts'
import { removeImages } from './images.ts'
import { clearInbox } from './person.ts'
import { PROJECT } from './project.ts'
import { bar, openScreen, type Paint, type Screen } from './screen.ts'
import { connect, swarm, ticket } from './swarm.ts'
import { TICKETS } from './tickets.ts'

const HELP = `swarm demo [--json] [--keep] [--sandbox process|docker|bubblewrap] [--agents 3] [--timeout 300]

Makes a small project in a temporary folder, lets scripted agents land two dozen tickets on it, and verifies every
commit of main from a fresh clone. Needs no key.

  --json      print the result as JSON, as the last line
  --keep      leave the project and the server there for a look
  --sandbox   where agents and gates run (process)
  --agents    how many work at once (3)
  --timeout   seconds after which it gives up (300)`

const asked = readFlags({
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  sandbox: { type: 'string', default: 'process' },
  agents: { type: 'string', default: '3' },
  timeout: { type: 'string', default: '300' },
  help: { type: 'boolean', short: 'h', default: false },
})

async function demo(): Promise<number> {
  oneOf('sandbox', asked.sandbox, ['process', 'docker', 'podman', 'bubblewrap'])
  wholeNumber('agents', asked.agents)
  wholeNumber('timeout', asked.timeout)
  const began = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'swarm-demo-'))
  const project = join(folder, 'till')
  const screen = openScreen(process.stderr)
  const over = new AbortController()
  process.once('SIGINT', () => over.abort())
  process.once('SIGTERM', () => over.abort())
  let kept = asked.keep
  try {
    makeProject(project)
    screen.say(`${screen.paint('A small project', 'bold')} with a real test suite: ${project}`)
    swarm(project, 'init', '.', '--yes')
    fileTickets(project)
    swarm(
      project,
      'start',
      '--agents',
      asked.agents,
      '--harness',
      'scripted',
      '--sandbox',
      asked.sandbox,
      '--port',
      '0',
    )
    const { api, url } = connect(project)
    screen.say(
      `${asked.agents} scripted agents in ${asked.sandbox} sandboxes. The API: ${screen.paint(`${url}/api/status`, 'cyan')}\n`,
    )
    const story = await follow(api, screen, over.signal)
    if (!asked.keep) swarm(project, 'stop')
    const { tickets, landed } = counted(project)
    const told = (at: number, of: number) =>
      screen.foot([`Verifying main from a fresh clone  ${bar(at, of, 30)}  ${at}/${of}`])
    const checked = await checkEveryCommit(join(project, '.swarm', 'repo.git'), folder, told, over.signal)
    screen.close()
    const result: Result = {
      tickets,
      landed,
      commits: checked.commits,
      green: checked.green,
      bounced: story.bounced,
      seconds: Math.round((Date.now() - began) / 100) / 10,
      project,
    }
    summary(screen, result, story, checked.red)
    if (asked.json) console.log(JSON.stringify(result))
    const good = result.landed === result.tickets && result.landed >= 20 && result.green === result.commits
    kept ||= !good
    return good ? 0 : 1
  } catch (error) {
    await heard()
    screen.close()
    kept ||= !over.signal.aborted
    console.error(
      over.signal.aborted ? 'Stopped.' : `The demo failed: ${error instanceof Error ? error.message : error}`,
    )
    if (kept) console.error(`Look at it in ${project}`)
    return over.signal.aborted ? 130 : 1
  } finally {
    if (!asked.keep) stopQuietly(project)
    if (!kept) clear(folder, project)
  }
}

function clear(folder: string, project: string): void {
  if (asked.sandbox === 'docker') removeImages(project)
  rmSync(folder, { recursive: true, force: true })
}

function makeProject(project: string): void {
  for (const [path, text] of Object.entries(PROJECT)) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  chmodSync(join(project, 'verify.sh'), 0o755)
  git(project, 'init', '--quiet', '--initial-branch=main')
  git(project, 'add', '--all')
  git(
    project,
    '-c',
    'user.name=You',
    '-c',
    'user.email=you@example.org',
    'commit',
    '--quiet',
    '--message',
    'Begin the till',
  )
}

function fileTickets(project: string): void {
  const ids = new Map<string, string>()
  for (const wanted of TICKETS) {
    const blockers = (wanted.after ?? []).flatMap((title) => ['--blocked-by', ids.get(title) as string])
    ids.set(
      wanted.title,
      ticket(project, 'create', wanted.title, '--description', describe(wanted), ...blockers),
    )
  }
}

const describe = ({ about, script }: DemoTicket) =>
  `${about}\n\n\`\`\`script\n${JSON.stringify(script, null, 1)}\n\`\`\`\n`

/** What went wrong on the way, and was put right. */
interface Story {
  bounced: number
  conflicts: number
  red: number
}

function count({ event }: EventEntry, story: Story): void {
  if (event.type === 'bounced') story.bounced++
  if (event.type !== 'advanced' || !event.why) return
  if (event.why.includes('conflicts')) story.conflicts++
  else story.red++
}

/** Shows what happens until nothing is left to do. */
async function follow(api: Client, screen: Screen, signal: AbortSignal): Promise<Story> {
  const story: Story = { bounced: 0, conflicts: 0, red: 0 }
  const deadline = within(Number(asked.timeout) * 1000, signal)
  const ended = new AbortController()
  const refreshing = refresh(api, screen, AbortSignal.any([deadline, ended.signal]))
  try {
    for await (const entry of api.events({ after: 0, signal: AbortSignal.any([deadline, ended.signal]) })) {
      count(entry, story)
      tell(entry, screen)
      if (entry.event.type === 'held' || entry.event.type === 'created')
        await clearInbox(api, (line) => screen.say(`${clock(entry.at)}  ${screen.paint(line, 'magenta')}`))
      if (entry.event.type === 'done' && (await isOver(api))) ended.abort()
    }
  } catch (error) {
    if (!deadline.aborted && !ended.signal.aborted) throw error
  }
  ended.abort()
  await refreshing
  if (signal.aborted) throw new Error('stopped')
  if (deadline.aborted) throw new Error(`not everything landed within ${asked.timeout} s`)
  return story
}

const isOver = async (api: Client) => {
  const { counts } = await api.status()
  return counts.open + counts.in_progress + counts.ready === 0
}

/** What each event looks like; those that only say that work goes on are in the foot. */
const PAINTS: Partial<Record<EventEntry['event']['type'], Paint>> = {
  done: 'green',
  bounced: 'yellow',
  held: 'yellow',
  lost: 'red',
  escalated: 'red',
  declared: 'blue',
  unclaimed: 'blue',
}

function tell({ at, event, sentence }: EventEntry, screen: Screen): void {
  const paint = event.type === 'advanced' && event.why ? 'yellow' : PAINTS[event.type]
  if (paint) screen.say(`${clock(at)}  ${screen.paint(sentence, paint)}`)
}

const clock = (at: number) => new Date(at).toISOString().slice(11, 19)

/** Redraws the foot a few times a second: how far it is, and what each agent does. */
async function refresh(api: Client, screen: Screen, signal: AbortSignal): Promise<void> {
  for (const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'; !signal.aborted; ) {
    const { agents, counts, merge_queue } = await api.status()
    const all = counts.open + counts.in_progress + counts.ready + counts.done
    const turn = spinner[Math.floor(Date.now() / 100) % spinner.length]
    screen.foot([
      '',
      `${bar(counts.done, all, 40)}  ${counts.done}/${all} tickets done, ${merge_queue.queued} in the merge queue`,
      ...agents.map(({ name, ticket_id, phase }) =>
        ticket_id === null
          ? screen.paint(`  ${name}  rests`, 'dim')
          : `${turn} ${name}  #${ticket_id} ${phase ?? ''}`,
      ),
      merge_queue.now
        ? `${turn} merge queue     #${merge_queue.now.ticket_id} ${merge_queue.now.doing}`
        : screen.paint('  merge queue     idle', 'dim'),
    ])
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

/** What was meant to land, and what did: a ticket that was split up or answered is not a change. */
function counted(project: string): { tickets: number; landed: number } {
  const listed: { type: string; resolution: string | null }[] = JSON.parse(
    ticket(project, 'list', '--status', 'open,in_progress,ready,done', '--format', 'json'),
  )
  const changes = listed.filter(({ type, resolution }) => type === 'task' && resolution !== 'decomposed')
  const landed = changes.filter(({ resolution }) => resolution === 'landed')
  return { tickets: changes.length, landed: landed.length }
}

/** What `--json` prints at the end. */
export interface Result {
  tickets: number
  landed: number
  commits: number
  green: number
  bounced: number
  seconds: number
  /** The folder of the project. */
  project: string
}

function summary(screen: Screen, result: Result, story: Story, red: string[]): void {
  const good = result.landed === result.tickets && red.length === 0
  screen.say('')
  screen.say(
    screen.paint(
      `${result.landed} of ${result.tickets} tickets landed in ${result.seconds} s.`,
      good ? 'green' : 'red',
    ),
  )
  screen.say(
    `On the way: ${story.conflicts} conflicts with main resolved, ${story.red} red gates mended, ${story.bounced} attempts sent back.`,
  )
  screen.say(
    screen.paint(
      `Each of the ${result.commits} commits of main was verified from a fresh clone: ${result.green} green, ${red.length} red.`,
      red.length === 0 ? 'green' : 'red',
    ),
  )
  for (const line of red) screen.say(screen.paint(`  red: ${line}`, 'red'))
  if (asked.keep)
    screen.say(
      'It goes on running. Look around with swarm status, ticket log and swarm audit in the project’s folder; end it with swarm stop.',
    )
}

function stopQuietly(project: string): void {
  try {
    swarm(project, 'stop')
  } catch {
    // It had not been started, or has been stopped.
  }
}

if (asked.help) console.log(HELP)
else process.exitCode = await demo()
