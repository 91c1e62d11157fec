/** Field of a form: its name above, a note below. */
import { type InputHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react'

interface Named {
  label: string
  note?: string
}

/** Shows a field of one line. */
export function TextField({ label, note, ...rest }: Named & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} dir="auto" aria-describedby={note && `${id}-note`} {...rest} />
      {note && (
        <span id={`${id}-note`} className="field-note">
          {note}
        </span>
      )}
    </div>
  )
}

/** Shows a field of several lines; Ctrl and Enter in it sends the form. */
export function TextArea({ label, note, ...rest }: Named & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        dir="auto"
        aria-describedby={note && `${id}-note`}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
        {...rest}
      />
      {note && (
        <span id={`${id}-note`} className="field-note">
          {note}
        </span>
      )}
    </div>
  )
}
