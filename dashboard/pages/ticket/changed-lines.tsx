/** Lines of a change as in a diff, with their colours. */
import { Long } from './long.tsx'

/** Shows the lines. */
export function ChangedLines({ text }: { text: string }) {
  return (
    <Long text={text}>
      {(shown) => (
        <pre className="ansi changed-lines">
          {linesOf(shown).map(({ at, line }) => (
            <span key={at} data-kind={kindOf(line)}>
              {line}
            </span>
          ))}
        </pre>
      )}
    </Long>
  )
}

function linesOf(text: string) {
  let at = 0
  return text.split('\n').map((line) => {
    const here = { at, line: `${line}\n` }
    at += line.length + 1
    return here
  })
}

function kindOf(line: string): string | undefined {
  if (/^(@@|diff --git|index |--- |\+\+\+ )/.test(line)) return 'place'
  if (line.startsWith('+')) return 'added'
  return line.startsWith('-') ? 'removed' : undefined
}
