/**
 * Agents' part of the ticket API: the `ticket` program of a sandbox (templates/ticket-client.sh) sends its arguments
 * here and prints the answer. The format is simple enough for a shell.
 *
 * Request: the number of arguments and a newline, each argument ended by a NUL, then the input.
 * Answer: a line `EXIT LINES`, that many lines for stderr, then stdout.
 */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { Trouble } from '../ports/trouble.ts'
import type { Actor } from '../ticket/commands.ts'

/** Runs a command of the `ticket` program for an agent. */
export type RunTicket = (argv: string[], actor: Actor, stdin: string) => Promise<Ran>

/** Output and exit code of a command. */
export interface Ran {
  stdout: string
  stderr: string
  code: number
}

/** Parts of the agent API of one session. */
export interface AgentApiOptions {
  /** Agent of the attempt whose session it is. */
  actor: Actor
  runTicket: RunTicket
  /** Receives each refused command. */
  refused: (asked: string, sentence: string) => void
  /** Writes one line to the server's log. */
  note: (line: string) => void
}

const MAX_BODY = 1024 * 1024

/** Bytes that one attempt may send in all: more than it needs, and too few to fill a disk or a board. */
const MOST_BYTES = 64 * 1024 * 1024
/** Bytes that the shortest command counts: it leaves rows and events behind. */
const LEAST_BYTES = 8 * 1024

/** Makes the count of one attempt: it gives false once so many more bytes are too much. */
export function allowance(): (bytes: number) => boolean {
  let left = MOST_BYTES
  return (bytes) => {
    left -= Math.max(bytes, LEAST_BYTES)
    return left >= 0
  }
}

const USED_UP =
  'This attempt has reached its limit of commands (8192, or 64 MiB). Earlier commands count. End your work.'

/**
 * Makes the agent API of one session, whose token has been checked. Never throws: bugs answer 500 and go to the log.
 */
export function agentApi({ actor, runTicket, refused, note }: AgentApiOptions): Hono {
  const app = new Hono()
  const isTaken = allowance()

  app.onError((error, c) => {
    if (error instanceof Trouble) return c.body(framed(refusal(error.message)), 503)
    note(`bug in the agent API: ${error.stack ?? error.message}`)
    return c.body(framed(refusal('Internal error in swarm. A person can see it in the log.')), 500)
  })

  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError: (c) => c.body(framed(refusal('A command with its input is at most 1 MiB long.')), 413),
    }),
  )

  app.post('/agent/ticket', async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer())
    if (!isTaken(body.length)) {
      refused('ticket', USED_UP)
      return c.body(framed(refusal(USED_UP)), 429)
    }
    const call = parse(body)
    if (!call) return c.body(framed(refusal('Invalid call.')), 400)
    c.header('content-type', 'text/plain; charset=utf-8')
    return c.body(framed(await runTicket(call.argv, actor, call.stdin)))
  })

  return app
}

const refusal = (sentence: string): Ran => ({ stdout: '', stderr: sentence, code: 1 })

function framed({ stdout, stderr, code }: Ran): string {
  const lines = stderr === '' ? [] : stderr.replace(/\n$/, '').split('\n')
  return [`${code} ${lines.length}`, ...lines, stdout].join('\n')
}

function parse(body: Buffer): { argv: string[]; stdin: string } | null {
  const newline = body.indexOf('\n')
  const head = body.toString('latin1', 0, Math.max(0, newline))
  if (!/^\d{1,3}$/.test(head)) return null
  const count = Number(head)
  const argv: string[] = []
  let at = newline + 1
  while (argv.length < count) {
    const end = body.indexOf(0, at)
    if (end === -1) return null
    argv.push(body.toString('utf8', at, end))
    at = end + 1
  }
  return { argv, stdin: body.toString('utf8', at) }
}
