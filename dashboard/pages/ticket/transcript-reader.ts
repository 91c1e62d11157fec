/**
 * Reader of a transcript in windows: the end first, earlier parts when somebody scrolls there, and additions while it
 * is written. It holds at most a few megabytes, however long the file is.
 */
import { readTranscriptLine } from '../../../src/ticket/transcript.ts'
import { type Cell, cell } from '../../live/cell.ts'
import type { Entry } from './transcript-lines.ts'

/** Piece of the file. */
export interface Piece {
  text: string
  next: number
  size: number
}
/** Fetches at most `limit` bytes from `offset` on; a negative offset counts from the end. */
export type Fetch = (offset: number, limit: number) => Promise<Piece>

/** Part of the file that is read. */
export interface Reading {
  entries: readonly Entry[]
  /** Bytes that are read: from the begin of a line to the end of one. */
  start: number
  end: number
  size: number
  /** End at which the entries changed last: a list that grows at its start must not jump. */
  edge: 'start' | 'end'
  isOpen: boolean
}

/** Reader of one file. */
export interface Reader {
  state: Cell<Reading>
  /** Reads the end of the file, whatever was read before. */
  toEnd(): Promise<void>
  /** Reads one earlier window; gives false when there was none. */
  older(): Promise<boolean>
  /** Reads later parts. */
  newer(): Promise<void>
}

/** Bytes of the first window, which is small so that it arrives sooner. */
const FIRST = 65_536
const WINDOW = 262_144
const WIDEST = 1_048_576
/** Maximum bytes to hold. */
const MOST = 4 * WIDEST

const NOTHING: Reading = { entries: [], start: 0, end: 0, size: 0, edge: 'end', isOpen: false }

/** Makes a reader. */
export function reader(fetch: Fetch): Reader {
  const state = cell<Reading>(NOTHING)
  let busy: Promise<unknown> = Promise.resolve()
  /** Runs work one after the other: two windows must not be put in the same place. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = busy.then(work)
    busy = turn.catch(() => undefined)
    return turn
  }

  async function put(next: Reading) {
    state.set(next)
    const kept = trimmed(next)
    if (kept === next) return
    // Its own step, so that a list sees what grew at one end and what went at the other one after the other.
    await new Promise((resolve) => setTimeout(resolve))
    state.set(kept)
  }

  return {
    state,
    toEnd: () =>
      inTurn(async () => {
        const { entries, start, size } = await before(fetch, null, FIRST)
        if (size === 0) return state.set({ ...NOTHING, isOpen: true })
        const last = entries.at(-1)
        const end = last ? last.offset + last.bytes : start
        state.set({ entries, start, end, size, edge: 'end', isOpen: true })
      }),
    older: () =>
      inTurn(async () => {
        const now = state.get()
        if (now.start === 0) return false
        const { entries, start, size } = await before(fetch, now.start, WINDOW)
        await put({ ...now, entries: [...entries, ...now.entries], start, size, edge: 'start' })
        return true
      }),
    newer: () =>
      inTurn(async () => {
        const now = state.get()
        const { text, next, size } = await fetch(now.end, WIDEST)
        const ends = text.lastIndexOf('\n') + 1
        const isLong = ends === 0 && bytesOf(text) > WIDEST - 4
        if (ends === 0 && !isLong) return size === now.size ? undefined : state.set({ ...now, size })
        const end = isLong ? next : next - bytesOf(text.slice(ends))
        const entries = isLong
          ? [{ offset: now.end, bytes: end - now.end, line: null }]
          : entriesOf(text.slice(0, ends), end)
        await put({ ...now, entries: [...now.entries, ...entries], end, size, edge: 'end' })
      }),
  }
}

/** Reads the whole lines among the bytes before `end`, or before the end of the file when it is null. */
async function before(
  fetch: Fetch,
  end: number | null,
  width: number,
): Promise<{ entries: Entry[]; start: number; size: number }> {
  const piece = end === null ? fetch(-width, width) : fetch(Math.max(0, end - width), Math.min(end, width))
  const { text, next, size } = await piece
  const from = Math.max(0, (end ?? size) - width)
  const begins = from === 0 ? 0 : text.indexOf('\n') + 1
  const ends = text.lastIndexOf('\n') + 1
  if (begins < ends) {
    const entries = entriesOf(text.slice(begins, ends), next - bytesOf(text.slice(ends)))
    return { entries, start: entries[0]!.offset, size }
  }
  if (from === 0) return { entries: [], start: 0, size }
  if (width < WIDEST) return before(fetch, end, WIDEST)
  return { entries: [{ offset: from, bytes: next - from, line: null }], start: from, size }
}

const encoder = new TextEncoder()
const bytesOf = (text: string): number => encoder.encode(text).length

/** Splits whole lines that end at byte `end`. */
function entriesOf(text: string, end: number): Entry[] {
  const entries: Entry[] = []
  const lines = text.split('\n')
  lines.pop()
  let offset = end
  for (const line of lines.toReversed()) {
    const bytes = bytesOf(line) + 1
    offset -= bytes
    entries.push({ offset, bytes, line: readTranscriptLine(line) })
  }
  return entries.reverse()
}

/** Removes what is too much, at the end that nobody looks at. */
function trimmed(now: Reading): Reading {
  if (now.end - now.start <= MOST) return now
  if (now.edge === 'end') {
    const first = now.entries.findIndex(({ offset }) => now.end - offset <= MOST)
    const entries = now.entries.slice(Math.max(first, 1))
    return { ...now, entries, start: entries[0]?.offset ?? now.end, edge: 'start' }
  }
  const last = now.entries.findLastIndex(({ offset, bytes }) => offset + bytes - now.start <= MOST)
  const entries = now.entries.slice(0, Math.max(last + 1, 1))
  const { offset, bytes } = entries.at(-1)!
  return { ...now, entries, end: offset + bytes, edge: 'end' }
}
