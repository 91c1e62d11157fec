/** Agents of the simulator: what the plan says of a ticket, done to the files of a checkout in memory. */
import { apply } from '../../src/life/apply.ts'
import { ask } from '../../src/life/tickets/ask.ts'
import { file } from '../../src/life/tickets/file.ts'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import type { Harness, HarnessEnd, HarnessTask } from '../../src/ports/harness.ts'
import type { Records } from '../../src/ports/world.ts'
import type { Actor } from '../../src/ticket/commands.ts'
import type { SendBackReason } from '../../src/ticket/events.ts'
import { type Chance, chance } from './chance.ts'
import type { Checkout } from './checkout.ts'
import { writeLine } from './list.ts'
import type { Mishap, Plan, TicketPlan, Wandering } from './plan.ts'
import { MENDS, redIn } from './red-push.ts'
import { type Disk, type Entry, found, keepTree, line, mainOf, treeOf } from './repo.ts'
import { checkoutOf, MISSING_TOOL } from './sandbox.ts'
import type { Truth } from './truth.ts'
import { wander } from './wander.ts'

export interface Cast {
  plan: Plan
  truth: Truth
  /** Through which agents ask; the gateway's side of it. */
  records: Records
  pass: (ms: number, signal: AbortSignal) => Promise<void>
  /** Simulated milliseconds. */
  now: () => number
  disk: Disk
  /** The state of the account that all agents share. */
  account: () => { limited: number | null; told: boolean } | 'expired' | 'fine'
}

export const memoryHarness = (cast: Cast): Harness => ({
  name: 'scripted',
  run: (task) => perform(cast, task),
  sessions: null,
})

async function perform(cast: Cast, task: HarnessTask): Promise<HarnessEnd> {
  const wanted = wantedOf(cast.plan, task.ticket.title)
  const run = cast.truth.nextRun(wanted.name)
  const mishap = wanted.mishaps[run] ?? null
  const wandering = task.access === 'read' ? null : (wanted.wanders[run] ?? null)
  const goesOff = (when: Wandering['when']) =>
    wandering?.when === when ? goOff(cast, task, wandering) : null
  const draw = chance('run', cast.plan.seed, wanted.name, run)
  task.emit({ type: 'session', id: task.session ?? `s-${task.ticket.id}-${task.attempt}` })
  lookBack(cast, task, wanted)
  const takes = wanted.works * (mishap === 'slow' ? 8 : 0.5 + draw.below(100) / 100)
  await cast.pass(takes / 4, task.signal)
  if (!task.signal.aborted) draft(cast, task, wanted, mishap)
  const looks = wandering?.how === 'looks around' ? LOOK : 0
  await cast.pass(looks, task.signal)
  const back = task.signal.aborted ? null : goesOff('early')
  await cast.pass((takes * 3) / 4 + looks, task.signal)
  if (!task.signal.aborted) {
    const failure =
      accountFailure(cast, task) ??
      (await stumble(cast, task, { mishap, draw: chance('silent', cast.plan.seed, wanted.name, run) }))
    if (failure) return failed(cast, task, failure)
  }
  if (task.signal.aborted) return stopped(cast, task)
  if (task.access === 'read')
    return { ok: true, session: task.session, usage: NO_USAGE, summary: proposals(run) }
  if (givesBack(cast.plan, wanted, run))
    await apply(cast.records, task.ticket.id, { type: 'release', reason: 'I cannot.' }, actorOf(task))
  else await work(cast, task, { wanted, site: checkoutOf(task.sandbox), mishap })
  back?.()
  goesOff('late')?.()
  if (hasNothing(cast, task)) cast.truth.withdrew(task.ticket.id, task.attempt)
  cast.truth.wentWell(task.ticket.id, task.attempt)
  return { ok: true, session: task.session, usage: NO_USAGE, summary: 'Done.' }
}

/** Some tickets are more than their agents can do, for a while. */
const givesBack = ({ seed }: Plan, { name }: TicketPlan, run: number) =>
  run < 3 && chance('gives back', seed, name).happens(6)

/** It has made again what `main` has, or had. */
function hasNothing({ disk }: Cast, { sandbox }: HarnessTask): boolean {
  const made = keepTree(disk, new Map(checkoutOf(sandbox).files))
  return [...line(disk, mainOf(disk))].some(({ tree }) => tree === made)
}

function goOff({ disk, truth }: Cast, task: HarnessTask, wandering: Wandering): () => void {
  const [ticket, { attempt }] = [task.ticket.id, task]
  return wander({ disk, truth, site: checkoutOf(task.sandbox), ticket, attempt }, wandering)
}

/** Whether the checkout has what was kept of the attempt before this one. */
function lookBack({ disk, truth }: Cast, task: HarnessTask, { name }: TicketPlan): void {
  const { ticket, attempt } = task
  if (!truth.begins(ticket.id, attempt)) return
  const kept = found(disk, truth.legacy(ticket.id, attempt) ?? '')
  const text = kept && treeOf(disk, kept.tree).get(ownOf(name))?.text
  if (text && !checkoutOf(task.sandbox).files.has(ownOf(name)))
    truth.dropped.push(`what attempt ${attempt - 1} of #${ticket.id} had`)
}

/** It has something to lose long before it is through, unless it is to change nothing. */
function draft(cast: Cast, task: HarnessTask, { name, nature }: TicketPlan, mishap: Mishap | null): void {
  if (task.access === 'read' || mishap === 'nothing' || FRUITLESS.includes(nature)) return
  put(cast, task, ownOf(name), `draft of ${name}, attempt ${task.attempt}\n`)
  cast.truth.drafted(task.ticket.id, task.attempt, cast.now())
}

const FRUITLESS: TicketPlan['nature'][] = ['no change', 'split', 'asks']

const ownOf = (name: string) => `work/${name}.txt`

/** Not for ever: what is approved lands, and what has landed is worth another look. */
const proposals = (run: number): string =>
  [`P${run}`, `P${run - 1}`]
    .slice(0, Math.max(0, 4 - run))
    .map((name) => `--- proposal ---\n${name} plain\n--- end ---\n`)
    .join('')

/** By the name that the title begins with; a ticket that agents filed is a plain one. */
function wantedOf(plan: Plan, title: string): TicketPlan {
  const name = title.split(' ')[0]!
  const planned = plan.tickets.find((each) => each.name === name)
  return (
    planned ?? {
      name,
      nature: 'plain',
      priority: 0,
      at: 0,
      after: null,
      works: 5000,
      mishaps: [],
      wanders: [],
    }
  )
}

interface Failure {
  reason: SendBackReason
  detail: string
  until?: number | null
  /** What it really was, where the harness cannot know that. */
  was?: SendBackReason
}

function failed(
  { truth }: Cast,
  task: HarnessTask,
  { reason, detail, until = null, was = reason }: Failure,
): HarnessEnd {
  truth.failed(task.ticket.id, task.attempt, was)
  if (reason === 'usage limit') task.emit({ type: 'limit', until })
  return { ok: false, session: task.session, usage: NO_USAGE, reason, detail, until }
}

function accountFailure({ account }: Cast, _: HarnessTask): Failure | null {
  const state = account()
  if (state === 'fine') return null
  if (state === 'expired') return { reason: 'login expired', detail: 'Please log in again.' }
  return {
    reason: 'usage limit',
    detail: 'The account is used up.',
    until: state.told ? state.limited : null,
  }
}

const HANG = 60_000
/** Milliseconds before and during a look at older commits: enough to be seen. */
const LOOK = 25_000

async function stumble(
  { pass }: Cast,
  task: HarnessTask,
  { mishap, draw }: { mishap: Mishap | null; draw: Chance },
): Promise<Failure | null> {
  switch (mishap) {
    case 'crash':
      return { reason: 'harness crash', detail: 'It ended with exit 1.' }
    case 'hang':
      await pass(HANG, task.signal)
      return { reason: 'hang', detail: 'It fell silent.', ...(draw.happens(50) && { was: 'overloaded' }) }
    case 'endless':
      await pass(Number.MAX_SAFE_INTEGER, task.signal)
      return null
    case 'turn limit':
    case 'overloaded':
    case 'budget':
      return { reason: mishap, detail: `It met its ${mishap}.` }
    default:
      return null
  }
}

const actorOf = ({ ticket, attempt }: HarnessTask): Actor => ({
  kind: 'agent',
  name: 'agent',
  ticket: ticket.id,
  attempt,
})

/** What is stopped does not always fall silent at once: it may still ask for something, and must be refused. */
async function stopped(cast: Cast, task: HarnessTask): Promise<HarnessEnd> {
  const { truth, records } = cast
  const now = await records.store.ticket(task.ticket.id)
  const isLive = now !== null && 'attempt' in now.stage && now.stage.attempt === task.attempt
  if (!isLive) {
    truth.late.sent++
    const said = await apply(records, task.ticket.id, { type: 'release', reason: 'late' }, actorOf(task))
    if (!('refused' in said))
      truth.late.taken.push(`a release by attempt ${task.attempt} of #${task.ticket.id}`)
  }
  return failed(cast, task, { reason: 'harness crash', detail: 'It was stopped.' })
}

interface Job {
  wanted: TicketPlan
  site: Checkout
  mishap: Mishap | null
}

async function work(cast: Cast, task: HarnessTask, { wanted, site, mishap }: Job): Promise<void> {
  if (mishap === 'nothing') return
  if (mishap === 'markers')
    return put(cast, task, 'left.txt', '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n')
  const bad =
    mishap === 'bug' || wanted.nature === 'stubborn bug' ? 'BUG\n' : mishap === 'no tool' ? MISSING_TOOL : ''
  remove(cast, task, 'left.txt')
  await byNature(cast, task, { wanted, site, mishap }, bad)
  resolve(cast, site)
}

/** Where both sides have changed what is not its own to say, `main` is right. */
function resolve({ disk }: Cast, { files, conflicts, head, merging }: Checkout): void {
  const main = treeOf(disk, merging ?? head)
  for (const path of conflicts) {
    if (!files.get(path)?.text.includes('<<<<<<<')) continue
    const theirs = main.get(path)
    if (theirs) files.set(path, theirs)
    else files.delete(path)
  }
}

async function byNature(cast: Cast, task: HarnessTask, { wanted, site }: Job, bad: string): Promise<void> {
  const { files } = site
  const { id } = task.ticket
  const own = ownOf(wanted.name)
  if (wanted.name.startsWith(MENDS)) for (const path of redIn(files)) remove(cast, task, path)
  const archives = `shared/${chance('shelf', wanted.name).below(3)}.txt`
  const api = `api/${chance('api', wanted.name).below(2)}.txt`
  switch (wanted.nature) {
    case 'shared':
      put(cast, task, archives, `by ${wanted.name}\n`)
      writeLine(cast.truth, files, id)
      break
    case 'changes api':
      put(cast, task, api, `by ${wanted.name}\n`)
      for (const [path, { text }] of files)
        if (text.includes(`needs ${api} `))
          put(cast, task, path, text.replace(/ = .*$/m, ` = by ${wanted.name}`))
      break
    case 'needs api':
      return put(cast, task, own, `needs ${api} = ${(files.get(api)?.text ?? '').trim()}\n${bad}`)
    case 'tampers':
      if (chance('tampers', wanted.name).happens(50)) put(cast, task, 'verify.sh', '#!/bin/sh\nexit 0\n')
      else put(cast, task, 'package.json', '{"scripts":{"test":"true"}}\n')
      break
    case 'tidies':
      remove(cast, task, archives)
      break
    case 'no change':
      await apply(
        cast.records,
        id,
        { type: 'declare', attempt: task.attempt, noChange: 'It is so.', children: 0 },
        actorOf(task),
      )
      return
    case 'split':
      return split(cast, task, wanted)
    case 'asks':
      if (!(await cast.records.store.comments(id)).some(({ body }) => body.startsWith('Answer')))
        return void (await ask(
          cast.records,
          { title: `${wanted.name}? Which?`, about: id },
          { ...actorOf(task) },
        ))
  }
  put(cast, task, own, `work of ${wanted.name}\n${bad}`)
}

async function split({ records }: Cast, task: HarnessTask, { name }: TicketPlan): Promise<void> {
  const { id } = task.ticket
  const there = (await records.store.tickets({ parent: id })).length
  for (let n = there; n < 2; n++)
    await file(records, { title: `${name}.${n} part`, parent: id }, actorOf(task))
  const children = (await records.store.tickets({ parent: id })).length
  await apply(
    records,
    id,
    { type: 'declare', attempt: task.attempt, noChange: null, children },
    actorOf(task),
  )
}

function put({ truth }: Cast, { sandbox, ticket }: HarnessTask, path: string, text: string): void {
  const entry: Entry = { mode: path.endsWith('.sh') ? '100755' : '100644', text }
  checkoutOf(sandbox).files.set(path, entry)
  truth.wrote(ticket.id, path, text)
}

function remove({ truth }: Cast, { sandbox, ticket }: HarnessTask, path: string): void {
  if (checkoutOf(sandbox).files.delete(path)) truth.wrote(ticket.id, path, null)
}
