/** The arrows of the diagram: which command leads from which box to which, found by asking the rules. */
import { type CommandType, isRefusal } from '../../src/ticket/commands.ts'
import { TYPES } from '../../src/ticket/ticket.ts'
import { ask, PERSON, ROWS, STATES, stateOf, ticketIn } from './states.ts'

/** What each command is for, in one sentence. A command that is missing here does not compile. */
export const PURPOSE: Record<CommandType, string> = {
  claim:
    'An agent claims the first ticket of the ready list under a lease. A person claims by hand, without a lease.',
  advance: 'The attempt reports its phase: preparing, working or verifying.',
  declare: 'The agent explains why no change is needed. This counts if the attempt ends without a change.',
  submit: 'The attempt submits its commit to the merge queue.',
  finish: 'The attempt ends without a change: the agent declared why, or `main` already has the change.',
  hold: 'The merge queue finds that the commit touches protected paths: it needs approval.',
  land: '`main` has moved to the commit, whose exact tree was verified.',
  reconcile: 'Git shows the commit on `main` already: the store records the landing, whatever the row says.',
  'send-back':
    'The attempt failed, or its work was sent back: the next attempt gets the reason and the work.',
  lose: 'The agent is gone: the ticket moves to the head of the ready list.',
  escalate: 'The swarm reached its limit of attempts and asks a person.',
  approve: 'A person approves a proposal, which becomes a task, or submitted work, which may then land.',
  reject: 'A person rejects a proposal, which closes it, or submitted work, which returns to the ready list.',
  answer: 'A person answers a question, which unblocks the tickets that wait for it.',
  pass: 'A person confirms that it works.',
  fail: 'A person reports that it does not work: a fix ticket is filed, and a new verify ticket blocked by it.',
  block: 'The ticket gets a blocker. Its agent or person gives it back.',
  unblock: 'The blocker is removed.',
  comment: 'Somebody comments on it.',
  release: 'Its agent or person gives it back, or another person returns it to the ready list.',
  complete: 'A person completes the work by hand, without a commit.',
  'mark-done': 'A person closes it from any state.',
  cancel: 'A person closes it as no longer needed.',
  reopen: 'A person reopens a done ticket.',
  update: 'A person changes its fields, assignee or status by hand. An agent at work on it loses it.',
}

/** The boxes of the diagram, and what the states of a ticket are in it. */
const BOX: Record<string, Box> = {
  open: 'open',
  'backing off': 'open',
  assigned: 'assigned',
  leased: 'in progress',
  'by hand': 'in progress',
  queued: 'ready',
  approved: 'ready',
  submitted: 'ready',
  held: 'held',
}
export type Box = 'open' | 'assigned' | 'in progress' | 'ready' | 'held' | 'done'

export interface Arrow {
  command: CommandType
  from: Box
  to: Box
  /** Whether the diagram shows it: a task anywhere, another type where it usually waits for a person. */
  usual: boolean
}

const boxOf = (state: string): Box => BOX[state] ?? 'done'

/** Every arrow, over all types of tickets, once; staying in a box is none. */
export function arrows(): Arrow[] {
  const found = new Map<string, Arrow>()
  for (const type of TYPES)
    for (const state of STATES)
      for (const row of ROWS) {
        const ticket = ticketIn(state, type)
        const { decision, after } = ask(ticket, row.command(ticket), PERSON)
        const [from, to] = [boxOf(stateOf(ticket)), boxOf(stateOf(after ?? ticket))]
        if (isRefusal(decision) || from === to) continue
        const key = `${row.type} ${from} ${to}`
        const usual = type === 'task' || state === 'assigned' || (found.get(key)?.usual ?? false)
        found.set(key, { command: row.type, from, to, usual })
      }
  return [...found.values()]
}
