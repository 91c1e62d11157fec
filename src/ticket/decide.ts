/** All rules of a ticket: (ticket, command, who) → events, or a refusal in one sentence. */
import {
  type Actor,
  type Command,
  type CommandType,
  type CreateTicket,
  DONE_BY_HAND,
  type Refusal,
  refuse,
} from './commands.ts'
import type { Created, TicketEvent, Updated } from './events.ts'
import { isClaimable } from './order.ts'
import { HUMAN, liveAttempt, type Resolution, type Ticket } from './ticket.ts'

export type Decision = TicketEvent[] | Refusal

/** What asking `command` of `ticket` gives: no events means that nothing had to change. */
export function decide(ticket: Ticket, command: Command, by: Actor): Decision {
  const forbidden = forbids(ticket, command, by)
  if (forbidden) return forbidden
  const late = fences(ticket, command)
  if (late) return late
  const rule = rules[command.type] as (ticket: Ticket, command: Command, by: Actor) => Decision
  return rule(ticket, command, by)
}

/** The first event of a new ticket, or why it cannot be filed. */
export function decideCreate(create: CreateTicket, by: Actor): Created | Refusal {
  const title = create.title.trim()
  if (title === '') return refuse('invalid', 'Error: ticket title cannot be empty.')
  const assignedTo = create.assignedTo || null
  return {
    type: 'created',
    title,
    description: create.description ?? null,
    ticketType: create.type ?? defaultType(assignedTo, create.blocked ?? false),
    priority: create.priority ?? 0,
    parent: create.parent ?? null,
    assignedTo,
    createdBy: by.kind === 'agent' ? by.name : (create.createdBy ?? by.name),
  }
}

/** A ticket for a person that waits for another is a question; one that stands alone is a proposal. */
function defaultType(assignedTo: string | null, blocked: boolean) {
  if (assignedTo !== HUMAN) return 'task'
  return blocked ? 'question' : 'proposal'
}

/** What an agent may ask: of its own ticket only, and nothing that a person decides. */
const AGENT_MAY: readonly CommandType[] = ['comment', 'block', 'release', 'declare']

function forbids(ticket: Ticket, command: Command, by: Actor): Refusal | null {
  if (by.kind !== 'agent') return null
  if (!AGENT_MAY.includes(command.type))
    return refuse(
      'forbidden',
      `Only a person or the swarm may ${command.type} a ticket; ask with 'ticket ask'.`,
    )
  if (ticket.id !== by.ticket)
    return refuse(
      'forbidden',
      `${by.name} works on ticket ${by.ticket} and may not ${command.type} ticket ${ticket.id}.`,
    )
  if (liveAttempt(ticket) !== by.attempt) return lateRefusal(ticket, by.attempt)
  return null
}

/** A command of an attempt that is no longer the live one is late, whatever it asks. */
function fences(ticket: Ticket, command: Command): Refusal | null {
  if (!('attempt' in command)) return null
  return liveAttempt(ticket) === command.attempt ? null : lateRefusal(ticket, command.attempt)
}

const lateRefusal = (ticket: Ticket, attempt: number) =>
  refuse('late', `Attempt ${attempt} of ticket ${ticket.id} is over; what it does now does not count.`)

type Rules = {
  [K in CommandType]: (ticket: Ticket, command: Extract<Command, { type: K }>, by: Actor) => Decision
}

const rules: Rules = {
  update,
  claim: (ticket, { holder, leased, now, openBlockers }) => {
    if (isClaimable(ticket, now, openBlockers)) return [claimed(ticket, holder, leased)]
    return refuse(
      'conflict',
      `Ticket ${ticket.id} cannot be claimed: ${whyNotClaimable(ticket, openBlockers)}.`,
    )
  },
  advance: (ticket, { attempt, phase }) =>
    ticket.stage.status === 'in_progress' ? [{ type: 'advanced', attempt, phase }] : wrong(ticket, 'advance'),
  submit: (ticket, { attempt, work }) =>
    ticket.stage.status === 'in_progress' ? [{ type: 'completed', attempt, work }] : wrong(ticket, 'submit'),
  complete,
  hold: (ticket, { attempt, paths }) => {
    if (ticket.stage.status !== 'ready') return wrong(ticket, 'hold')
    return ticket.stage.approved ? [] : [{ type: 'held', attempt, paths }]
  },
  approve,
  reject,
  answer: (ticket, { text }, by) => {
    if (text.trim() === '') return refuse('invalid', 'An answer needs a text.')
    return (
      mustBe(ticket, 'question', 'answer') ?? [
        { type: 'commented', author: by.name, body: text },
        done('answered', text),
      ]
    )
  },
  pass: (ticket) => mustBe(ticket, 'verify', 'pass') ?? [done('passed', null)],
  fail: (ticket, { reason }) => {
    if (reason.trim() === '') return refuse('invalid', 'Say why it failed: --reason TEXT.')
    return mustBe(ticket, 'verify', 'fail') ?? [done('failed', reason)]
  },
  'mark-done': (ticket) => (ticket.stage.status === 'done' ? [] : [done(DONE_BY_HAND[ticket.type], null)]),
  declare: (ticket, { attempt, noChange, children }) => {
    if (ticket.stage.status !== 'in_progress') return wrong(ticket, 'complete')
    if (noChange !== null && noChange.trim() === '')
      return refuse('invalid', 'Say why no change is needed: --no-change TEXT.')
    if (noChange !== null) return [{ type: 'declared', attempt, resolution: 'no-change', reason: noChange }]
    if (children === 0) return []
    const reason = children === 1 ? 'Split into 1 sub-ticket.' : `Split into ${children} sub-tickets.`
    return [{ type: 'declared', attempt, resolution: 'decomposed', reason }]
  },
  finish: (ticket, { resolution, reason }) =>
    ticket.stage.status === 'in_progress' ? [done(resolution, reason)] : wrong(ticket, 'finish'),
  land: (ticket, { commit }) => {
    const { stage } = ticket
    if (stage.status !== 'ready' || stage.work === null) return wrong(ticket, 'land')
    if (stage.held.length > 0)
      return refuse('conflict', `Ticket ${ticket.id} waits for a person to approve ${stage.held.join(', ')}.`)
    return [{ type: 'done', resolution: 'landed', commit, reason: null }]
  },
  bounce: (_, { type: _type, ...why }) => [{ type: 'bounced', ...why }],
  lose: (_, { attempt, detail }) => [{ type: 'lost', attempt, detail }],
  release: (ticket, { reason }) => {
    const { stage } = ticket
    if (stage.status === 'done') return isDone(ticket)
    if (stage.status === 'open' && stage.assignedTo === null && stage.notBefore === null) return []
    return [unclaimed(ticket, reason ?? null)]
  },
  escalate: (ticket, { reason }) =>
    ticket.stage.status === 'open' ? [{ type: 'escalated', reason }] : wrong(ticket, 'escalate'),
  reopen: (ticket) =>
    ticket.stage.status === 'done'
      ? [{ type: 'reopened' }]
      : refuse('conflict', `Ticket ${ticket.id} is not done; there is nothing to reopen.`),
  cancel: (ticket, { reason }) =>
    ticket.stage.status === 'done' ? isDone(ticket) : [done('cancelled', reason ?? null)],
  block,
  unblock: (ticket, { by }) =>
    ticket.blockedBy.includes(by)
      ? [{ type: 'blocker_removed', by }]
      : refuse('not_found', 'No such blocker relationship found.'),
  comment: (_, { author, body }, by) => {
    if (body.trim() === '') return refuse('invalid', 'A comment needs a text.')
    return [{ type: 'commented', author: by.kind === 'agent' ? by.name : author, body }]
  },
}

function update(ticket: Ticket, command: Extract<Command, { type: 'update' }>, by: Actor): Decision {
  if (command.status === 'done')
    return refuse('conflict', "Error: Cannot set status to 'done' directly. Use 'mark-done' instead.")
  if (command.title !== undefined && command.title.trim() === '')
    return refuse('invalid', 'Error: ticket title cannot be empty.')
  const fields = changedFields(ticket, command)
  const events: TicketEvent[] = Object.keys(fields).length > 0 ? [{ type: 'updated', ...fields }] : []
  const moved = move(ticket, command, by)
  return 'refused' in moved ? moved : [...events, ...moved]
}

function changedFields(
  ticket: Ticket,
  { title, description, ticketType, priority }: Extract<Command, { type: 'update' }>,
): Partial<Omit<Updated, 'type'>> {
  return {
    ...(title !== undefined && title !== ticket.title && { title }),
    ...(description !== undefined && description !== ticket.description && { description }),
    ...(ticketType !== undefined && ticketType !== ticket.type && { ticketType }),
    ...(priority !== undefined && priority !== ticket.priority && { priority }),
  }
}

/** What a change of status or assignee, asked for by hand, means in events. */
function move(ticket: Ticket, command: Extract<Command, { type: 'update' }>, by: Actor): Decision {
  const { stage } = ticket
  const status = command.status ?? stage.status
  const assign = command.assignedTo === undefined ? undefined : command.assignedTo || null
  if (stage.status === 'done') {
    if (status === 'done') return assign === undefined ? [] : [{ type: 'updated', assignedTo: assign }]
    if (status !== 'open')
      return refuse('conflict', `Ticket ${ticket.id} is done. Reopen it first: ticket reopen ${ticket.id}.`)
    return [{ type: 'reopened' }, ...reassign(assign)]
  }
  if (status === 'open')
    return stage.status === 'open' ? reassign(assign) : [unclaimed(ticket, null), ...reassign(assign)]
  if (status === stage.status && (assign === undefined || assign === stage.holder)) return []
  if (stage.status !== 'open' && assign !== undefined && stage.leased)
    return [unclaimed(ticket, null), ...reassign(assign)]
  return hold(ticket, status === 'ready' ? 'ready' : 'in_progress', assign ?? byHand(ticket, by))
}

const byHand = (ticket: Ticket, by: Actor) =>
  ticket.stage.status === 'open' ? (ticket.stage.assignedTo ?? by.name) : by.name

const reassign = (assignedTo: string | null | undefined): TicketEvent[] =>
  assignedTo === undefined ? [] : [{ type: 'updated', assignedTo }]

/** Takes the ticket by hand for `holder`, and hands it in when `status` is ready. */
function hold(ticket: Ticket, status: 'in_progress' | 'ready', holder: string): Decision {
  const { stage } = ticket
  if (stage.status === 'in_progress' && status === 'ready')
    return complete(ticket, { type: 'complete' }, byName(holder))
  const claim = claimed(ticket, holder, false)
  const before = stage.status === 'open' ? [] : [unclaimed(ticket, null)]
  const after: TicketEvent[] =
    status === 'ready' ? [{ type: 'completed', attempt: claim.attempt, work: null }] : []
  return [...before, claim, ...after]
}

const byName = (name: string): Actor => ({ kind: 'person', name })

function complete(ticket: Ticket, _: { type: 'complete' }, by: Actor): Decision {
  const { stage } = ticket
  if (stage.status === 'done') return isDone(ticket)
  if (stage.status === 'ready') return []
  if (stage.status === 'open') return hold(ticket, 'ready', byHand(ticket, by))
  if (stage.leased)
    return refuse(
      'conflict',
      `${stage.holder} is working on ticket ${ticket.id}. Take it back first: ticket unclaim ${ticket.id}.`,
    )
  return [{ type: 'completed', attempt: stage.attempt, work: null }]
}

function approve(ticket: Ticket, { title, description }: Extract<Command, { type: 'approve' }>): Decision {
  const { stage } = ticket
  if (stage.status === 'ready' && stage.held.length > 0) return [{ type: 'approved' }]
  const wrongType = mustBe(ticket, 'proposal', 'approve')
  if (wrongType) return wrongType
  const edits = changedFields(ticket, { type: 'update', title, description })
  const events: TicketEvent[] = Object.keys(edits).length > 0 ? [{ type: 'updated', ...edits }] : []
  if (stage.status !== 'open') events.push(unclaimed(ticket, null))
  return [...events, { type: 'approved' }]
}

function reject(ticket: Ticket, { reason }: Extract<Command, { type: 'reject' }>): Decision {
  const { stage } = ticket
  if (stage.status === 'ready' && stage.held.length > 0) {
    const detail = reason.trim() || `A person rejected the change to ${stage.held.join(', ')}.`
    const bounced = { reason: 'rejected', detail, charged: true, notBefore: null, front: true } as const
    return [{ type: 'bounced', attempt: stage.attempt, ...bounced }]
  }
  return mustBe(ticket, 'proposal', 'reject') ?? [done('rejected', reason.trim() || null)]
}

function block(ticket: Ticket, { by, cycle }: Extract<Command, { type: 'block' }>): Decision {
  if (by === ticket.id) return refuse('conflict', `Ticket ${ticket.id} cannot be blocked by itself.`)
  if (ticket.blockedBy.includes(by))
    return refuse('conflict', `Ticket ${ticket.id} is already blocked by ${by}.`)
  if (cycle)
    return refuse(
      'conflict',
      `Ticket ${by} already waits for ticket ${ticket.id}; neither would ever be ready.`,
    )
  if (ticket.stage.status === 'done') return isDone(ticket)
  const added: TicketEvent = { type: 'blocker_added', by }
  const held = ticket.stage.status === 'in_progress' || ticket.stage.status === 'ready'
  return held ? [added, unclaimed(ticket, `Auto-released (blocked by #${by})`)] : [added]
}

function mustBe(ticket: Ticket, type: Ticket['type'], verb: string): Refusal | null {
  if (ticket.stage.status === 'done') return isDone(ticket)
  if (ticket.type === type) return null
  return refuse(
    'conflict',
    `Ticket ${ticket.id} is a ${ticket.type}; only a ${type} can be ${PARTICIPLE[verb]}.`,
  )
}

const PARTICIPLE: Record<string, string> = {
  answer: 'answered',
  approve: 'approved',
  pass: 'passed',
  fail: 'failed',
  reject: 'rejected',
}

const isDone = (ticket: Ticket) =>
  refuse('conflict', `Ticket ${ticket.id} is done. Reopen it first: ticket reopen ${ticket.id}.`)

const wrong = (ticket: Ticket, verb: string) =>
  refuse('conflict', `Ticket ${ticket.id} is ${ticket.stage.status}; the swarm cannot ${verb} it now.`)

const done = (resolution: Resolution, reason: string | null): TicketEvent => ({
  type: 'done',
  resolution,
  commit: null,
  reason,
})

const claimed = (ticket: Ticket, holder: string, leased: boolean) =>
  ({ type: 'claimed', attempt: ticket.attempts + 1, holder, leased }) as const

function unclaimed(ticket: Ticket, reason: string | null): TicketEvent {
  const { stage } = ticket
  const holder = 'holder' in stage ? stage.holder : stage.assignedTo
  return { type: 'unclaimed', attempt: liveAttempt(ticket), holder, reason }
}

function whyNotClaimable(ticket: Ticket, openBlockers: number): string {
  const { stage } = ticket
  if (stage.status === 'done') return 'it is done'
  if (stage.status !== 'open') return `${stage.holder} holds it`
  if (stage.assignedTo !== null) return `it is assigned to ${stage.assignedTo}`
  if (openBlockers > 0) return `it waits for ${openBlockers === 1 ? 'a ticket' : `${openBlockers} tickets`}`
  return 'it is backing off'
}
