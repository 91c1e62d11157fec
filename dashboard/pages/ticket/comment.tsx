/** Form for a comment. Its text stays until it is sent. */
import { type FormEvent, useRef, useState } from 'react'
import { ofComment } from '../../../src/ticket/size.ts'
import { useDecision } from '../../live/decide.ts'
import { Button } from '../../parts/button.tsx'
import { TextArea } from '../../parts/field.tsx'
import { Notice } from '../../parts/notice.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'

/** Shows the form. */
export function Comment({ send }: { send: (body: string) => Promise<unknown> }) {
  const [body, setBody] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const { isBusy, problem, ask } = useDecision()
  const isEmpty = body.trim() === ''
  useShortcuts([
    {
      keys: 'c',
      does: 'Write a comment',
      group: 'Ticket',
      run: () => form.current?.querySelector('textarea')?.focus(),
    },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!isEmpty && !isBusy && (await ask(() => send(body)))) setBody('')
  }
  return (
    <form ref={form} className="comment-form" onSubmit={(event) => void submit(event)}>
      <TextArea
        label="Comment"
        note="Markdown. The next agent reads it. Ctrl Enter sends."
        value={body}
        onChange={(event) => setBody(event.target.value)}
        onKeyUp={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      {ofComment(body) && <Notice tone="warn">{ofComment(body)}</Notice>}
      {problem && <Notice>{problem}</Notice>}
      <div className="actions">
        <Button type="submit" isBusy={isBusy} disabled={isEmpty}>
          Comment
        </Button>
      </div>
    </form>
  )
}
