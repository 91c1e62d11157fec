/** A server that lags: the loop of this process stands still, while every other program goes on. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** Stands still for so many milliseconds. */
export function standStill(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Stands still for so many milliseconds in each turn of the loop, until what it gives is called. */
export function lag(ms: number): () => void {
  const timer = setInterval(() => standStill(ms), 1)
  return () => clearInterval(timer)
}

/** Runs a program of Node beside this one. Gives its lines as they come; it is killed when the test is over. */
export function beside(code: string): { line: () => Promise<string> } {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { line: async () => (await lines.next()).value ?? 'it ended' }
}

/**
 * A client that asks twice over one connection, the second time so many milliseconds after the first answer. Prints
 * each status, or how it went wrong.
 */
export const askingTwice = (
  url: string,
  { headers = {}, pauseMs }: { headers?: Record<string, string>; pauseMs: number },
) => `
  const { Agent, request } = require('node:http')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const options = { agent, method: 'POST', headers: ${JSON.stringify(headers)} }
  const ask = (then) => {
    const sent = request(${JSON.stringify(url)}, options, (given) => {
      given.resume().on('end', () => { console.log(given.statusCode); then() })
    })
    sent.on('error', ({ code }) => { console.log(code); then() })
    sent.end('{}')
  }
  ask(() => setTimeout(ask, ${pauseMs}, () => process.exit()))`
