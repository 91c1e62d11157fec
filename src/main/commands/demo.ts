/** The demo, a program of its own beside ours. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { besideTemplates } from '../machine/templates.ts'

/**
 * Runs it with these arguments in our terminal, until it ends. When the signal says that we are called off, so is it.
 * Gives its exit code.
 */
export function runDemo(args: readonly string[], signal: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, [besideTemplates('demo.mjs'), ...args], { stdio: 'inherit' })
  const callOff = () => child.kill('SIGTERM')
  signal.addEventListener('abort', callOff, { once: true })
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, name) => resolve(code ?? 128 + constants.signals[name!]))
  }).finally(() => signal.removeEventListener('abort', callOff))
}
