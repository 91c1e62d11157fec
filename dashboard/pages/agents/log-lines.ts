/** Lines of logs as people read them: an agent's is a transcript, the server's is JSON, the gate's is what it printed. */
import { readTranscriptLine } from '../../../src/ticket/transcript.ts'
import { SIGNS, wordsOf } from '../../../src/ticket/transcript-words.ts'

/** Reads whole lines of the log that is called so. */
export function readable(name: string, text: string): string {
  const read = /^agent-/.test(name) ? agentLine : name === 'server' ? serverLine : (line: string) => line
  return text
    .split('\n')
    .flatMap((line) => read(line) ?? [])
    .join('\n')
}

export interface Pieces {
  /** Takes the next piece of a log; gives the lines that are whole by now. */
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

/** Null where there is nothing to read in it. */
function agentLine(text: string): string | null {
  const { at, event } = readTranscriptLine(text)
  const words = wordsOf(event, (at) => new Date(at).toLocaleString())
  if (words === null) return null
  const shown = words.tone === 'asked' ? words.text.trim().split('\n')[0]! : words.text
  return timed(at, SIGNS[words.tone] + shown)
}

/** Whatever is no line of ours, as what a crash printed, stays as it is. */
function serverLine(line: string): string {
  const { msg, time } = parsed(line)
  return typeof msg === 'string' ? timed(typeof time === 'number' ? time : null, msg) : line
}

const timed = (at: number | null, text: string): string =>
  at === null ? text : `${new Date(at).toLocaleTimeString()}  ${text}`

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
