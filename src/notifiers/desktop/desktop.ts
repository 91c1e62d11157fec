/** Desktop of this machine, by the program that shows notices there. */

import { spawn } from 'node:child_process'
import type { Delivery, Message, Notifier } from '../../ports/notifier.ts'
import { within } from '../../ports/patience.ts'
import { cut, oneLine, textOf } from '../words.ts'

/** Program to show notices with, and its environment. */
export interface DesktopOptions {
  /** `notify-send` or `osascript`, by name or path. */
  program: string
  /** Environment of the program, which says where the screen is. */
  env: Record<string, string | undefined>
}

const PATIENCE_MS = 10_000

/** Makes a notifier that shows messages on the desktop. */
export const desktop = ({ program, env }: DesktopOptions): Notifier => ({
  repeatable: false,
  send: (message, signal) => show([program, ...argumentsFor(program, message)], env, signal),
})

/** Builds the arguments. Text is an argument, never part of a script. */
function argumentsFor(program: string, { title, urgent, items }: Message): string[] {
  const name = cut(oneLine(title), 200)
  const body = items.map((item) => textOf({ ...item, actions: [] }, 300)).join('\n\n')
  if (program.endsWith('osascript'))
    return [
      '-e',
      'on run argv',
      '-e',
      'display notification (item 2 of argv) with title (item 1 of argv)',
      '-e',
      'end run',
      name,
      body,
    ]
  return ['--app-name=swarm', `--urgency=${urgent ? 'critical' : 'normal'}`, '--', name, escaped(body)]
}

/** Escapes the little HTML that notify-send shows in the body. */
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Error codes of a temporary lack of descriptors, processes or memory. */
const SHORT: (string | undefined)[] = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']

function show(command: string[], env: DesktopOptions['env'], signal: AbortSignal): Promise<Delivery> {
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: env as NodeJS.ProcessEnv,
      signal: within(PATIENCE_MS, signal),
    })
    let said = ''
    const no = (why: string, retryable = false) => resolve({ kind: 'refused', why, retryable, waitMs: null })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return no(`${command[0]} is not installed.`)
      no(`${command[0]} failed: ${error.message}.`, SHORT.includes(error.code))
    })
    // There is none when no descriptor was left for it.
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-200)
    })
    child.on('close', (exit) =>
      exit === 0
        ? resolve({ kind: 'sent' })
        : no(`${command[0]} failed: ${oneLine(said) || `exit ${exit}`}.`),
    )
  })
}
