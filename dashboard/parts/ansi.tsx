/** What a program printed, with its colours: as text, whatever it holds. */
import { useMemo } from 'react'
import { ansiPieces } from './ansi-pieces.ts'

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
