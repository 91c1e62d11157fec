/** Actions of a person on the ticket now: first those it waits for, then those that are always possible. */
import { Pencil, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import type { TicketDetail } from '../../../src/api/client.ts'
import { DECIDING } from '../../../src/ticket/blockers.ts'
import type { Status } from '../../../src/ticket/ticket.ts'
import { api } from '../../live/api.ts'
import { useDecision } from '../../live/decide.ts'
import { useInbox } from '../../live/inbox.ts'
import { type Action, actionsFor, CANCEL, DONE, HAND_BACK, type Written } from '../../parts/actions.ts'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TicketForm } from '../../parts/ticket-form.tsx'
import { Write } from '../../parts/write.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'

const REOPEN: Action = {
  name: 'Reopen',
  key: 'r',
  icon: RotateCcw,
  kind: 'plain',
  needs: 'nothing',
  after: 'Reopened.',
  run: ({ id }) => api.reopen(id, {}),
}

/** Actions that are possible in each status, no matter what the ticket asks for. */
const ALWAYS: Record<Status, readonly Action[]> = {
  open: [DONE, CANCEL],
  in_progress: [HAND_BACK, DONE, CANCEL],
  ready: [HAND_BACK, DONE, CANCEL],
  done: [REOPEN],
}

type Asks = Parameters<typeof actionsFor>[0] | undefined

/** Lists the actions, each once: those that the ticket waits for may be always possible, too. */
function actionsOf({ status, created_by }: TicketDetail, asks: Asks): Action[] {
  const asked = asks ? actionsFor(asks) : []
  if (created_by === DECIDING && status !== 'done') return [...asked]
  return [...asked, ...ALWAYS[status].filter(({ name }) => !asked.some((each) => each.name === name))]
}

const NOTHING: Written = { text: '', title: '', description: '' }

/** Shows the actions. */
export function Deciding({ ticket }: { ticket: TicketDetail }) {
  const [open, setOpen] = useState<Action | null>(null)
  const [isEditing, setEditing] = useState(false)
  const [after, setAfter] = useState<string | null>(null)
  const { isBusy, problem, ask } = useDecision()
  const waiting = useInbox().value?.entries.find(({ id }) => id === ticket.id)
  const actions = actionsOf(ticket, waiting)

  const run = async (action: Action, written: Written) => {
    if (!(await ask(() => action.run(ticket, written)))) return
    setOpen(null)
    setAfter(action.after)
  }
  const begin = (action: Action) => {
    setAfter(null)
    if (action.needs === 'nothing') void run(action, NOTHING)
    else setOpen(action)
  }
  useShortcuts([
    ...actions.map((action) => ({
      keys: action.key,
      does: action.name,
      group: 'Ticket',
      run: () => begin(action),
    })),
    { keys: 'm', does: 'Edit title, text, type and priority', group: 'Ticket', run: () => setEditing(true) },
  ])
  return (
    <section className="deciding" aria-label="Actions">
      {problem && <Notice>{problem}</Notice>}
      {after && (
        <p className="quiet" role="status">
          {after}
        </p>
      )}
      {open ? (
        <Write
          action={open}
          ticket={ticket}
          isBusy={isBusy}
          onCancel={() => setOpen(null)}
          onSend={(written) => void run(open, written)}
        />
      ) : (
        <div className="actions">
          {actions.map((action) => (
            <Button
              key={action.name}
              kind={action.kind}
              icon={action.icon}
              isBusy={isBusy}
              onClick={() => begin(action)}
            >
              {action.name}
            </Button>
          ))}
          <Button icon={Pencil} onClick={() => setEditing(true)}>
            Edit
          </Button>
        </div>
      )}
      {isEditing && <TicketForm id={ticket.id} onClose={() => setEditing(false)} />}
    </section>
  )
}
