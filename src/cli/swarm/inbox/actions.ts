/** Actions of a person on a ticket that waits for them: one row per action. */
import type { Client, WaitingEntry } from '../../../api/client.ts'
import { type Choice, DECIDING } from '../../../ticket/blockers.ts'
import type { Call } from '../command.ts'
import { titled } from '../review.ts'

/** Action on a ticket. */
export interface Action {
  /** Key of one letter. */
  key: string
  label: string
  /** Carries it out and gives a sentence about it; null when the person cancels. */
  act(at: Acting): Promise<string | null>
}

interface Acting {
  call: Call
  client: Client
  ticket: WaitingEntry
}

const approve = (after: string): Action => ({
  key: 'a',
  label: 'Approve',
  async act({ client, ticket: { id, attempts: of } }) {
    await client.approve(id, { of })
    return after
  },
})

/** Makes an action that asks for a text; an empty one changes nothing where the API requires a text. */
const written = (
  row: { key: string; label: string; question: string; after: string; isOptional?: true },
  send: (at: Acting, text: string) => Promise<unknown>,
): Action => ({
  key: row.key,
  label: row.label,
  async act(at) {
    const text = await at.call.host.ask(row.question)
    if (text === null || (text.trim() === '' && !row.isOptional)) return null
    await send(at, text.trim())
    return row.after
  },
})

const reject = (question: string, after: string): Action =>
  written(
    { key: 'r', label: 'Reject, with a reason', question, after, isOptional: true },
    ({ client, ticket: { id, attempts: of } }, reason) => client.reject(id, { reason, of }),
  )

const EDIT: Action = {
  key: 'e',
  label: 'Approve with edits, in your editor',
  async act({ call, client, ticket: { id, attempts: of, title, description } }) {
    const edited = await call.host.edit(`${title}\n\n${description ?? ''}\n`, `ticket-${id}.md`)
    if (edited === null || edited.trim() === '') return null
    await client.approve(id, { ...titled(edited), of })
    return 'Approved with your edits. Agents may claim it now.'
  },
}

const ANSWER = written(
  { key: 'a', label: 'Answer', question: 'Your answer:', after: 'Answered. Waiting tickets continue.' },
  ({ client, ticket: { id } }, text) => client.answer(id, { text }),
)

const ANSWER_IN_EDITOR: Action = {
  key: 'e',
  label: 'Answer, in your editor',
  async act({ call, client, ticket: { id } }) {
    const text = await call.host.edit('', `answer-${id}.md`)
    if (text === null || text.trim() === '') return null
    await client.answer(id, { text: text.trim() })
    return 'Answered. Waiting tickets continue.'
  },
}

const chosen = (key: string, label: string, choice: Choice, after: string): Action => ({
  key,
  label,
  async act({ client, ticket: { id } }) {
    await client.answer(id, { text: choice })
    return after
  },
})

const DECISION = [
  chosen('g', 'Continue without it', 'go on', 'Agents continue without it.'),
  chosen('x', 'Cancel the waiting tickets, too', 'cancel', 'Cancelled the waiting tickets.'),
]

const PASS: Action = {
  key: 'p',
  label: 'Pass: it works',
  async act({ client, ticket: { id } }) {
    await client.pass(id, {})
    return 'Passed.'
  },
}

const FAIL: Action = {
  key: 'f',
  label: 'Fail, with a reason',
  async act({ call, client, ticket: { id } }) {
    const reason = await call.host.ask('What does not work?')
    if (reason === null || reason.trim() === '') return null
    const { fix, reverify } = await client.fail(id, { reason: reason.trim() })
    return `Failed: #${fix.id} will fix it, and #${reverify.id} asks you again after the fix.`
  },
}

const GIVE_BACK = written(
  {
    key: 'b',
    label: 'Give it back to the agents',
    question: 'What should the next agent know? (Enter for nothing)',
    after: 'Given back. The next idle agent claims it.',
    isOptional: true,
  },
  async ({ client, ticket: { id } }, text) => {
    if (text !== '') await client.comment(id, { body: text })
    await client.release(id, {})
  },
)

const DONE: Action = {
  key: 'd',
  label: 'Mark it done: I did it myself',
  async act({ client, ticket: { id } }) {
    await client.complete(id, {})
    return 'Done.'
  },
}

const CANCEL = written(
  {
    key: 'x',
    label: 'Cancel it: it is not wanted',
    question: 'Why is it not wanted?',
    after: 'Cancelled.',
    isOptional: true,
  },
  ({ client, ticket: { id } }, reason) => client.cancel(id, { reason }),
)

const PROPOSAL = [
  approve('Approved. Agents may claim it now.'),
  EDIT,
  reject('Why not? Agents read it.', 'Rejected.'),
]
const WORK = [
  approve('Approved. It lands when its gate is green.'),
  reject('What should be changed instead?', 'Sent back to the agents with your reason.'),
]

type About = Pick<WaitingEntry, 'asks' | 'type' | 'created_by'>

/** Actions for a ticket, the likeliest first. */
export function actionsFor({ asks, type, created_by }: About): readonly Action[] {
  if (asks === 'approval') return WORK
  if (created_by === DECIDING) return DECISION
  if (type === 'proposal') return PROPOSAL
  if (type === 'question') return [ANSWER, ANSWER_IN_EDITOR]
  return type === 'verify' ? [PASS, FAIL] : [GIVE_BACK, DONE, CANCEL]
}

/** Command of `ticket` for the likeliest action, where nobody can be asked. */
export function commandFor({ asks, type, created_by, id }: About & Pick<WaitingEntry, 'id'>): string {
  if (asks === 'approval' || type === 'proposal') return `ticket approve ${id}`
  if (created_by === DECIDING) return `ticket answer ${id} "go on"`
  if (type === 'question') return `ticket answer ${id} "…"`
  return type === 'verify' ? `ticket pass ${id}` : `ticket show ${id}`
}
