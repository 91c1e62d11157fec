/**
 * Limits of a ticket's text for agents, and the words about longer texts.
 *
 * The smallest window of a model that the swarm is used with holds 200,000 tokens. English takes a token for about four
 * characters, dense writing one for each. All limits below add up to less than 140,000 characters: so even dense
 * writing leaves room for the manual, the tools and the work, and ordinary text takes a sixth of the window.
 */
import { type Refusal, refuse } from './commands.ts'
import { startOf } from './cut.ts'

/** Maximum characters of each text, a character being a UTF-16 unit. */
export const MOST = {
  title: 600,
  description: 60_000,
  /** Limit of the parent's description. */
  parent: 15_000,
  comment: 9_000,
  /** Limit of all comments together; the newest go first. */
  comments: 45_000,
  /** Limit of the reasons why earlier attempts ended, all together; the newest go first. */
  earlier: 18_000,
} as const

/** Characters of the beginning of a longer text that stay; the rest of `most` stay of its end. */
export const headOf = (most: number): number => Math.floor((most * 2) / 3)

/**
 * Abridges a text of more than `most` characters to its beginning and its end with `note` in a line between them. No
 * character is cut in half, however many units it takes; a line is not cut where one ends near; and a fence of code
 * that the cut opens is closed before the note and opened again after it.
 */
export function abridged(text: string, most: number, note: (left: number) => string): string {
  if (text.length <= most) return text
  const end = before(text, headOf(most))
  const start = after(text, text.length - (most - headOf(most)))
  const [opened, reopened] = [openFence(text.slice(0, end)), openFence(text.slice(0, start))]
  return [
    text.slice(0, end).replace(/\n$/, ''),
    ...(opened ? [opened.mark] : []),
    `[${note(start - end)}]`,
    ...(reopened ? [reopened.line] : []),
    text.slice(start),
  ].join('\n')
}

/** Characters within which the end of a line is searched for. */
const NEAR = 400

function before(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at - 1) + 1
  return line > at - NEAR && line > 0 ? line : characterAt(text, at).start
}

function after(text: string, at: number): number {
  const line = text.indexOf('\n', at - 1) + 1
  if (line > 0 && line < at + NEAR) return line
  const { start, end } = characterAt(text, at)
  return start === at ? at : end
}

/** Units beyond any character that somebody wrote on purpose. */
const LONGEST = 256

/** Range of the visible character that holds the unit at `at`. Its beginning is searched from a space on. */
function characterAt(text: string, at: number): { start: number; end: number } {
  const space = text.lastIndexOf(' ', at - 1)
  const from = space > at - LONGEST && space >= 0 ? space : Math.max(0, at - LONGEST)
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })
  const found = segments.segment(text.slice(from, at + LONGEST)).containing(at - from)
  const start = from + (found?.index ?? at - from)
  return { start, end: start + (found?.segment.length ?? 0) }
}

/** Fence of code that is open at the end of the text: its mark, and the line that opened it; null for none. */
function openFence(text: string): { mark: string; line: string } | null {
  let open: { mark: string; line: string } | null = null
  for (const [line, mark = '', rest = ''] of text.matchAll(/^ {0,3}(`{3,}|~{3,})(.*)$/gm)) {
    if (open === null) open = mark.startsWith('`') && rest.includes('`') ? null : { mark, line }
    else if (mark.startsWith(open.mark) && rest.trim() === '') open = null
  }
  return open
}

/** Number of texts, the last ones, that have at most `most` characters together. */
export function lastThatFit(texts: readonly string[], most: number): number {
  let left = most
  const first = texts.findLastIndex((text) => {
    left -= text.length
    return left < 0
  })
  return texts.length - first - 1
}

/** Formats a number of characters for people. */
export const counted = (count: number): string => count.toLocaleString('en-US')

/** Maximum characters of a stored text: thousands of pages, and still quick to read and copy. */
const MOST_KEPT = 10_000_000

/** Refuses a text that is too large; null for any other. `what` begins the sentence: `The comment`. */
export function tooLarge(what: string, text: string | null | undefined): Refusal | null {
  const { length } = text ?? ''
  if (length <= MOST_KEPT) return null
  const most = `The maximum is ${counted(MOST_KEPT)}`
  return refuse(
    'invalid',
    `${what} has ${counted(length)} characters. ${most}. Put it into a file of the project, and name the file.`,
  )
}

/** Characters of the longest title: a few lines. */
export const MOST_TITLE = 256

/** Refuses a title that is too long; null for one that is not. */
export function tooLong(title: string): Refusal | null {
  if (title.length <= MOST_TITLE) return null
  return refuse(
    'invalid',
    `Error: this ticket title has ${counted(title.length)} characters. The maximum is ${MOST_TITLE}. Put the rest into the description.`,
  )
}

/** A title and description that fit, of somebody who cannot be asked to be shorter: the whole title is in the second. */
export function fitting<T extends { title: string; description?: string | null }>(wanted: T): T {
  const title = wanted.title.trim()
  if (title.length <= MOST_TITLE) return wanted
  const description = [`The whole title: ${title}`, ...(wanted.description ? [wanted.description] : [])]
  return { ...wanted, title: startOf(title, MOST_TITLE), description: description.join('\n\n') }
}

interface Written {
  author: string
  body: string
}

/** Note that agents will not get a whole description; null when they will. */
export const ofDescription = (description: string | null | undefined): string | null =>
  inPart('This description', description ?? '', MOST.description)

/** Note that agents will not get a whole comment; null when they will. */
export const ofComment = (body: string): string | null => inPart('This comment', body, MOST.comment)

/** Notes about all texts of a ticket that agents will not get whole; empty when they get everything. */
export function inParts(description: string | null, comments: readonly Written[]): string[] {
  const long = comments.flatMap(({ author, body }, index) =>
    body.length > MOST.comment ? [inPart(`Comment ${index + 1}, by ${author},`, body, MOST.comment)] : [],
  )
  const all = comments.reduce((sum, { body }) => sum + body.length, 0)
  const together =
    all > MOST.comments
      ? `The comments have ${counted(all)} characters together. Agents get the newest ${counted(MOST.comments)}, and a command to read the rest.`
      : null
  return [ofDescription(description), ...long, together].filter((each) => each !== null)
}

function inPart(what: string, text: string, most: number): string | null {
  if (text.length <= most) return null
  const [head, tail] = [counted(headOf(most)), counted(most - headOf(most))]
  return `${what} has ${counted(text.length)} characters. Agents get its first ${head} and its last ${tail}, and a command to read the rest.`
}
