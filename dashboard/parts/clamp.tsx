/** Clamp: a long text shows its beginning until somebody wants all of it. */
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'

/** Shows a long text, clamped. */
export function Clamp({ children }: { children: ReactNode }) {
  const content = useRef<HTMLDivElement>(null)
  const [isLong, setLong] = useState(false)
  const [isOpen, setOpen] = useState(false)
  useLayoutEffect(() => {
    const element = content.current
    if (!element) return
    const look = () =>
      setLong(element.scrollHeight > element.clientHeight + 24 || element.dataset.open === 'true')
    const observer = new ResizeObserver(look)
    for (const each of [element, ...element.children]) observer.observe(each)
    look()
    return () => observer.disconnect()
  }, [])
  return (
    <div className="clamp">
      <div ref={content} className="clamp-content" data-open={isOpen} data-long={isLong}>
        <div>{children}</div>
      </div>
      {isLong && (
        <button
          type="button"
          className="clamp-button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Show less' : 'Show all'}
        </button>
      )}
    </div>
  )
}
