/** Lines of logs as people read them. What agents and gates print is not trusted: it cannot move the cursor. */

import { firstLine } from '../../ticket/sentences.ts'
import type { Call } from './command.ts'
import { oneLine, styled } from './screen.ts'

export interface Lines {
  /** Bytes that were read. */
  at: number
  /** The whole lines of the text and of what was left over before, each ready to be written. */
  add(text: string): string[]
}

export function linesOf(call: Call, name: string): Lines {
  let rest = ''
  const show = renderer(call, name)
  return {
    at: 0,
    add(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      return lines.filter((line) => line !== '').flatMap((line) => show(line).map((shown) => `${shown}\n`))
    },
  }
}

function renderer(call: Call, name: string): (line: string) => string[] {
  if (call.isJson) return name === 'gate' ? (line) => [JSON.stringify({ line })] : (line) => [line]
  if (name === 'gate') return (line) => [oneLine(line)]
  return name === 'server' ? (line) => serverLine(call, line) : (line) => agentLine(call, line)
}

/** A line of the server's log is JSON, but for what a crash printed. */
function serverLine({ host }: Call, line: string): string[] {
  const { time, msg, level } = parsed(line)
  if (typeof msg !== 'string') return [oneLine(line)]
  const text = oneLine(msg)
  return [`${styled(host, 'dim', clock(time))} ${Number(level) >= 50 ? styled(host, 'red', text) : text}`]
}

function agentLine({ host }: Call, line: string): string[] {
  const event = parsed(line)
  const at = styled(host, 'dim', clock(event.at))
  const say = (text: string) =>
    text
      .split('\n')
      .filter((each) => each.trim() !== '')
      .map((each) => `${at} ${oneLine(each)}`)
  switch (event.type) {
    case 'prompt':
      return [`${at} ${styled(host, 'bold', `▶ ${oneLine(firstLine(String(event.text)), 120)}`)}`]
    case 'end':
      return [
        `${at} ${styled(host, 'bold', event.ok ? '■ ends' : `■ ends: ${oneLine(String(event.detail), 160)}`)}`,
      ]
    case 'text':
      return say(String(event.text))
    case 'tool_start':
      return [
        `${at} ${styled(host, 'cyan', `▸ ${oneLine(String(event.name))}`)} ${oneLine(brief(event.input), 120)}`,
      ]
    case 'tool_end':
      return event.failed ? [`${at} ${styled(host, 'red', `✗ ${oneLine(String(event.output), 160)}`)}`] : []
    case 'stderr':
      return say(`stderr: ${event.text}`)
    case 'retry':
      return say(`tries again: ${event.error}`)
    case 'limit':
      return say('The account is used up for now.')
    case 'session':
    case 'usage':
    case 'other':
      return []
    default:
      return [`${at} ${oneLine(line, 200)}`]
  }
}

/** What a tool was asked for, without the names of its parameters where one says it all. */
function brief(input: unknown): string {
  if (typeof input !== 'object' || input === null) return String(input ?? '')
  const values = Object.values(input)
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : JSON.stringify(input)
}

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function clock(at: unknown): string {
  const date = new Date(Number(at))
  return Number.isNaN(date.getTime()) ? '--:--:--' : date.toTimeString().slice(0, 8)
}
