/** Commands that move a ticket on. */

import { claimNext as claimFirst } from '../../life/agents/claim.ts'
import { apply } from '../../life/apply.ts'
import { block as makeWait } from '../../life/tickets/block.ts'
import type { Actor, Command, Refusal } from '../../ticket/commands.ts'
import { isRefusal, refuse } from '../../ticket/commands.ts'
import { ofDescription } from '../../ticket/size.ts'
import type { Status, TicketType } from '../../ticket/ticket.ts'
import { Misuse } from '../misuse.ts'
import type { Call, Outcome } from './context.ts'
import { typed } from './filing.ts'
import { shown, told } from './reading.ts'

/** Applies a command to the ticket, and gives `sentence` when it succeeds. */
export async function changed(
  { given: { id }, by, records }: Call<{ id: number }>,
  command: Command,
  sentence: string,
): Promise<Outcome> {
  const opened = await records()
  const ticket = await apply(opened, id, command, by)
  if (isRefusal(ticket)) return ticket
  const isNew = command.type === 'update' && command.description !== undefined
  const note = isNew ? ofDescription(ticket.description) : null
  return { ...told(opened.store, ticket, sentence), note }
}

interface Update {
  id: number
  title?: string
  description?: string
  assign?: string
  status?: Status
  type?: TicketType
  priority?: number
}

/** Runs `update`; misuse without anything to update. */
export async function update(call: Call<Update>): Promise<Outcome> {
  const { id, assign, type, ...given } = call.given
  if ([assign, type, ...Object.values(given)].every((value) => value === undefined))
    throw new Misuse('Nothing to update.')
  const description = await typed(given.description, call.context)
  const command = {
    type: 'update',
    ...given,
    description,
    ticketType: type,
    assignedTo: assign,
  } as const
  return changed(call, command, `Ticket ${id} updated.`)
}

/** Runs `claim-next`; null when nothing is ready. */
export async function claimNext({ given, records }: Call<{ agent: string }>): Promise<Outcome> {
  const opened = await records()
  const ticket = await claimFirst(opened, { holder: given.agent, leaseMs: null, harness: null })
  return ticket && shown(opened.store, ticket, opened.clock.now())
}

interface Complete {
  id: number
  'no-change'?: string
}

/**
 * Runs `complete`: a person submits the work; an agent declares that its attempt may end, with a reason when it leaves
 * no change.
 */
export async function complete(call: Call<Complete>): Promise<Outcome> {
  const { id, 'no-change': noChange } = call.given
  const sentence = `Ticket ${id} work complete.`
  if (call.by.kind === 'agent') return changed(call, await declaration(call, call.by), sentence)
  if (noChange !== undefined)
    return refuse(
      'conflict',
      `Only the agent at work may use --no-change. Close the ticket yourself with 'ticket mark-done ${id}'.`,
    )
  return changed(call, { type: 'complete' }, sentence)
}

async function declaration(
  { given, records }: Call<Complete>,
  { attempt }: Extract<Actor, { kind: 'agent' }>,
): Promise<Command> {
  const { store } = await records()
  const parts = await store.tickets({ parent: given.id })
  const children = parts.filter(({ type }) => type === 'task').length
  return { type: 'declare', attempt, noChange: given['no-change'] ?? null, children }
}

/** Runs `done`. */
export const markDone = (call: Call<{ id: number }>) =>
  changed(call, { type: 'mark-done' }, `Ticket ${call.given.id} done.`)

/** Runs `unclaim`. */
export const unclaim = (call: Call<{ id: number; reason?: string }>) =>
  changed(call, { type: 'release', reason: call.given.reason }, `Ticket ${call.given.id} unclaimed.`)

interface Wait {
  id: number
  by: number
}

/** Runs `block`. */
export async function block({ given, by, records }: Call<Wait>): Promise<Outcome> {
  const opened = await records()
  const ticket = await makeWait(opened, given.id, given.by, by)
  const sentence = `Ticket ${given.id} is now blocked by ticket ${given.by}.`
  return isRefusal(ticket) ? ticket : told(opened.store, ticket, sentence)
}

/** Runs `unblock`. */
export async function unblock({ given, by, records }: Call<Wait>): Promise<Outcome> {
  const opened = await records()
  const ticket = await apply(opened, given.id, { type: 'unblock', by: given.by }, by)
  const sentence = `Ticket ${given.id} is no longer blocked by ticket ${given.by}.`
  return isRefusal(ticket) ? noSuchWait(ticket) : told(opened.store, ticket, sentence)
}

/** Refusal in the original's words: it does not distinguish an unknown ticket from one that is not blocked. */
const noSuchWait = (refusal: Refusal): Refusal =>
  refusal.refused === 'not_found' ? { ...refusal, sentence: 'No such blocker relationship found.' } : refusal
