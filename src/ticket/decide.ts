/** All rules of a ticket: (ticket, command, actor) → events, or a refusal in one sentence. */

import { asksForDecision, choiceIn, DECIDING, isDecision } from './blockers.ts'
import {
  type Actor,
  type Command,
  type CommandType,
  type CreateTicket,
  DONE_BY_HAND,
  isRefusal,
  type Refusal,
  refuse,
} from './commands.ts'
import type { Created, TicketEvent } from './events.ts'
import { givenBack } from './giving-back.ts'
import { complete, edits, update } from './hands.ts'
import { isClaimable } from './order.ts'
import { closed, isProposing, PROPOSER } from './proposing.ts'
import { tooLarge, tooLong } from './size.ts'
import { claimed, type Decision, done, isDone, unclaimed, wrong } from './steps.ts'
import { HUMAN, liveAttempt, type Ticket } from './ticket.ts'

/** Decides on a command: no events means that nothing had to change. */
export function decide(ticket: Ticket, command: Command, by: Actor): Decision {
  const forbidden = forbids(ticket, command, by)
  if (forbidden) return forbidden
  const late = fences(ticket, command)
  if (late) return late
  const rule = rules[command.type] as (ticket: Ticket, command: Command, by: Actor) => Decision
  return closed(ticket, rule(ticket, command, by))
}

/** Decides on a new ticket: its first event, or a refusal. */
export function decideCreate(create: CreateTicket, by: Actor): Created | Refusal {
  const title = create.title.trim()
  if (title === '') return refuse('invalid', 'Error: ticket title cannot be empty.')
  const large = tooLong(title) ?? tooLarge('The description', create.description)
  if (large) return large
  const assignedTo = create.assignedTo || null
  const createdBy = by.kind === 'agent' ? by.name : (create.createdBy ?? by.name)
  if ([PROPOSER, DECIDING].includes(createdBy) && by.kind !== 'swarm')
    return refuse(
      'invalid',
      `Only the swarm files tickets as "${createdBy}". Choose another name for --created-by.`,
    )
  return {
    type: 'created',
    title,
    description: create.description ?? null,
    ticketType: create.type ?? defaultType(assignedTo, create.blocked ?? false),
    priority: create.priority ?? 0,
    parent: create.parent ?? null,
    assignedTo,
    createdBy,
    ...(by.kind === 'agent' && { from: by.ticket }),
  }
}

/** Default type: a ticket for a person that starts out blocked is a question, any other one a proposal. */
function defaultType(assignedTo: string | null, blocked: boolean) {
  if (assignedTo !== HUMAN) return 'task'
  return blocked ? 'question' : 'proposal'
}

/** Commands that an agent may give: only to its own ticket, and none that a person decides. */
const AGENT_MAY: readonly CommandType[] = ['comment', 'block', 'release', 'declare']

function forbids(ticket: Ticket, command: Command, by: Actor): Refusal | null {
  if (by.kind !== 'agent') return null
  if (!AGENT_MAY.includes(command.type))
    return refuse(
      'forbidden',
      `Only a person or the swarm may ${command.type} a ticket. Ask with 'ticket ask'.`,
    )
  if (ticket.id !== by.ticket)
    return refuse(
      'forbidden',
      `${by.name} works on ticket ${by.ticket} and may not ${command.type} ticket ${ticket.id}.`,
    )
  if (liveAttempt(ticket) !== by.attempt) return lateRefusal(ticket, by.attempt)
  return null
}

/** Refuses commands of an attempt that is no longer the live one. */
function fences(ticket: Ticket, command: Command): Refusal | null {
  if (!('attempt' in command) || command.attempt === undefined) return null
  return liveAttempt(ticket) === command.attempt ? null : lateRefusal(ticket, command.attempt)
}

const lateRefusal = (ticket: Ticket, attempt: number) =>
  refuse('late', `Attempt ${attempt} of ticket ${ticket.id} is over. Its commands no longer count.`)

type Rules = {
  [K in CommandType]: (ticket: Ticket, command: Extract<Command, { type: K }>, by: Actor) => Decision
}

const rules: Rules = {
  update,
  claim: (ticket, { holder, leased, now, openBlockers }) => {
    if (isProposing(ticket) && ticket.stage.status === 'done' && leased)
      return [{ type: 'reopened' }, claimed(ticket, holder, leased)]
    if (isClaimable(ticket, now, openBlockers)) return [claimed(ticket, holder, leased)]
    return refuse(
      'conflict',
      `Ticket ${ticket.id} cannot be claimed: ${whyNotClaimable(ticket, openBlockers)}.`,
    )
  },
  advance: (ticket, { attempt, phase, why }) => {
    if (ticket.stage.status !== 'in_progress') return wrong(ticket, 'advance')
    return [{ type: 'advanced', attempt, phase, ...(why !== undefined && { why }) }]
  },
  submit: (ticket, { attempt, work }) =>
    ticket.stage.status === 'in_progress' ? [{ type: 'completed', attempt, work }] : wrong(ticket, 'submit'),
  complete,
  hold: (ticket, { attempt, paths, parts }) => {
    const { stage } = ticket
    if (stage.status !== 'ready' || stage.work === null) return wrong(ticket, 'hold')
    const known = paths.every((path) => stage.held.includes(path))
    return stage.approved || known
      ? []
      : [{ type: 'held', attempt, paths, ...(parts !== undefined && { parts }) }]
  },
  approve,
  reject,
  answer: (ticket, { text }, by) => {
    if (text.trim() === '') return refuse('invalid', 'An answer needs text.')
    if (isDecision(ticket) && choiceIn(text) === null) return asksForDecision(ticket)
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
  'mark-done': (ticket) => {
    if (ticket.stage.status === 'done') return []
    return isDecision(ticket) ? asksForDecision(ticket) : [done(DONE_BY_HAND[ticket.type], null)]
  },
  declare: (ticket, { attempt, noChange, children }) => {
    if (ticket.stage.status !== 'in_progress') return wrong(ticket, 'complete')
    if (noChange !== null && noChange.trim() === '')
      return refuse('invalid', 'Say why no change is needed: --no-change TEXT.')
    if (noChange !== null) return [{ type: 'declared', attempt, resolution: 'no-change', reason: noChange }]
    if (children === 0) return []
    const reason = children === 1 ? 'Split into 1 sub-ticket.' : `Split into ${children} sub-tickets.`
    return [{ type: 'declared', attempt, resolution: 'decomposed', reason }]
  },
  finish: (_, { resolution, reason }) => [done(resolution, reason)],
  land: (ticket, { commit }) => {
    const { stage } = ticket
    if (stage.status !== 'ready' || stage.work === null) return wrong(ticket, 'land')
    if (stage.held.length > 0)
      return refuse('conflict', `Ticket ${ticket.id} waits for a person to approve ${stage.held.join(', ')}.`)
    return [{ type: 'done', resolution: 'landed', commit, reason: null }]
  },
  reconcile: (ticket, { commit }) => {
    const { stage } = ticket
    if (stage.status !== 'done') return [{ type: 'done', resolution: 'landed', commit, reason: null }]
    return stage.commit === commit ? [] : isDone(ticket)
  },
  'send-back': (_, { type: _type, ...why }) => [{ type: 'bounced', ...why }],
  lose: (ticket, { attempt, detail }) => {
    const { stage } = ticket
    if (stage.status !== 'in_progress') return wrong(ticket, 'lose')
    if (stage.leased) return [{ type: 'lost', attempt, detail }]
    return refuse('conflict', `${stage.holder} claimed ticket ${ticket.id} by hand, so it has no lease.`)
  },
  release: (ticket, { attempt, reason, returns }, by) => {
    const { stage } = ticket
    if (stage.status === 'done') return isDone(ticket)
    // An attempt that is stopped just after it submitted its work has nothing left to give back.
    if (stage.status === 'ready' && attempt !== undefined) return []
    if (stage.status === 'open' && stage.assignedTo === null && stage.notBefore === null) return []
    return by.kind === 'agent'
      ? givenBack(ticket, reason ?? null, returns)
      : [unclaimed(ticket, reason ?? null)]
  },
  escalate: (ticket, { reason }) =>
    ticket.stage.status === 'open' ? [{ type: 'escalated', reason }] : wrong(ticket, 'escalate'),
  reopen: (ticket) =>
    ticket.stage.status === 'done'
      ? [{ type: 'reopened' }]
      : refuse('conflict', `Ticket ${ticket.id} is not done, so it cannot be reopened.`),
  cancel: (ticket, { reason }, by) => {
    if (ticket.stage.status === 'done') return isDone(ticket)
    if (isDecision(ticket) && by.kind !== 'swarm') return asksForDecision(ticket)
    return [done('cancelled', reason ?? null)]
  },
  block,
  unblock: (ticket, { by }) =>
    ticket.blockedBy.includes(by)
      ? [{ type: 'blocker_removed', by }]
      : refuse('not_found', 'No such blocker relationship found.'),
  comment: (_, { author, body }, by) => {
    if (body.trim() === '') return refuse('invalid', 'A comment needs text.')
    const large = tooLarge('The comment', body)
    if (large) return large
    return [{ type: 'commented', author: by.kind === 'agent' ? by.name : author, body }]
  },
}

function approve(
  ticket: Ticket,
  { title, description, of }: Extract<Command, { type: 'approve' }>,
): Decision {
  const { stage } = ticket
  const moved = movedOn(ticket, of)
  if (moved) return moved
  const held = stage.status === 'ready' && stage.held.length > 0
  const wrongType = held ? null : mustBe(ticket, 'proposal', 'approve')
  if (wrongType) return wrongType
  const edited = edits(ticket, { title, description })
  if (isRefusal(edited)) return edited
  const taken = held || stage.status === 'open' ? [] : [unclaimed(ticket, null)]
  return [...edited, ...taken, { type: 'approved' }]
}

function reject(ticket: Ticket, { reason, of }: Extract<Command, { type: 'reject' }>): Decision {
  const { stage } = ticket
  const moved = movedOn(ticket, of)
  if (moved) return moved
  if (stage.status === 'ready' && stage.held.length > 0) {
    const detail = reason.trim() || `A person rejected the change to ${stage.held.join(', ')}.`
    const bounced = { reason: 'rejected', detail, charged: true, notBefore: null, front: true } as const
    return [{ type: 'bounced', attempt: stage.attempt, ...bounced }]
  }
  return mustBe(ticket, 'proposal', 'reject') ?? [done('rejected', reason.trim() || null)]
}

/** Refuses a decision about work that was replaced since: a person decides about the work that they have read. */
function movedOn(ticket: Ticket, of: number | undefined): Refusal | null {
  if (of === undefined || of === ticket.attempts) return null
  return refuse(
    'late',
    `Ticket ${ticket.id} is now at attempt ${ticket.attempts}, but you looked at attempt ${of}. Look again: ticket show ${ticket.id}.`,
  )
}

function block(
  ticket: Ticket,
  { by, cycle, returns }: Extract<Command, { type: 'block' }>,
  actor: Actor,
): Decision {
  if (by === ticket.id) return refuse('conflict', `Ticket ${ticket.id} cannot be blocked by itself.`)
  if (ticket.blockedBy.includes(by))
    return refuse('conflict', `Ticket ${ticket.id} is already blocked by ${by}.`)
  if (cycle)
    return refuse(
      'conflict',
      `Ticket ${by} already waits for ticket ${ticket.id}, so neither would ever be ready.`,
    )
  if (ticket.stage.status === 'done') return isDone(ticket)
  const added: TicketEvent = { type: 'blocker_added', by }
  if (ticket.stage.status === 'open') return [added]
  if (actor.kind !== 'agent') return [added, unclaimed(ticket, `Auto-released (blocked by #${by})`)]
  const already = returns?.waitsFor === 0 ? ', which is done already' : ''
  return [added, ...givenBack(ticket, `Auto-released (blocked by #${by}${already})`, returns)]
}

function mustBe(ticket: Ticket, type: Ticket['type'], verb: string): Refusal | null {
  if (ticket.stage.status === 'done') return isDone(ticket)
  if (ticket.type === type) return null
  return refuse(
    'conflict',
    `Ticket ${ticket.id} is a ${ticket.type}. Only a ${type} can be ${PARTICIPLE[verb]}.`,
  )
}

const PARTICIPLE: Record<string, string> = {
  answer: 'answered',
  approve: 'approved',
  pass: 'passed',
  fail: 'failed',
  reject: 'rejected',
}

function whyNotClaimable(ticket: Ticket, openBlockers: number): string {
  const { stage } = ticket
  if (stage.status === 'done') return 'it is done'
  if (stage.status !== 'open') return `${stage.holder} has claimed it`
  if (stage.assignedTo !== null) return `it is assigned to ${stage.assignedTo}`
  if (openBlockers > 0) return `it waits for ${openBlockers === 1 ? 'a ticket' : `${openBlockers} tickets`}`
  return 'it is backing off'
}
