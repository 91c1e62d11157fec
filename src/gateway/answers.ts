/** Refusals of the gateway, in the form that the asking program shows to its user. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Transform } from 'node:stream'

/** Refusal of a request. */
export interface No {
  status: number
  sentence: string
  headers?: Record<string, string>
}

/** Answers in plain text: curl, git and package managers print it, or at least the status line. */
export function refuse(
  asked: IncomingMessage,
  answer: ServerResponse,
  { status, sentence, headers }: No,
): void {
  say(asked, answer, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-swarm-refused': sentence, ...headers },
    body: `${sentence}\n`,
  })
}

/** Answers in the form that the `ticket` of a sandbox reads: see agent-api.ts. */
export function refuseAsTicket(
  asked: IncomingMessage,
  answer: ServerResponse,
  { status, sentence }: No,
): void {
  say(asked, answer, { status, headers: { 'content-type': 'text/plain' }, body: `1 1\n${sentence}\n` })
}

/** Answers in the form of errors of the model's API. */
export function refuseAsModel(
  asked: IncomingMessage,
  answer: ServerResponse,
  { status, sentence }: No,
): void {
  const error = { type: status === 401 ? 'authentication_error' : 'invalid_request_error', message: sentence }
  say(asked, answer, {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'error', error }),
  })
}

/** Refuses a CONNECT, whose answer is only its head: programs print the status line. */
export function refuseTunnel(socket: Duplex, { status, sentence, headers = {} }: No): void {
  const lines = [
    `HTTP/1.1 ${status} ${sentence}`,
    'content-type: text/plain; charset=utf-8',
    `x-swarm-refused: ${sentence}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(sentence) + 1}`,
    'connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${sentence}\n`)
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Sends an answer at once; the rest of the request is not awaited. */
function say(asked: IncomingMessage, answer: ServerResponse, { status, headers, body }: Answer): void {
  if (answer.headersSent || answer.destroyed) return
  asked.unpipe()
  asked.resume()
  answer.writeHead(status, { ...headers, connection: 'close' }).end(body)
}

/** Makes a stream that passes at most `bytes`, and fails at the next one. */
export function most(bytes: number): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      passed += chunk.length
      done(passed > bytes ? new Error('too long') : null, chunk)
    },
  })
}
