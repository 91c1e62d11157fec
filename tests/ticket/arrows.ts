/** The arrows of the diagram: which command leads from which box to which, found by asking the rules. */
import { type CommandType, isRefusal } from '../../src/ticket/commands.ts'
import { TYPES } from '../../src/ticket/ticket.ts'
import { ask, PERSON, ROWS, STATES, stateOf, ticketIn } from './states.ts'

/** What each command is for, in one sentence. A command that is missing here does not compile. */
export const PURPOSE: Record<CommandType, string> = {
  claim:
    'An agent takes the first of the ready list under a lease, or a person takes it by hand, without one.',
  advance: 'The attempt says what it does now: preparing, working or verifying.',
  declare: 'The agent says why it leaves no change behind; it counts when its attempt ends without one.',
  submit: 'The attempt submits its commit, which from now on waits in the merge queue.',
  finish: 'The attempt ends without a change: the agent declared why, or `main` has it already.',
  hold: 'The merge queue finds that the commit touches protected paths: a person must look.',
  land: '`main` has moved to the commit, whose exact tree was verified.',
  reconcile: 'Git says that its commit is on `main` already: that is written down, whatever the row says.',
  'send-back': 'The attempt failed, or its work came back: the next one is given the reason and the work.',
  lose: 'The agent is gone: the ticket goes to the head of the ready list.',
  escalate: 'The swarm has tried often enough and asks a person.',
  approve:
    'A person approves a proposal, which becomes a task, or work that waits for approval, which may then land.',
  reject:
    'A person rejects a proposal, which ends it, or work that waits for approval, which goes back to the ready list.',
  answer: 'A person answers a question; whatever waited for the answer goes on.',
  pass: 'A person finds that what was to be verified works.',
  fail: 'A person finds that it does not: a fix is filed, and another ticket to verify it.',
  block: 'It is made to wait for another ticket; whoever has it gives it back.',
  unblock: 'It no longer waits for the other ticket.',
  comment: 'Somebody says something about it.',
  release: 'Whoever has it gives it back, or a person puts it back on the ready list.',
  complete: 'A person says that the work is complete, without a commit.',
  'mark-done': 'A person closes it, whatever its state.',
  cancel: 'A person no longer wants it.',
  reopen: 'A person wants it after all.',
  update:
    'A person changes its fields, its assignee or its status by hand; what an agent held is taken from it.',
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
