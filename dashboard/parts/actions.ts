/** Actions of a person on a ticket: one row per action. */
import type { LucideIcon } from 'lucide-react'
import { Check, CornerUpLeft, MessageSquareReply, Pencil, Trash2, Undo2, X } from 'lucide-react'
import type { WaitingEntry } from '../../src/api/client.ts'
import { type Choice, DECIDING } from '../../src/ticket/blockers.ts'
import { api } from '../live/api.ts'

/** Text that a person wrote for an action. */
export interface Written {
  text: string
  title: string
  description: string
}

/** Action on a ticket. */
export interface Action {
  name: string
  key: string
  icon: LucideIcon
  kind: 'primary' | 'plain' | 'danger'
  /**
   * Required text. `nothing`: runs at once. `text` is required, `note` optional, `edits` are of title and description.
   */
  needs: 'nothing' | 'text' | 'note' | 'edits'
  /** Label of the text. */
  label?: string
  /** Sentence in the card's place afterwards. */
  after: string
  /** Runs the action on the ticket as it was shown. */
  run: (shown: Pick<WaitingEntry, 'id' | 'attempts'>, written: Written) => Promise<unknown>
}

const approve = (after: string): Action => ({
  name: 'Approve',
  key: 'a',
  icon: Check,
  kind: 'primary',
  needs: 'nothing',
  after,
  run: ({ id, attempts: of }) => api.approve(id, { of }),
})

const reject = (label: string, after: string): Action => ({
  name: 'Reject',
  key: 'r',
  icon: X,
  kind: 'plain',
  needs: 'note',
  label,
  after,
  run: ({ id, attempts: of }, { text }) => api.reject(id, { reason: text, of }),
})

const EDIT: Action = {
  name: 'Approve with edits',
  key: 'e',
  icon: Pencil,
  kind: 'plain',
  needs: 'edits',
  after: 'Approved with your edits. Agents may claim it now.',
  run: ({ id, attempts: of }, { title, description }) => api.approve(id, { title, description, of }),
}

const ANSWER: Action = {
  name: 'Answer and unblock',
  key: 'a',
  icon: MessageSquareReply,
  kind: 'primary',
  needs: 'text',
  label: 'Your answer',
  after: 'Answered. Waiting tickets continue.',
  run: ({ id }, { text }) => api.answer(id, { text }),
}

const chosen = (choice: Choice, row: Pick<Action, 'name' | 'key' | 'icon' | 'kind' | 'after'>): Action => ({
  ...row,
  needs: 'nothing',
  run: ({ id }) => api.answer(id, { text: choice }),
})

const DECISION = [
  chosen('go on', {
    name: 'Continue without it',
    key: 'g',
    icon: Check,
    kind: 'primary',
    after: 'Agents continue without it.',
  }),
  chosen('cancel', {
    name: 'Cancel waiting tickets',
    key: 'x',
    icon: Trash2,
    kind: 'danger',
    after: 'Cancelled the waiting tickets.',
  }),
]

const PASS: Action = {
  name: 'Pass',
  key: 'p',
  icon: Check,
  kind: 'primary',
  needs: 'nothing',
  after: 'Passed.',
  run: ({ id }) => api.pass(id, {}),
}

const FAIL: Action = {
  name: 'Fail',
  key: 'f',
  icon: X,
  kind: 'plain',
  needs: 'text',
  label: 'What does not work',
  after: 'Failed. A fix ticket and a new verify ticket are filed.',
  run: ({ id }, { text }) => api.fail(id, { reason: text }),
}

const GIVE_BACK: Action = {
  name: 'Give back to the agents',
  key: 'b',
  icon: CornerUpLeft,
  kind: 'primary',
  needs: 'note',
  label: 'What the next agent should know',
  after: 'Given back. The next idle agent claims it.',
  run: async ({ id }, { text }) => {
    if (text.trim() !== '') await api.comment(id, { body: text })
    return api.release(id, {})
  },
}

export const DONE: Action = {
  name: 'Mark done',
  key: 'd',
  icon: Check,
  kind: 'plain',
  needs: 'nothing',
  after: 'Done.',
  run: ({ id }) => api.complete(id, {}),
}

export const CANCEL: Action = {
  name: 'Cancel',
  key: 'x',
  icon: Trash2,
  kind: 'plain',
  needs: 'note',
  label: 'Reason for cancelling',
  after: 'Cancelled.',
  run: ({ id }, { text }) => api.cancel(id, { reason: text }),
}

export const HAND_BACK: Action = {
  name: 'Give back',
  key: 'u',
  icon: Undo2,
  kind: 'plain',
  needs: 'note',
  label: 'Reason for the next agent (the attempt is stopped and its work is saved)',
  after: 'Given back. The next idle agent claims it.',
  run: ({ id }, { text }) => api.release(id, text.trim() === '' ? {} : { reason: text }),
}

const APPROVE_PROPOSAL = approve('Approved. Agents may claim it now.')
const REJECT_PROPOSAL = reject('Why not (agents read it)', 'Rejected.')
const APPROVE_WORK = approve('Approved. It lands when its gate is green.')
const REJECT_WORK = reject('What to change instead', 'Sent back to the agents with your reason.')

/** Actions for a ticket that waits, the likeliest first. */
export function actionsFor({
  asks,
  type,
  created_by,
}: Pick<WaitingEntry, 'asks' | 'type' | 'created_by'>): readonly Action[] {
  if (created_by === DECIDING) return DECISION
  if (asks === 'approval') return [APPROVE_WORK, REJECT_WORK]
  if (type === 'proposal') return [APPROVE_PROPOSAL, EDIT, REJECT_PROPOSAL]
  if (type === 'question') return [ANSWER]
  return type === 'verify' ? [PASS, FAIL] : [GIVE_BACK, DONE, CANCEL]
}
