/** Program `swarm`: the process around its commands, and the only place that reads the environment. */
import { fileURLToPath } from 'node:url'
import type { Terminal } from '../cli/swarm/host/terminal.ts'
import { run } from '../cli/swarm/run.ts'
import { hostOf } from './host.ts'
import { BACKGROUND, type Process, type Report } from './machine/environment.ts'
import { prompts } from './machine/prompts.ts'
import { takeScreen } from './machine/take-screen.ts'

const { env, stdin, stdout, stderr } = process

const terminal: Terminal = {
  write: (text) => void stdout.write(text),
  writeError: (text) => void stderr.write(text),
  isTty: stdout.isTTY === true,
  canAsk: stdin.isTTY === true && stdout.isTTY === true,
  hasColor: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  columns: stdout.columns ?? 80,
  takeScreen: (onKey) => takeScreen({ stdin, stdout }, onKey),
  ...prompts(env),
}

// A reader who has gone away, as in `swarm status | head`, is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => {
    if (interrupted.signal.aborted && name === 'SIGINT') process.exit(130)
    interrupted.abort()
  })

/** Sends a report to the parent, which may be gone by now. */
const report = (told: Report) =>
  new Promise<void>((resolve) => {
    if (process.connected) process.send!(told, () => resolve())
    else resolve()
  })

/** Handles an unexpected state: the log says what happened, and the next start repairs what was under way. */
const onBug: Process['onBug'] = (listener) => {
  for (const kind of ['uncaughtException', 'unhandledRejection'])
    process.on(kind, (error: unknown) => {
      listener(`${kind}: ${error instanceof Error ? error.stack : error}`)
      process.exit(70)
    })
}

const host = hostOf({
  terminal,
  environment: env,
  folder: process.cwd(),
  program: fileURLToPath(new URL('swarm.mjs', import.meta.url)),
  signal: interrupted.signal,
  report: env[BACKGROUND] ? report : null,
  onBug,
})

run(process.argv.slice(2), host).then(end, (error: unknown) => {
  if (interrupted.signal.aborted) return end(130)
  stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  end(70)
})

/** Ends the process: open keep-alive connections must not hold it up. */
function end(code: number): void {
  process.exitCode = code
  stdout.write('', () => stderr.write('', () => process.exit(code)))
}
