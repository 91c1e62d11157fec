/** A unified diff as tables: one a file, opened unless there is much. Paths and lines are only ever text. */
import { useMemo } from 'react'
import { Decoration, Diff, type FileData, Hunk, parseDiff } from 'react-diff-view'
import { visible } from '../../src/ticket/visible.ts'
import './diff-viewer.css'

/** A file with more lines than this is folded at first. */
const MANY = 400

export function DiffViewer({ text: raw }: { text: string }) {
  const text = visible(raw)
  const files = useMemo(() => parsed(text), [text])
  if (files === null) return <pre className="ansi">{text}</pre>
  if (files.length === 0) return <p className="quiet">No changed lines.</p>
  return (
    <div className="diff-files">
      {files.map((file) => (
        <File key={`${file.oldPath} ${file.newPath}`} file={file} />
      ))}
    </div>
  )
}

/** Null when it is not a diff that the viewer knows. */
function parsed(text: string): FileData[] | null {
  try {
    return named(parseDiff(text, { nearbySequences: 'zip' }), text)
  } catch {
    return null
  }
}

/**
 * Where no line of a file tells its name whole, as of a binary one, the parser ends it at its first space. The head has
 * it: twice the same, and a renamed one is told elsewhere.
 */
function named(files: FileData[], text: string): FileData[] {
  const heads = [...text.matchAll(/^diff --git (.*)$/gm)]
  return files.map((file, index) => {
    const path = /^a\/(.*) b\/\1$/.exec(heads[index]?.[1] ?? '')?.[1]
    const isTold = file.hunks.length > 0 || file.type === 'rename' || file.type === 'copy'
    return isTold || path === undefined ? file : { ...file, oldPath: path, newPath: path }
  })
}

function File({ file }: { file: FileData }) {
  const changes = file.hunks.flatMap((hunk) => hunk.changes)
  const added = changes.filter(({ type }) => type === 'insert').length
  const removed = changes.filter(({ type }) => type === 'delete').length
  return (
    <details className="diff-file" open={changes.length <= MANY}>
      <summary>
        <span className="diff-path">{nameOf(file)}</span>
        <span className="diff-count" data-kind="added">
          +{added}
        </span>
        <span className="diff-count" data-kind="removed">
          −{removed}
        </span>
      </summary>
      <div className="diff-table">
        <Diff viewType="unified" diffType={file.type} hunks={file.hunks}>
          {(hunks) =>
            hunks.flatMap((hunk) => [
              <Decoration key={`${hunk.content} head`}>
                <span className="diff-place">{hunk.content}</span>
              </Decoration>,
              <Hunk key={hunk.content} hunk={hunk} />,
            ])
          }
        </Diff>
        {file.hunks.length === 0 && (
          <p className="quiet">No lines to show: only a binary file, mode or name changed.</p>
        )}
      </div>
    </details>
  )
}

function nameOf({ type, oldPath, newPath }: FileData): string {
  if (type === 'delete') return `${oldPath} (deleted)`
  if (type === 'add') return `${newPath} (new)`
  return type === 'rename' ? `${oldPath} → ${newPath}` : newPath
}
