/** Output of a program with its colours, always as text. */
import { useMemo } from 'react'
import { ansiPieces } from './ansi-pieces.ts'

/** Shows output with its colours. */
export function Ansi({ text }: { text: string }) {
  const pieces = useMemo(() => ansiPieces(text), [text])
  return (
    <pre className="ansi">
      {pieces.map(({ text: part, style, from }) => (
        <span key={from} className={style || undefined}>
          {part}
        </span>
      ))}
    </pre>
  )
}
