/** Performance of each step of a script. */
import { appendFile, chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { NO_USAGE, type Usage } from '../../ports/attempts.ts'
import type { HarnessEvent } from '../../ports/harness.ts'
import type { Phase } from '../../ticket/json.ts'
import { applyPatch } from './patch.ts'
import type { End, Task } from './protocol.ts'
import type { Step, Verb, With } from './script.ts'
import { git, listTickets, StepFailed, sh, showTicket, ticket } from './shell.ts'

/** State of a run of a script. */
export interface Stage {
  task: Task
  print: (line: HarnessEvent | End | Record<string, unknown>) => void
  usage: Usage
  /** Ids of the tickets created so far, by title. */
  created: Map<string, number>
}

/** Makes the state at the start of a run. */
export const newStage = (task: Task, print: Stage['print']): Stage => ({
  task,
  print,
  usage: NO_USAGE,
  created: new Map(),
})

/** Result of a step: its output, or the end of the run. */
type Outcome = string | End

/** Performs a step. Throws StepFailed when the step fails. */
export function perform(step: Step, stage: Stage): Promise<Outcome> {
  const performer = PERFORMERS[step.verb] as (what: unknown, stage: Stage) => Promise<Outcome>
  return performer(step.with, stage)
}

/** Steps that are not shown as a tool at work: they speak for themselves. */
export const SILENT: readonly Verb[] = ['say', 'usage', 'crash', 'kill', 'hang', 'print', 'event', 'fail']

/** Steps that change nothing. */
export const READING: readonly Verb[] = [...SILENT, 'pause', 'until']

type Performers = { [V in Verb]: (what: With<V>, stage: Stage) => Promise<Outcome> }

const PERFORMERS: Performers = {
  async write({ file, text, mode }) {
    await mkdir(dirname(resolve(file)), { recursive: true })
    await writeFile(file, text)
    if (mode !== undefined) await chmod(file, Number.parseInt(mode, 8))
    return `${file}: ${text.length} characters`
  },
  async append({ file, text }) {
    await mkdir(dirname(resolve(file)), { recursive: true })
    await appendFile(file, text)
    return `${file}: ${text.length} characters more`
  },
  async replace({ file, old, new: replacement, all }) {
    const before = await readFile(file, 'utf8')
    if (!before.includes(old)) throw new StepFailed(`${file} does not contain ${JSON.stringify(old)}.`)
    await writeFile(
      file,
      all ? before.replaceAll(old, () => replacement) : before.replace(old, () => replacement),
    )
    return `${file}: replaced`
  },
  async delete(file) {
    await rm(file, { recursive: true })
    return `${file}: deleted`
  },
  async rename({ from, to }) {
    await mkdir(dirname(resolve(to)), { recursive: true })
    await rename(from, to)
    return `${from} -> ${to}`
  },
  async symlink({ file, to }) {
    await mkdir(dirname(resolve(file)), { recursive: true })
    await symlink(to, file)
    return `${file} -> ${to}`
  },
  async apply(what, stage) {
    const patch = typeof what === 'string' ? Buffer.from(what) : gunzipSync(Buffer.from(what.gzip, 'base64'))
    try {
      return await applyPatch(patch)
    } catch (error) {
      const waiting = typeof what !== 'string' && (await blockedBy(what.or_block, stage))
      if (waiting) return waiting
      throw error
    }
  },
  async run(what) {
    const { command, may_fail } = typeof what === 'string' ? { command: what, may_fail: false } : what
    const { exit, output } = await sh(['sh', '-c', command])
    if (exit !== 0 && !may_fail) throw new StepFailed(`exit ${exit}: ${output.trim()}`)
    return output
  },
  async commit(message) {
    await git('add', '--all')
    return git(...WHO, 'commit', '--quiet', '--message', message)
  },
  async say(text, { print }) {
    print({ type: 'text', text })
    return text
  },
  async pause(ms) {
    await sleep(ms)
    return ''
  },
  until,

  comment: (text, { task }) => ticket('comment', String(task.ticket.id), text),
  create,
  async ask(what, { task }) {
    const { question, description } = typeof what === 'string' ? { question: what, description: '' } : what
    await ticket('ask', question, ...(description === '' ? [] : ['--description', description]))
    return over(`Asked about ticket ${task.ticket.id}: ${question}`)
  },
  async block(by, stage) {
    if (Array.isArray(by)) return (await blockedBy(by, stage)) ?? 'All of them are done.'
    return waitFor(by, stage)
  },
  async release(why, { task }) {
    const id = String(task.ticket.id)
    await ticket('unclaim', id, '--reason', why)
    return over(`Released: ${why}`)
  },
  async no_change(why, { task }) {
    await ticket('complete', String(task.ticket.id), '--no-change', why)
    return over(`No change: ${why}`)
  },
  async complete(_, { task }) {
    await ticket('complete', String(task.ticket.id))
    return over('Split into sub-tickets.')
  },

  async usage({ input, output, cost }, stage) {
    const { inputTokens, outputTokens, costUsd } = stage.usage
    stage.usage = {
      ...stage.usage,
      inputTokens: inputTokens + input,
      outputTokens: outputTokens + output,
      costUsd: cost === undefined ? costUsd : (costUsd ?? 0) + cost,
    }
    stage.print({ type: 'usage', usage: stage.usage })
    return ''
  },
  crash: (exit) => new Promise(() => process.stdout.write('', () => process.exit(exit))),
  kill: () => new Promise(() => process.kill(process.pid, 'SIGKILL')),
  // The timer keeps the process alive: a promise alone would not.
  hang: () => new Promise(() => setInterval(() => {}, 2 ** 30)),
  async print(bytes) {
    const line = `${'x'.repeat(1023)}\n`
    for (let left = bytes; left > 0; left -= line.length) process.stdout.write(line.slice(-left))
    return ''
  },
  async event(event, { print }) {
    print(event)
    return ''
  },
  async fail({ reason, detail, until: ends }, { print }) {
    const until =
      ends === undefined ? null : typeof ends === 'number' ? Date.now() + ends * 1000 : Date.parse(ends)
    if (reason === 'usage limit') print({ type: 'limit', until })
    return { type: 'end', ok: false, reason, detail, until }
  },
}

async function until(what: With<'until'>, stage: Stage): Promise<string> {
  const holds = async () => {
    if ('ticket' in what) return isAt(what.ticket, what.is, stage)
    if ('file' in what) return stat(what.file).then(Boolean, () => false)
    return (await sh(['sh', '-c', 'main' in what ? MOVED : what.run])).exit === 0
  }
  const end = Date.now() + what.seconds * 1000
  while (!(await holds())) {
    if (Date.now() > end) {
      const late = `it did not come true within ${what.seconds} s.`
      if (what.or_go_on) return late
      throw new StepFailed(late)
    }
    await sleep(200)
  }
  return 'It is so.'
}

/** Script that succeeds once the branch of the checkout has moved. */
const MOVED = `tip=$(git ls-remote origin "$(git branch --show-current)" | cut -f1)
test -n "$tip" && test "$tip" != "$(git rev-parse '@{upstream}')"`

async function create(what: With<'create'>, stage: Stage): Promise<string> {
  const { title, description, script, after, block_dependents } = what
  const { id } = stage.task.ticket
  const fence = script ? `\n\n\`\`\`script\n${JSON.stringify(script, null, 2)}\n\`\`\`\n` : ''
  const text = `${description}${fence}`.trimStart()
  const blockers = await Promise.all([after].flat().map((which) => idOf(which, stage)))
  const created = await ticket(
    ...['create', title, '--parent', String(id)],
    ...(text === '' ? [] : ['--description', text]),
    ...(blockers.length === 0 ? [] : ['--blocked-by', blockers.join(',')]),
    ...(block_dependents ? ['--block-dependents-of', String(id)] : []),
  )
  stage.created.set(title, Number(created.trim()))
  return created
}

/** Config of an author, for repositories without one. */
const WHO = ['-c', 'user.name=scripted', '-c', 'user.email=scripted@localhost']

const over = (summary: string): End => ({ type: 'end', ok: true, summary })

/** Phases, each with whether the work has begun by then. */
const HAS_BEGUN: Record<Phase, boolean> = {
  preparing: false,
  working: true,
  verifying: true,
  queued: true,
}

async function isAt(which: number | string, is: string, stage: Stage): Promise<boolean> {
  const { status, phase } = await showTicket(await idOf(which, stage))
  if (is !== 'working') return status === is
  return status === 'ready' || status === 'done' || (phase != null && HAS_BEGUN[phase])
}

async function waitFor(by: number | string, stage: Stage): Promise<End> {
  const { id } = stage.task.ticket
  await ticket('block', String(id), '--by', String(await idOf(by, stage)))
  return over(`Ticket ${id} waits for ${by}.`)
}

/** Waits for the last of the tickets that is not done; null when all of them are. */
async function blockedBy(tickets: (number | string)[], stage: Stage): Promise<End | null> {
  if (tickets.length === 0) return null
  const done = new Set((await listTickets()).filter(({ status }) => status === 'done').map(({ id }) => id))
  for (const each of tickets.toReversed()) if (!done.has(await idOf(each, stage))) return waitFor(each, stage)
  return null
}

/** Finds a ticket by its id or exact title; the newest of several. */
async function idOf(which: number | string, { created }: Stage): Promise<number> {
  if (typeof which === 'number') return which
  const id = created.get(which) ?? (await listTickets()).findLast(({ title }) => title === which)?.id
  if (id === undefined) throw new StepFailed(`No ticket has the title ${JSON.stringify(which)}.`)
  return id
}
