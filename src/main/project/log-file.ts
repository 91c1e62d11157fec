/** Log files that do not grow for ever: one old file stays beside each. */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import pino from 'pino'
import type { Piece } from '../../api/server.ts'

/** Log file. */
export interface LogFile {
  write(text: string): void
}

const MOST_BYTES = 10 * 1024 * 1024

/** Opens a log file for appending. Failures are ignored: a full disk must not end the swarm. */
export function logFile(path: string): LogFile {
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return {
    write(text) {
      try {
        if (size > MOST_BYTES) {
          renameSync(path, `${path}.1`)
          size = 0
        }
        appendFileSync(path, text, { mode: 0o600 })
        size += Buffer.byteLength(text)
      } catch {
        // A full disk must not end the swarm; what is lost is a line of a log.
      }
    },
  }
}

/** Log of a server. */
export interface Log {
  note(line: string): void
  /** Writes the reason that ended the server. */
  fatal(line: string): void
}

/** Opens a server's log: JSON lines in the file, and plain text for `show`. */
export function serverLog(path: string, show: (line: string) => void): Log {
  const logger = pino({ base: null }, logFile(path))
  const both = (level: 'info' | 'fatal') => (line: string) => {
    logger[level](line)
    show(line)
  }
  return { note: both('info'), fatal: both('fatal') }
}

/**
 * Reads a piece of a file, in whole characters, so that a reader who continues at `next` loses none; null when it is
 * missing.
 */
export async function readPiece(path: string, offset: number, limit: number): Promise<Piece | null> {
  const file = await open(path).catch(() => null)
  if (file === null) return null
  try {
    const { size } = await file.stat()
    const window = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)))
    const { bytesRead } = await file.read(window, 0, window.length, offset)
    const bytes = window.subarray(0, bytesRead)
    const last = bytes.lastIndexOf(0x0a)
    const whole = last >= 0 && bytes.length === limit ? bytes.subarray(0, last + 1) : bytes
    return { text: whole.toString(), next: offset + whole.length, size }
  } finally {
    await file.close()
  }
}
