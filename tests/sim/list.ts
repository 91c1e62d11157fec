/** One file of `main` that many tickets change, each a line of its own: what else a landing does to it is told by lines. */
import type { Tree } from './repo.ts'
import type { Truth } from './truth.ts'

export const LIST = 'list.txt'
const LINES = 16
export const NEW_LIST = 'free\n'.repeat(LINES)

const linesOf = (tree: Tree): string[] => tree.get(LIST)?.text.split('\n') ?? []

/** Writes the line of a ticket, unless the file is in conflict. */
export function writeLine(truth: Truth, files: Tree, ticket: number): void {
  const lines = linesOf(files)
  if (lines.length !== LINES + 1) return
  lines[ticket % LINES] = `by #${ticket}`
  truth.wrote(ticket, placeOf(ticket % LINES), `by #${ticket}`)
  files.set(LIST, { mode: '100644', text: lines.join('\n') })
}

const placeOf = (at: number) => `${LIST}:${at}`

/** What differs between two trees: the path with what is there after, and of the list each line. */
export function writings(before: Tree, after: Tree, path: string): { path: string; text: string | null }[] {
  if (path !== LIST) return [{ path, text: after.get(path)?.text ?? null }]
  const [was, is] = [linesOf(before), linesOf(after)]
  if (was.length !== is.length) return [{ path, text: after.get(path)?.text ?? null }]
  return is.flatMap((text, at) => (text === was[at] ? [] : [{ path: placeOf(at), text }]))
}
