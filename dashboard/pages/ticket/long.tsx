/** A text that may be megabytes: its beginning, until somebody wants all of it. */
import { type ReactNode, useState } from 'react'

const MOST = 12_000

interface LongProps {
  text: string
  /** How it is drawn; as it is by default. */
  children?: (text: string) => ReactNode
}

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
