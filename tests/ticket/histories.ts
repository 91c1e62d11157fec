/** Histories of a ticket: whatever is asked, in whatever order, by whomever. */
import fc from 'fast-check'
import { type Actor, type Command, isRefusal } from '../../src/ticket/commands.ts'
import { decide } from '../../src/ticket/decide.ts'
import { type Created, SEND_BACK_REASONS } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { STATUSES, type Ticket, TYPES, WORK_PHASES } from '../../src/ticket/ticket.ts'
import { ID, NOW } from './states.ts'

const text = fc.constantFrom('', ' ', 'Add search', 'One line\nand another', 'x'.repeat(300))
const id = fc.integer({ min: 5, max: 10 })
const name = fc.constantFrom('alice', 'human', 'agent-1')
const time = fc.integer({ min: -3, max: 3 }).map((seconds) => NOW + seconds * 1000)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
/** Of an attempt relative to the newest one: often the live one, sometimes late, rarely one that never was. */
const attempt = fc.constantFrom(0, 0, 0, 0, -1, -2, 1)

const arbitraries: { [K in Command['type']]: fc.Arbitrary<Extract<Command, { type: K }>> } = {
  update: fc.record({
    type: fc.constant('update'),
    title: maybe(text),
    description: maybe(fc.option(text)),
    ticketType: maybe(fc.constantFrom(...TYPES)),
    priority: maybe(fc.integer({ min: -2, max: 2 })),
    assignedTo: maybe(fc.constantFrom('', null, 'alice', 'human')),
    status: maybe(fc.constantFrom(...STATUSES)),
  }),
  claim: fc.record({
    type: fc.constant('claim'),
    holder: name,
    leased: fc.boolean(),
    now: time,
    openBlockers: fc.constantFrom(0, 0, 0, 1),
  }),
  advance: fc.record({ type: fc.constant('advance'), attempt, phase: fc.constantFrom(...WORK_PHASES) }),
  submit: fc.record({
    type: fc.constant('submit'),
    attempt,
    work: fc.constantFrom('a'.repeat(40), 'b'.repeat(40)),
  }),
  complete: fc.record({ type: fc.constant('complete') }),
  hold: fc.record({
    type: fc.constant('hold'),
    attempt,
    paths: fc.subarray(['verify.sh', 'ci/run', 'odd\nname'], { minLength: 0 }),
  }),
  approve: fc.record({ type: fc.constant('approve'), title: maybe(text), description: maybe(text) }),
  reject: fc.record({ type: fc.constant('reject'), reason: text }),
  answer: fc.record({ type: fc.constant('answer'), text }),
  pass: fc.record({ type: fc.constant('pass') }),
  fail: fc.record({ type: fc.constant('fail'), reason: text }),
  'mark-done': fc.record({ type: fc.constant('mark-done') }),
  declare: fc.record({
    type: fc.constant('declare'),
    attempt,
    noChange: fc.option(text),
    children: fc.integer({ min: 0, max: 2 }),
  }),
  reconcile: fc.record({
    type: fc.constant('reconcile'),
    commit: fc.constantFrom('c'.repeat(40), 'd'.repeat(40)),
  }),
  finish: fc.record({
    type: fc.constant('finish'),
    attempt,
    resolution: fc.constantFrom('no-change', 'decomposed'),
    reason: text,
  }),
  land: fc.record({ type: fc.constant('land'), attempt, commit: fc.constant('c'.repeat(40)) }),
  'send-back': fc.record({
    type: fc.constant('send-back'),
    attempt,
    reason: fc.constantFrom(...SEND_BACK_REASONS),
    detail: text,
    charged: fc.boolean(),
    notBefore: fc.option(time),
    front: fc.boolean(),
  }),
  lose: fc.record({ type: fc.constant('lose'), attempt, detail: text }),
  release: fc.record({ type: fc.constant('release'), attempt: maybe(attempt), reason: maybe(text) }),
  escalate: fc.record({ type: fc.constant('escalate'), reason: text }),
  reopen: fc.record({ type: fc.constant('reopen') }),
  cancel: fc.record({ type: fc.constant('cancel'), reason: maybe(text) }),
  block: fc.record({ type: fc.constant('block'), by: id, cycle: fc.constantFrom(false, false, true) }),
  unblock: fc.record({ type: fc.constant('unblock'), by: id }),
  comment: fc.record({ type: fc.constant('comment'), author: name, body: text }),
}
const command = fc.oneof(...(Object.values(arbitraries) as fc.Arbitrary<Command>[]))

const CLAIM: Command = { type: 'claim', holder: 'agent-1', leased: true, now: NOW + 9000, openBlockers: 0 }
const SUBMIT: Command = { type: 'submit', attempt: 0, work: 'a'.repeat(40) }

export interface Step {
  command: Command
  actor: 'person' | 'swarm' | 'agent' | 'late agent' | 'other agent'
  at: number
}

const step: fc.Arbitrary<Step> = fc.record({
  command,
  actor: fc.constantFrom('person', 'swarm', 'swarm', 'agent', 'late agent', 'other agent'),
  at: time,
})
/** Stretches of an ordinary life, so that histories get far. */
const ordinary = fc
  .constantFrom<Command[]>(
    [{ type: 'release' }, CLAIM],
    [CLAIM, SUBMIT],
    [CLAIM, SUBMIT, { type: 'hold', attempt: 0, paths: ['verify.sh'] }],
    [{ type: 'hold', attempt: 0, paths: ['verify.sh'] }, { type: 'approve' }],
    [{ type: 'reopen' }, CLAIM, SUBMIT],
  )
  .map((commands) => commands.map((command): Step => ({ command, actor: 'swarm', at: NOW })))
export const history = fc
  .array(fc.oneof({ weight: 3, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: ordinary }), {
    maxLength: 40,
    size: 'max',
  })
  .map((stretches) => stretches.flat())
export const created: fc.Arbitrary<Created> = fc.record({
  type: fc.constant('created'),
  title: fc.constant('Add search'),
  description: fc.option(text),
  ticketType: fc.constantFrom(...TYPES),
  priority: fc.integer({ min: -2, max: 2 }),
  parent: fc.option(id),
  assignedTo: fc.option(name),
  createdBy: name,
})

/** The command as it is for this ticket: attempts are relative until here. */
function real(ticket: Ticket, command: Command): Command {
  if (!('attempt' in command) || command.attempt === undefined) return command
  return { ...command, attempt: ticket.attempts + command.attempt }
}

function actorOf(ticket: Ticket, kind: Step['actor']): Actor {
  if (kind === 'person' || kind === 'swarm') return { kind, name: kind }
  const late = kind === 'late agent' ? 1 : 0
  return {
    kind: 'agent',
    name: 'agent-1',
    ticket: kind === 'other agent' ? ticket.id + 1 : ticket.id,
    attempt: ticket.attempts - late,
  }
}

export interface Moment extends Step {
  before: Ticket
  after: Ticket
  by: Actor
  decision: ReturnType<typeof decide>
}

/** Plays a history and gives every moment of it. */
export function play(first: Created, steps: Step[]): Moment[] {
  let ticket = born(ID, first, NOW)
  return steps.map((each) => {
    const before = ticket
    const command = real(before, each.command)
    const by = actorOf(before, each.actor)
    const decision = decide(before, command, by)
    const events = isRefusal(decision) ? [] : decision
    ticket = events.reduce((so, event) => evolve(so, event, each.at), before)
    return { ...each, command, before, after: ticket, by, decision }
  })
}
