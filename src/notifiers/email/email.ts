/** E-mail by SMTP: plain text, with nothing in its headers that somebody else wrote but the subject. */

import { connect, type Socket } from 'node:net'
import type { Delivery, Message, Notifier } from '../../ports/notifier.ts'
import { within } from '../../ports/patience.ts'
import { cut, oneLine, textOf } from '../words.ts'

export interface EmailOptions {
  host: string
  port: number
  /** TLS from the start; else it is begun where the server offers it. */
  secure: boolean
  /** Null where the server asks for no login. */
  login: { user: string; password: string } | null
  from: string
  to: string
}

const PATIENCE_MS = 20_000
const BODY = 8000

export const email = (options: EmailOptions): Notifier => ({
  repeatable: false,
  send: (message, signal) =>
    sendMail(options, message, signal).then(
      () => ({ kind: 'sent' }),
      (error: MailError) => failed(error),
    ),
})

async function sendMail(
  { host, port, secure, login, from, to }: EmailOptions,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const { createTransport } = await import('nodemailer')
  const own = within(PATIENCE_MS, signal)
  const transport = createTransport({
    host,
    port,
    secure,
    // A login is never sent in the clear.
    requireTLS: login !== null && !secure,
    ...(login && { auth: { user: login.user, pass: login.password } }),
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_, done) =>
      void connected(host, port, own).then((connection) => done(null, { connection }), done),
  })
  await transport.sendMail({
    from,
    to,
    subject: cut(oneLine(message.title), 200),
    text: message.items.map((item) => textOf(item, BODY)).join('\n\n--\n\n'),
    date: new Date(message.at),
    messageId: `<${message.id}@swarm.invalid>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  })
}

/** The connection is ours, so that it ends when the signal says so, whatever is being said on it. */
function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('connect', () => resolve(socket))
    socket.once('error', ({ message }) => reject(Object.assign(new Error(message), { command: 'CONN' })))
  })
}

interface MailError extends Error {
  code?: string
  command?: string
  responseCode?: number
}

/** What the server had not answered when the line broke may have arrived: only the text itself counts. */
function failed({ code, command, responseCode, message }: MailError): Delivery {
  const said = oneLine(message).slice(0, 200)
  if (responseCode !== undefined && responseCode !== 0) {
    const isLogin = code === 'EAUTH'
    const why = isLogin
      ? `The mail server refused the login (${responseCode}).`
      : `The mail server said: ${said}.`
    return { kind: 'refused', why, retryable: responseCode < 500, waitMs: null }
  }
  if (command === undefined || command === 'DATA' || command === 'API')
    return { kind: 'unsure', why: `The mail server fell silent (${code ?? said}).` }
  return {
    kind: 'refused',
    why: `The mail server cannot be reached (${code ?? said}).`,
    retryable: true,
    waitMs: null,
  }
}
