/** A model of the store in plain memory, and random histories that decide and evolve allow. */
import fc from 'fast-check'
import type { Tx } from '../../src/ports/store.ts'
import type { Census } from '../../src/ticket/census.ts'
import { type Actor, type Command, isRefusal } from '../../src/ticket/commands.ts'
import { decide, decideCreate } from '../../src/ticket/decide.ts'
import { backsOff } from '../../src/ticket/delays.ts'
import type { LogEntry, TicketEvent } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { byClaimOrder, isClaimable } from '../../src/ticket/order.ts'
import {
  HUMAN,
  liveAttempt,
  needsPerson,
  STATUSES,
  type Ticket,
  type TicketId,
  TYPES,
} from '../../src/ticket/ticket.ts'

export const PERSON: Actor = { kind: 'person', name: 'human' }

/** What may be done to one of a handful of tickets; `pick` and `other` choose them. */
export interface Deed {
  deed:
    | 'create'
    | 'assign'
    | 'claim'
    | 'submit'
    | 'hold'
    | 'approve'
    | 'land'
    | 'send-back'
    | 'lose'
    | 'release'
    | 'done'
    | 'reopen'
    | 'block'
    | 'unblock'
    | 'comment'
  pick: number
  other: number
  text: string
  priority: number
  flag: boolean
  /** Milliseconds that pass before it happens. */
  pause: number
}

const DEEDS: Deed['deed'][] = [
  'create',
  'create',
  'create',
  'assign',
  'claim',
  'claim',
  'claim',
  'claim',
  'submit',
  'hold',
  'approve',
  'land',
  'send-back',
  'send-back',
  'lose',
  'release',
  'done',
  'reopen',
  'block',
  'block',
  'unblock',
  'comment',
]

/** Any text: the store may clean it, but must give back what it keeps. */
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })

export const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    deed: fc.constantFrom(...DEEDS),
    pick: fc.nat(8),
    other: fc.nat(8),
    text: anyText,
    priority: fc.integer({ min: -2, max: 2 }),
    flag: fc.boolean(),
    pause: fc.nat(50),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
)

export interface Model {
  now: number
  tickets: Map<TicketId, Ticket>
}

/** Does one deed to the store and to the model, through the rules; what they refuse does not happen. */
export async function perform(tx: Tx, model: Model, deed: Deed): Promise<void> {
  model.now += deed.pause
  if (deed.deed === 'create' || model.tickets.size === 0) return create(tx, model, deed)
  const ids = [...model.tickets.keys()]
  const id = ids[deed.pick % ids.length]!
  const before = model.tickets.get(id)!
  const command = toCommand(model, before, { ...deed, other: ids[deed.other % ids.length]! })
  const decision = command ? decide(before, command, PERSON) : []
  if (isRefusal(decision) || decision.length === 0) return
  await record(tx, model, before, decision)
}

async function create(tx: Tx, model: Model, { text, priority, pick, flag }: Deed): Promise<void> {
  const title = `Ticket ${text}`
  const type = TYPES[pick % TYPES.length]
  const created = decideCreate(
    { title, type, priority, assignedTo: flag || pick % 2 ? null : 'human' },
    PERSON,
  )
  if (isRefusal(created)) return
  const ticket = born(await tx.nextId(), created, model.now)
  await keep(tx, model, ticket, [created])
}

export async function record(tx: Tx, model: Model, before: Ticket, events: TicketEvent[]): Promise<void> {
  const after = events.reduce((ticket, event) => evolve(ticket, event, model.now), before)
  await keep(tx, model, after, events)
}

/** The model holds what the store gives back, once it has been compared with what went in. */
async function keep(tx: Tx, model: Model, ticket: Ticket, events: TicketEvent[]): Promise<void> {
  await tx.save(ticket, events, 'human', model.now)
  const stored = (await tx.ticket(ticket.id))!
  model.tickets.set(ticket.id, stored)
}

function toCommand(model: Model, ticket: Ticket, { deed, other, text, flag }: Deed): Command | null {
  const attempt = liveAttempt(ticket) ?? 1
  const { now } = model
  switch (deed) {
    case 'create':
      return null
    case 'assign':
      return { type: 'update', assignedTo: flag ? 'human' : null, priority: other % 3, title: `T ${text}` }
    case 'claim':
      return {
        type: 'claim',
        holder: 'agent-1',
        leased: flag,
        now,
        openBlockers: openBlockers(model, ticket),
      }
    case 'submit':
      return { type: 'submit', attempt, work: 'c0ffee' }
    case 'hold':
      return { type: 'hold', attempt, paths: [`p/${text}`] }
    case 'approve':
      return { type: 'approve' }
    case 'land':
      return { type: 'land', attempt, commit: 'beef' }
    case 'send-back':
      return {
        type: 'send-back',
        attempt,
        reason: 'gate red',
        detail: text,
        charged: flag,
        notBefore: flag ? now + 100 : null,
        front: !flag,
      }
    case 'lose':
      return { type: 'lose', attempt, detail: text }
    case 'release':
      return { type: 'release', reason: text }
    case 'done':
      return { type: 'mark-done' }
    case 'reopen':
      return { type: 'reopen' }
    case 'block':
      return { type: 'block', by: other, cycle: waitsFor(model, other, ticket.id) }
    case 'unblock':
      return { type: 'unblock', by: ticket.blockedBy[other % ticket.blockedBy.length] ?? other }
    case 'comment':
      return { type: 'comment', author: 'human', body: `Says ${text}` }
  }
}

export const openBlockers = ({ tickets }: Model, { blockedBy }: Ticket): number =>
  blockedBy.filter((id) => tickets.get(id)?.stage.status !== 'done').length

export function waitsFor(model: Model, id: TicketId, forId: TicketId): boolean {
  const blockedBy = model.tickets.get(id)?.blockedBy ?? []
  return id === forId || blockedBy.some((by) => waitsFor(model, by, forId))
}

/** What the ready list must be. */
export const readyList = (model: Model): Ticket[] =>
  [...model.tickets.values()]
    .filter((ticket) => isClaimable(ticket, model.now, openBlockers(model, ticket)))
    .sort(byClaimOrder)

export const countByStatus = ({ tickets }: Model) =>
  STATUSES.map((status) => [...tickets.values()].filter(({ stage }) => stage.status === status).length)

/** The ticket that the log adds up to. */
export function fold(log: LogEntry[]): Ticket | null {
  let ticket: Ticket | null = null
  for (const { ticket: id, event, at } of log) {
    if (event.type === 'created') ticket = born(id, event, at)
    else if (ticket) ticket = evolve(ticket, event, at)
  }
  return ticket
}

/** The census that the rules give. */
export function censusOf(model: Model): Census {
  const tickets = [...model.tickets.values()]
  const [open = 0, inProgress = 0, ready = 0, done = 0] = countByStatus(model)
  const free = tickets.filter((each) => openBlockers(model, each) === 0)
  const delays = free.flatMap(({ stage }) =>
    stage.status === 'open' && stage.assignedTo === null && backsOff(stage.notBefore, model.now)
      ? [stage.notBefore]
      : [],
  )
  const isNamed = ({ stage }: Ticket) =>
    stage.status === 'open' && stage.assignedTo !== null && stage.assignedTo !== HUMAN
  return {
    open,
    inProgress,
    ready,
    done,
    blocked: tickets.filter((each) => each.stage.status === 'open' && openBlockers(model, each) > 0).length,
    needsPerson: tickets.filter(needsPerson).length,
    forPerson: tickets.filter(
      (each) => needsPerson(each) && (each.stage.status === 'ready' || free.includes(each)),
    ).length,
    claimable: readyList(model).length,
    assigned: free.filter(isNamed).length,
    backsOff: delays.length,
    nextAt: delays.length === 0 ? null : Math.min(...delays),
  }
}
