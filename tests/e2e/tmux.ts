/** A real terminal: a program in tmux, with keys that are pressed and a screen that is read. */
import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import type { Person } from './person.ts'

export interface Terminal {
  /** What is on it now. */
  screen(): Promise<string>
  /** With what has gone off its top. */
  all(): Promise<string>
  until(what: string | RegExp): Promise<void>
  type(text: string): Promise<void>
  /** By tmux's names, such as `Enter` or `C-c`. */
  press(key: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
}

const PATIENCE = 60_000
const run = promisify(execFile)
let count = 0

export interface Size {
  columns?: number
  rows?: number
}

/** Runs the program, and says how it ended. */
export async function openTerminal(
  { folder, env }: Pick<Person, 'folder' | 'env'>,
  program: string[],
  { columns = 100, rows = 50 }: Size = {},
): Promise<Terminal> {
  count += 1
  const socket = `swarm-test-${process.pid}-${count}`
  const tmux = async (...argv: string[]) =>
    (await run('tmux', ['-L', socket, '-f', '/dev/null', ...argv])).stdout
  onTestFinished(() => void execFileSync('sh', ['-c', `tmux -L ${socket} kill-server 2>/dev/null || true`]))
  const variables = Object.entries({ TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env }).map(
    ([name, value]) => `${name}=${value}`,
  )
  const size = ['-x', String(columns), '-y', String(rows)]
  const script = '"$@"; echo "exit $?"; exec cat'
  await tmux(
    ...['new-session', '-d', ...size, '-c', folder],
    ...['env', '-i', ...variables, 'sh', '-c', script, 'sh', ...program],
  )
  const shown = (...more: string[]) => tmux('capture-pane', '-p', '-J', ...more)
  const terminal: Terminal = {
    screen: () => shown(),
    all: () => shown('-S', '-'),
    until: (what) =>
      expect
        .poll(() => shown('-S', '-'), { timeout: PATIENCE, interval: 100 })
        .toMatch(
          typeof what === 'string' ? new RegExp(what.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')) : what,
        ),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    press: async (key) => void (await tmux('send-keys', key)),
    resize: async (x, y) => void (await tmux('resize-window', '-x', String(x), '-y', String(y))),
  }
  return terminal
}
