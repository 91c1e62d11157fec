/** Form for a new or changed ticket. Works with the keyboard alone: Ctrl Enter sends, Escape closes. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ofDescription } from '../../src/ticket/size.ts'
import { type TicketType, TYPES } from '../../src/ticket/ticket.ts'
import { api } from '../live/api.ts'
import { useDecision } from '../live/decide.ts'
import { of, useAsk } from '../live/queries.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorState } from './error-state.tsx'
import { TextArea, TextField } from './field.tsx'
import { Loading } from './loading.tsx'
import { Markdown } from './markdown.tsx'
import { Notice } from './notice.tsx'

interface Fields {
  title: string
  description: string
  type: TicketType
  priority: string
  blockedBy: string
  isForPerson: boolean
}

const EMPTY: Fields = {
  title: '',
  description: '',
  type: 'task',
  priority: '0',
  blockedBy: '',
  isForPerson: false,
}

/** Shows the form. `id`: the ticket to change; null for a new one. */
export function TicketForm({ id, onClose }: { id: number | null; onClose: () => void }) {
  return (
    <Dialog title={id === null ? 'New ticket' : `Edit #${id}`} onClose={onClose} shape="wide">
      {id === null ? (
        <Editor id={null} fields={EMPTY} onClose={onClose} />
      ) : (
        <Known id={id} onClose={onClose} />
      )}
    </Dialog>
  )
}

function Known({ id, onClose }: { id: number; onClose: () => void }) {
  const { data, error } = useAsk({ key: ['ticket', id], ask: () => api.ticket(id), stale: of(id) })
  if (error) return <ErrorState error={error} />
  if (!data) return <Loading what="the ticket" />
  const fields = {
    title: data.title,
    description: data.description ?? '',
    type: data.type,
    priority: String(data.priority),
    blockedBy: '',
    isForPerson: false,
  }
  return <Editor id={id} fields={fields} onClose={onClose} />
}

function Editor({ id, fields, onClose }: { id: number | null; fields: Fields; onClose: () => void }) {
  const [draft, setDraft] = useState(fields)
  const [isPreview, setPreview] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const { isBusy, problem, ask } = useDecision()
  const change = (part: Partial<Fields>) => setDraft({ ...draft, ...part })
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy || draft.title.trim() === '') return
    if (await ask(() => (id === null ? create(draft) : update(id, draft)))) onClose()
  }
  return (
    <form ref={form} className="ticket-form" onSubmit={(event) => void send(event)}>
      <TextField
        label="Title"
        value={draft.title}
        onChange={(event) => change({ title: event.target.value })}
      />
      {isPreview ? (
        <div className="ticket-form-preview">
          <Markdown text={draft.description || 'No description yet.'} />
        </div>
      ) : (
        <TextArea
          label="Description"
          note="Markdown. Ctrl Enter sends."
          value={draft.description}
          rows={8}
          onChange={(event) => change({ description: event.target.value })}
        />
      )}
      <More draft={draft} isNew={id === null} change={change} />
      {ofDescription(draft.description) && <Notice tone="warn">{ofDescription(draft.description)}</Notice>}
      {problem && <Notice>{problem}</Notice>}
      <div className="actions">
        <Button type="submit" kind="primary" isBusy={isBusy} disabled={draft.title.trim() === ''}>
          {id === null ? 'File it' : 'Save'}
        </Button>
        <Button kind="quiet" aria-pressed={isPreview} onClick={() => setPreview(!isPreview)}>
          {isPreview ? 'Write' : 'Preview'}
        </Button>
      </div>
    </form>
  )
}

interface MoreProps {
  draft: Fields
  isNew: boolean
  change: (part: Partial<Fields>) => void
}

function More({ draft, isNew, change }: MoreProps) {
  return (
    <>
      <div className="ticket-form-row">
        <label className="field">
          Type
          <select value={draft.type} onChange={(event) => change({ type: event.target.value as TicketType })}>
            {TYPES.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        </label>
        <TextField
          label="Priority"
          type="number"
          min={-1000}
          max={1000}
          value={draft.priority}
          onChange={(event) => change({ priority: event.target.value })}
        />
        {isNew && (
          <TextField
            label="Waits for"
            placeholder="#12 #14"
            value={draft.blockedBy}
            onChange={(event) => change({ blockedBy: event.target.value })}
          />
        )}
      </div>
      {isNew && (
        <label className="check">
          <input
            type="checkbox"
            checked={draft.isForPerson}
            onChange={(event) => change({ isForPerson: event.target.checked })}
          />
          Assign to a person
        </label>
      )}
    </>
  )
}

const create = ({ title, description, type, priority, blockedBy, isForPerson }: Fields) =>
  api.create({
    title,
    description: description === '' ? null : description,
    type,
    priority: Math.trunc(Number(priority)) || 0,
    blocked_by: (blockedBy.match(/\d+/g) ?? []).map(Number),
    ...(isForPerson && { assigned_to: 'human' }),
  })

const update = (id: number, { title, description, type, priority }: Fields) =>
  api.update(id, {
    title,
    description: description === '' ? null : description,
    type,
    priority: Math.trunc(Number(priority)) || 0,
  })
