/** Lines of logs as people read them: an agent's is a transcript, the server's is JSON, the gate's is what it printed. */
import { readAgentLine, readServerLine } from '../../../src/ticket/log-lines.ts'
import { SIGNS } from '../../../src/ticket/transcript-words.ts'

/** Formats whole lines of a log, by the log's name. */
export function readable(name: string, text: string): string {
  const read = /^agent-/.test(name) ? agentLine : name === 'server' ? serverLine : (line: string) => line
  return text
    .split('\n')
    .flatMap((line) => read(line) ?? [])
    .join('\n')
}

/** Null where there is nothing to read in it. */
function agentLine(line: string): string | null {
  const { at, words } = readAgentLine(line)
  if (words === null) return null
  const shown = words.tone === 'asked' ? words.text.trim().split('\n')[0]! : words.text
  return timed(at, SIGNS[words.tone] + shown)
}

/** Reads one line of the server's log. A line of another kind stays as it is. */
function serverLine(line: string): string {
  const read = readServerLine(line)
  return read === null ? line : timed(read.at, read.text)
}

const timed = (at: number | null, text: string): string =>
  at === null ? text : `${new Date(at).toLocaleTimeString()}  ${text}`
