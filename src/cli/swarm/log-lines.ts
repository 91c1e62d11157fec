/** Lines of logs for people. Output of agents and gates is not trusted: it cannot move the cursor. */

import { pieces, readAgentLine, readServerLine } from '../../ticket/log-lines.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { SIGNS, type Tone } from '../../ticket/transcript-words.ts'
import type { Host } from './host/host.ts'
import { oneLine, type Style, styled } from './screen.ts'

/** Reader of a log: a terminal with its colors, or a program that reads JSON. */
export interface Reader {
  host: Pick<Host, 'hasColor'>
  isJson: boolean
}

/** Lines of a log that is read piece by piece. */
export interface Lines {
  /** Number of bytes read. */
  at: number
  /** Starts another file, and drops the rest of a line. */
  begin(): void
  /** Adds text and gives its complete lines, ready to be written. */
  add(text: string): string[]
}

/** Makes the lines of a log, as `call` wants them. `name` is the log's name. */
export function linesOf(call: Reader, name: string): Lines {
  let whole = pieces('a line')
  const show = renderer(call, name)
  const lines: Lines = {
    at: 0,
    begin() {
      whole = pieces('a line')
      lines.at = 0
    },
    add(text) {
      const added = whole.add(text).split('\n')
      return added.filter((line) => line !== '').flatMap((line) => show(line).map((shown) => `${shown}\n`))
    },
  }
  return lines
}

function renderer(call: Reader, name: string): (line: string) => string[] {
  if (call.isJson) return name === 'gate' ? (line) => [JSON.stringify({ line })] : (line) => [line]
  if (name === 'gate') return (line) => [oneLine(line)]
  return name === 'server' ? (line) => serverLine(call, line) : (line) => agentLine(call, line)
}

function serverLine({ host }: Reader, line: string): string[] {
  const read = readServerLine(line)
  if (read === null) return [oneLine(line)]
  const text = oneLine(read.text)
  return [`${styled(host, 'dim', clock(read.at))} ${read.isBad ? styled(host, 'red', text) : text}`]
}

function agentLine({ host }: Reader, line: string): string[] {
  const { at, words } = readAgentLine(line)
  if (words === null) return []
  const { style, lines } = LOOKS[words.tone]
  const time = styled(host, 'dim', clock(at))
  return lines(words.text).map((each) => {
    const text = SIGNS[words.tone] + each
    return `${time} ${style === null ? text : styled(host, style, text)}`
  })
}

interface Look {
  style: Style | null
  /** Text of several lines → the shown part. */
  lines: (text: string) => string[]
}

const first = (width: number) => (text: string) => [oneLine(firstLine(text), width)]
const every = (text: string) =>
  text
    .split('\n')
    .filter((each) => each.trim() !== '')
    .map((each) => oneLine(each))

/** Styles of lines. Results of tools are in the transcript's page; here they would drown the rest. */
const LOOKS: Record<Tone, Look> = {
  asked: { style: 'bold', lines: first(120) },
  said: { style: null, lines: every },
  call: { style: 'cyan', lines: first(140) },
  output: { style: null, lines: () => [] },
  failed: { style: 'red', lines: (text) => [oneLine(text.replace(/\s+/g, ' ').trim(), 160)] },
  printed: { style: null, lines: every },
  note: { style: 'dim', lines: every },
  warning: { style: 'yellow', lines: every },
  problem: { style: 'red', lines: every },
  ended: { style: 'bold', lines: every },
}

function clock(at: number | null): string {
  const date = new Date(at ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? '--:--:--' : date.toTimeString().slice(0, 8)
}
