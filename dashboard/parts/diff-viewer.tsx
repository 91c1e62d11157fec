/** Unified diff as tables: one per file, open unless it is long. Paths and lines are only ever text. */
import { useMemo } from 'react'
import { Decoration, Diff, type FileData, Hunk, parseDiff } from 'react-diff-view'
import { visible } from '../../src/ticket/visible.ts'
import './diff-viewer.css'

/** Number of lines above which a file is folded at first. */
const MANY = 400

/** Shows a diff. */
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

/** Parses a diff; null when the viewer does not know its form. */
function parsed(text: string): FileData[] | null {
  try {
    return named(parseDiff(text, { nearbySequences: 'zip' }), text)
  } catch {
    return null
  }
}

/**
 * Restores names of files. Where no line gives the whole name, as for a binary file, the parser cuts it at its first
 * space. The head has it twice; a renamed file has other lines.
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
