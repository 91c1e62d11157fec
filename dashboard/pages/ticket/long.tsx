/** Long text, of up to megabytes: its beginning, until somebody wants all of it. */
import { type ReactNode, useState } from 'react'

const MOST = 12_000

interface LongProps {
  text: string
  /** Draws the text; default: unchanged. */
  children?: (text: string) => ReactNode
}

/** Shows a long text. */
export function Long({ text, children = plain }: LongProps) {
  const [isAll, setAll] = useState(false)
  const isCut = text.length > MOST && !isAll
  return (
    <>
      {children(isCut ? text.slice(0, MOST) : text)}
      {isCut && (
        <button type="button" className="clamp-button" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </>
  )
}

const plain = (text: string): ReactNode => <pre className="ansi">{text}</pre>
