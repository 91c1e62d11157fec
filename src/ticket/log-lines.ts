/** Reads logs and transcripts, for whoever shows them: what a line says is decided here, how it looks is not. */
import { readTranscriptLine } from './transcript.ts'
import { type Words, type WriteTime, wordsOf } from './transcript-words.ts'

/** One line of a log, as it is told to a person. */
export interface ReadLine {
  /** Milliseconds since the epoch; null where the line does not say. */
  at: number | null
  /** Null: nothing. */
  words: Words | null
}

/** Writes a moment as people do where the program runs. */
export const locally: WriteTime = (at) => new Date(at).toLocaleString()

/** Reads a line of an agent's log, which is its transcript. */
export function readAgentLine(line: string): ReadLine {
  const { at, event } = readTranscriptLine(line)
  return { at, words: wordsOf(event, locally) }
}

/** Reads a line of the server's log, which is JSON; null for what is none of its lines, as what a crash printed. */
export function readServerLine(line: string): { at: number | null; text: string; isBad: boolean } | null {
  const { time, msg, level } = fieldsIn(line)
  if (typeof msg !== 'string') return null
  return { at: typeof time === 'number' ? time : null, text: msg, isBad: Number(level) >= 50 }
}

function fieldsIn(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Pieces of a log, put together to whole lines. */
export interface Pieces {
  /** Takes the next piece of a log; gives the lines that are whole by now, each with its end. */
  add(piece: string): string
}

/** Puts the pieces of a log together that is read from where a line begins, or from the middle of one. */
export function pieces(from: 'a line' | 'the middle'): Pieces {
  let rest = ''
  let isCut = from === 'the middle'
  return {
    add(piece) {
      rest += piece
      if (isCut && !rest.includes('\n')) rest = ''
      if (isCut && rest !== '') {
        rest = rest.slice(rest.indexOf('\n') + 1)
        isCut = false
      }
      const end = rest.lastIndexOf('\n') + 1
      const whole = rest.slice(0, end)
      rest = rest.slice(end)
      return whole
    },
  }
}
