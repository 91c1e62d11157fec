/** Row of a transcript. Words of an agent are always shown as text. */
import { ChevronRight, CircleAlert, CircleCheck, LoaderCircle, ShieldAlert } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { Ansi } from '../../parts/ansi.tsx'
import { Markdown } from '../../parts/markdown.tsx'
import { ChangedLines } from './changed-lines.tsx'
import { Long } from './long.tsx'
import { callOf } from './transcript-calls.ts'
import type { Result, Row } from './transcript-lines.ts'

interface RowProps {
  row: Row
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
}

/** Shows a row. */
export function TranscriptRow({ row, isOpen, onToggle }: RowProps) {
  switch (row.kind) {
    case 'said':
      return (
        <div className="transcript-said">
          <Markdown text={row.text} />
        </div>
      )
    case 'tool':
      return <Call row={row} isOpen={isOpen} onToggle={onToggle} />
    case 'result':
      return (
        <Fold
          name="Result"
          about="of an earlier call"
          result={row.result}
          isOpen={isOpen}
          onToggle={onToggle}
        >
          <Output result={row.result} />
        </Fold>
      )
    case 'asked':
      return (
        <Fold name="Asked" about={row.text.slice(0, 200)} isOpen={isOpen} onToggle={onToggle}>
          <Long text={row.text} />
        </Fold>
      )
    case 'printed':
      return (
        <Fold name="Printed" about={row.text.slice(0, 200)} isOpen={isOpen} onToggle={onToggle}>
          <Long text={row.text} />
        </Fold>
      )
    case 'problem':
      return (
        <p className="transcript-failed">
          <CircleAlert aria-hidden />
          <span>
            <span className="sr-only">Error: </span>
            {row.text}
          </span>
        </p>
      )
    case 'warning':
      return (
        <p className="transcript-warning">
          <ShieldAlert aria-hidden />
          <span>{row.text}</span>
        </p>
      )
    case 'note':
    case 'ended':
    case 'cut':
      return <p className="transcript-note">{row.text}</p>
  }
}

function Call({ row, isOpen, onToggle }: RowProps & { row: Extract<Row, { kind: 'tool' }> }) {
  const { about, body } = callOf(row.input)
  return (
    <Fold name={row.name} about={about} result={row.result} isOpen={isOpen} onToggle={onToggle}>
      {body.map((part) =>
        part.kind === 'change' ? (
          <ChangedLines key={part.key} text={part.text} />
        ) : (
          <Long key={part.key} text={part.text} />
        ),
      )}
      {row.result && <Output result={row.result} />}
    </Fold>
  )
}

function Output({ result: { output, failed } }: { result: Result }) {
  const isDiff = /^(diff --git |--- |@@ )/m.test(output.slice(0, 4000))
  return (
    <div className="transcript-output" data-failed={failed}>
      {output === '' ? (
        <p className="quiet">No output.</p>
      ) : isDiff ? (
        <ChangedLines text={output} />
      ) : (
        <Long text={output}>{(text) => <Ansi text={text} />}</Long>
      )}
    </div>
  )
}

interface FoldProps {
  name: string
  about: string
  /** Result; undefined: none, null: not yet. */
  result?: Result | null
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
  children: ReactNode
}

function Fold({ name, about, result, isOpen, onToggle, children }: FoldProps) {
  const id = useId()
  return (
    <div className="transcript-fold" data-failed={result?.failed ?? false}>
      <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => onToggle(!isOpen)}>
        <ChevronRight aria-hidden className="transcript-chevron" data-open={isOpen} />
        <span className="transcript-name">{name}</span>
        <span className="transcript-about">{about}</span>
        {result !== undefined && <State result={result} />}
      </button>
      {isOpen && (
        <div id={id} className="transcript-body">
          {children}
        </div>
      )}
    </div>
  )
}

function State({ result }: { result: Result | null }) {
  if (result === null)
    return (
      <span className="transcript-state">
        <LoaderCircle aria-hidden /> <span className="sr-only">no result yet</span>
      </span>
    )
  return result.failed ? (
    <span className="transcript-state" data-failed>
      <CircleAlert aria-hidden /> failed
    </span>
  ) : (
    <span className="transcript-state">
      <CircleCheck aria-hidden /> <span className="sr-only">done</span>
    </span>
  )
}
