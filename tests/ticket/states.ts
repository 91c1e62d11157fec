/** Every state a ticket can be in, reached by commands alone, and one sample of every command. */
import { type Actor, type Command, type CommandType, isRefusal } from '../../src/ticket/commands.ts'
import { decide, decideCreate } from '../../src/ticket/decide.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import type { Decision } from '../../src/ticket/steps.ts'
import { liveAttempt, type Ticket, type TicketType } from '../../src/ticket/ticket.ts'

export const NOW = Date.UTC(2026, 0, 1)
export const ID = 7
const LATER = NOW + 60_000

export const PERSON: Actor = { kind: 'person', name: 'alice' }
export const SWARM: Actor = { kind: 'swarm', name: 'swarm' }

/** An agent that works on `ticket`, under its live attempt when it is its own. */
export const agentOn = (ticket: Ticket, own: 'its own' | 'another'): Actor => ({
  kind: 'agent',
  name: 'agent-1',
  ticket: own === 'its own' ? ticket.id : ticket.id + 1,
  attempt: liveAttempt(ticket) ?? 1,
})

const claim = (leased: boolean): Command => ({
  type: 'claim',
  holder: leased ? 'agent-1' : 'alice',
  leased,
  now: NOW,
  openBlockers: 0,
})
const submit: Command = { type: 'submit', attempt: 1, work: 'a'.repeat(40) }
const hold: Command = { type: 'hold', attempt: 1, paths: ['verify.sh'] }
const backOff = { charged: true, notBefore: LATER, front: false } as const

/** How each state is reached from a new ticket. */
const PATHS = {
  open: [],
  assigned: [{ type: 'update', assignedTo: 'bob' }],
  'backing off': [
    claim(true),
    { type: 'send-back', attempt: 1, reason: 'harness crash', detail: 'It crashed.', ...backOff },
  ],
  leased: [claim(true)],
  'by hand': [claim(false)],
  queued: [claim(true), submit],
  held: [claim(true), submit, hold],
  approved: [claim(true), submit, hold, { type: 'approve' }],
  submitted: [claim(false), { type: 'complete' }],
  done: [{ type: 'cancel' }],
} satisfies Record<string, Command[]>

export type State = keyof typeof PATHS
export const STATES = Object.keys(PATHS) as State[]

/** What each state means, for people. */
export const MEANING: Record<State, string> = {
  open: 'status `open`, unassigned: it may be claimed once nothing blocks it',
  assigned: 'status `open`, assigned to a person or name: the swarm does not claim it',
  'backing off': 'status `open`, but not claimable until its delay is over',
  leased: 'status `in_progress`, claimed by an agent under a lease',
  'by hand': 'status `in_progress`, claimed by a person without a lease: it stays until given back',
  queued: 'status `ready`, its commit waits in the merge queue',
  held: 'status `ready`, its commit touches protected paths and waits for approval',
  approved: 'status `ready`, a person approved this exact commit',
  submitted: 'status `ready`, completed by hand: there is no commit to land',
  done: 'status `done`, with a resolution',
}

/** A ticket of this type in this state; ticket 8, which is done, is one of its blockers. */
export function ticketIn(state: State, type: TicketType = 'task'): Ticket {
  const created = decideCreate({ title: 'Add search', type }, PERSON)
  if (isRefusal(created)) throw new Error(created.sentence)
  const start: Command[] = [{ type: 'block', by: 8, cycle: false }]
  return [...start, ...PATHS[state]].reduce(
    (ticket, command) => {
      const { after } = ask(ticket, command, SWARM)
      if (after === null) throw new Error(`${state} cannot be reached: ${command.type} is refused`)
      return after
    },
    born(ID, created, NOW),
  )
}

/** What was decided, and the ticket afterwards; null when it was refused. */
export function ask(
  ticket: Ticket,
  command: Command,
  by: Actor,
): { decision: Decision; after: Ticket | null } {
  const decision = decide(ticket, command, by)
  if (isRefusal(decision)) return { decision, after: null }
  return { decision, after: decision.reduce((each, event) => evolve(each, event, NOW), ticket) }
}

/** The name of the state a ticket is in; for a done one, with its resolution. */
export function stateOf({ stage }: Ticket): string {
  switch (stage.status) {
    case 'open':
      if (stage.assignedTo !== null) return 'assigned'
      return stage.notBefore === null ? 'open' : 'backing off'
    case 'in_progress':
      return stage.leased ? 'leased' : 'by hand'
    case 'ready':
      if (stage.held.length > 0) return 'held'
      if (stage.work === null) return 'submitted'
      return stage.approved ? 'approved' : 'queued'
    case 'done':
      return `done·${stage.resolution}`
  }
}

export interface Sample {
  type: CommandType
  label: string
  command: (ticket: Ticket) => Command
}

/** One or more samples of every command; those of an attempt speak for the live one. */
const SAMPLES: Record<CommandType, Record<string, (attempt: number) => Command>> = {
  update: {
    'update title': () => ({ type: 'update', title: 'Add a search page' }),
    'update assign': () => ({ type: 'update', assignedTo: 'carol' }),
    'update assign nobody': () => ({ type: 'update', assignedTo: '' }),
    'update status open': () => ({ type: 'update', status: 'open' }),
    'update status in_progress': () => ({ type: 'update', status: 'in_progress' }),
    'update status ready': () => ({ type: 'update', status: 'ready' }),
    'update status done': () => ({ type: 'update', status: 'done' }),
  },
  claim: {
    claim: () => claim(true),
    'claim by hand': () => claim(false),
    'claim while blocked': () => ({ ...claim(true), openBlockers: 2 }) as Command,
    'claim after a while': () => ({ ...claim(true), now: LATER }) as Command,
  },
  advance: { advance: (attempt) => ({ type: 'advance', attempt, phase: 'working' }) },
  submit: { submit: (attempt) => ({ type: 'submit', attempt, work: 'b'.repeat(40) }) },
  complete: { complete: () => ({ type: 'complete' }) },
  hold: { hold: (attempt) => ({ type: 'hold', attempt, paths: ['verify.sh'] }) },
  approve: { approve: () => ({ type: 'approve' }) },
  reject: { reject: () => ({ type: 'reject', reason: 'Not now.' }) },
  answer: { answer: () => ({ type: 'answer', text: 'Use SQLite.' }) },
  pass: { pass: () => ({ type: 'pass' }) },
  fail: { fail: () => ({ type: 'fail', reason: 'The button does nothing.' }) },
  'mark-done': { 'mark-done': () => ({ type: 'mark-done' }) },
  declare: {
    declare: (attempt) => ({ type: 'declare', attempt, noChange: 'It works already.', children: 0 }),
  },
  finish: {
    finish: (attempt) => ({
      type: 'finish',
      attempt,
      resolution: 'no-change',
      reason: 'It works already.',
    }),
  },
  land: { land: (attempt) => ({ type: 'land', attempt, commit: 'c'.repeat(40) }) },
  reconcile: { reconcile: () => ({ type: 'reconcile', commit: 'c'.repeat(40) }) },
  'send-back': {
    'send-back': (attempt) => ({
      type: 'send-back',
      attempt,
      reason: 'gate red',
      detail: 'test.sh failed.',
      charged: true,
      notBefore: null,
      front: true,
    }),
  },
  lose: { lose: (attempt) => ({ type: 'lose', attempt, detail: 'Its lease ran out.' }) },
  release: { release: () => ({ type: 'release' }) },
  escalate: { escalate: () => ({ type: 'escalate', reason: 'Three attempts failed.' }) },
  reopen: { reopen: () => ({ type: 'reopen' }) },
  cancel: { cancel: () => ({ type: 'cancel' }) },
  block: { block: () => ({ type: 'block', by: 9, cycle: false }) },
  unblock: { unblock: () => ({ type: 'unblock', by: 8 }) },
  comment: { comment: () => ({ type: 'comment', author: 'alice', body: 'Looks good.' }) },
}

export const ROWS: Sample[] = Object.entries(SAMPLES).flatMap(([type, samples]) =>
  Object.entries(samples).map(([label, make]) => ({
    type: type as CommandType,
    label,
    command: (ticket: Ticket) => make(liveAttempt(ticket) ?? Math.max(ticket.attempts, 1)),
  })),
)
