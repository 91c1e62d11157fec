/** Tickets, events and records to try a store with, and short ways to write them. */
import { type Attempt, type Landing, NO_USAGE, type Receipt } from '../../src/ports/attempts.ts'
import type { Tx } from '../../src/ports/store.ts'
import type { Created, TicketEvent } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import type { Ticket, TicketId } from '../../src/ticket/ticket.ts'

export const blank: Created = {
  type: 'created',
  title: 'Add search',
  description: null,
  ticketType: 'task',
  priority: 0,
  parent: null,
  assignedTo: null,
  createdBy: 'human',
}
export const CLAIMED = { type: 'claimed', attempt: 1, holder: 'agent-1', leased: true } as const
export const COMPLETED = { type: 'completed', attempt: 1, work: 'c0ffee' } as const
export const CANCELLED = { type: 'done', resolution: 'cancelled', commit: null, reason: null } as const
export const BOUNCED = {
  type: 'bounced',
  attempt: 1,
  reason: 'overloaded',
  detail: '',
  charged: false,
  notBefore: null,
  front: false,
} as const
export const ATTEMPT: Attempt = {
  ticket: 1,
  number: 1,
  holder: 'agent-1',
  harness: 'scripted',
  model: null,
  startedAt: 5,
  leaseUntil: null,
  endedAt: null,
  outcome: null,
  reason: null,
  failure: null,
  base: 'beef',
  work: null,
  session: 's-1',
  transcript: 't1-a1.jsonl',
  declared: null,
  refused: 3,
  filed: 0,
  removedAt: null,
  usage: NO_USAGE,
}
export const LANDING: Omit<Landing, 'id'> = {
  ticket: 1,
  attempt: 1,
  work: 'c0ffee',
  status: 'queued',
  queuedAt: 6,
  endedAt: null,
  candidate: null,
  detail: null,
}
export const RECEIPT: Omit<Receipt, 'id'> = {
  tree: 't',
  fingerprint: 'g',
  verdict: 'red',
  flaky: true,
  preExisting: false,
  command: './verify.sh',
  exit: null,
  signal: 'SIGKILL',
  output: 'no\n',
  sandbox: 'process',
  ticket: null,
  attempt: 1,
  doubts: ['test/a.test.js: deleted'],
  startedAt: 7,
  durationMs: 12.5,
}

export const blockedBy = (by: TicketId): TicketEvent => ({ type: 'blocker_added', by })

export async function file(tx: Tx, fields: Partial<Created>): Promise<Ticket> {
  const event = { ...blank, ...fields }
  const ticket = born(await tx.nextId(), event, 0)
  await tx.save(ticket, [event], 'human')
  return ticket
}

export async function happen(tx: Tx, ticket: Ticket, ...events: TicketEvent[]): Promise<void> {
  await tx.save(
    events.reduce((before, event) => evolve(before, event, 0), ticket),
    events,
    'human',
  )
}

export async function change(tx: Tx, id: TicketId, ...events: TicketEvent[]): Promise<void> {
  await happen(tx, (await tx.ticket(id))!, ...events)
}
