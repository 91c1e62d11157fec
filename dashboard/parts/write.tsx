/** Text that a person writes before a decision: an answer, a reason, edits. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { WaitingEntry } from '../../src/api/client.ts'
import type { Action, Written } from './actions.ts'
import { Button } from './button.tsx'
import { TextArea, TextField } from './field.tsx'

interface WriteProps {
  action: Action
  ticket: Pick<WaitingEntry, 'title' | 'description'>
  isBusy: boolean
  onDraft?: (text: string) => void
  onCancel: () => void
  onSend: (written: Written) => void
}

/** Shows the form for the text of an action. */
export function Write({ action, ticket, isBusy, onDraft, onCancel, onSend }: WriteProps) {
  const [text, setText] = useState('')
  const [title, setTitle] = useState(ticket.title)
  const [description, setDescription] = useState(ticket.description ?? '')
  const form = useRef<HTMLFormElement>(null)
  const isEdit = action.needs === 'edits'
  const isReady = isEdit ? title.trim() !== '' : action.needs === 'note' || text.trim() !== ''

  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea')?.focus(), [])

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !isBusy) onSend({ text, title, description })
  }
  const note = action.needs === 'note' ? 'Optional. Ctrl Enter sends it.' : 'Ctrl Enter sends it.'
  return (
    <form
      ref={form}
      className="write"
      onSubmit={send}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      {isEdit ? (
        <>
          <TextField label="Title" value={title} onChange={(event) => setTitle(event.target.value)} />
          <TextArea
            label="Description"
            note={note}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </>
      ) : (
        <TextArea
          label={action.label ?? 'Text'}
          note={note}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            onDraft?.(event.target.value)
          }}
        />
      )}
      <div className="actions">
        <Button type="submit" kind="primary" isBusy={isBusy} disabled={!isReady}>
          {action.name}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Back
        </Button>
      </div>
    </form>
  )
}
