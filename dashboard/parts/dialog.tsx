/**
 * Dialog over the page. The browser's own one: it holds the focus, gives it back, makes the rest inert and closes with
 * Escape, without a style or script that the page's policy would have to allow.
 */
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** Shape. `palette`: at the top, its title only for screen readers. */
  shape?: 'window' | 'wide' | 'palette'
}

/** Shows a dialog until `onClose`. */
export function Dialog({ title, onClose, children, shape = 'window' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    // Whoever opens something to write in it begins to write; the browser would choose the button that closes it.
    element?.querySelector<HTMLElement>('input:not([type="checkbox"]), textarea')?.focus()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="dialog"
      data-shape={shape}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}
    >
      <div className="dialog-content">
        <header className={shape === 'palette' ? 'sr-only' : 'dialog-header'}>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon-button" onClick={onClose}>
            <X aria-hidden />
            <span className="sr-only">Close</span>
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
