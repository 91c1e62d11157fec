/** E-mail by SMTP: plain text, with only the subject in its headers written by somebody else. */

import { connect, type Socket } from 'node:net'
import type { Delivery, Message, Notifier } from '../../ports/notifier.ts'
import { within } from '../../ports/patience.ts'
import { cut, oneLine, textOf } from '../words.ts'

/** Mail server, login and addresses. */
export interface EmailOptions {
  host: string
  port: number
  /** True: TLS from the start. False: STARTTLS where the server offers it. */
  secure: boolean
  /** Login; null where the server requires none. */
  login: { user: string; password: string } | null
  from: string
  to: string
}

const PATIENCE_MS = 20_000
const BODY = 8000

/** Makes a notifier that sends e-mail. */
export const email = (options: EmailOptions): Notifier => ({
  repeatable: false,
  async send(message, signal) {
    const talk = { isTold: false }
    return sendMail(options, message, { signal, talk }).then(
      () => ({ kind: 'sent' }),
      (error: MailError) => failed(error, talk),
    )
  },
})

/** Progress of a conversation with a mail server. */
interface Talk {
  /** True once the server has asked for the text: it may have accepted the message from there on. */
  isTold: boolean
}

/** Listens for the server's request for the text, on an encrypted connection or not. */
const listener = (talk: Talk) => {
  const hear = (entry: { tnx?: string }, said = '') => {
    if (entry.tnx === 'server' && said.startsWith('354')) talk.isTold = true
  }
  const ignore = () => {}
  return {
    trace: ignore,
    debug: hear,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
    level: ignore,
  }
}

async function sendMail(
  { host, port, secure, login, from, to }: EmailOptions,
  message: Message,
  { signal, talk }: { signal: AbortSignal; talk: Talk },
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
    transactionLog: true,
    logger: listener(talk),
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

/** Opens the connection ourselves, so that the signal can end it at any point of the conversation. */
function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

interface MailError extends Error {
  code?: string
  responseCode?: number
}

const OF_A_CERTIFICATE =
  /SELF_SIGNED|self[- ]signed|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_|ERR_TLS_CERT|unable to verify the first certificate|certificate/i

/**
 * Delivery of a failed conversation. A message that the server may have accepted is not sent again: twice is worse than
 * a doubt.
 */
function failed({ code, responseCode, message }: MailError, { isTold }: Talk): Delivery {
  const said = oneLine(message).slice(0, 200)
  if (responseCode !== undefined && responseCode !== 0) {
    const isLogin = code === 'EAUTH'
    const why = isLogin
      ? `The mail server refused the login (${responseCode}).`
      : `The mail server said: ${said}.`
    return { kind: 'refused', why, retryable: responseCode < 500, waitMs: null }
  }
  if (isTold) return { kind: 'unsure', why: `The mail server stopped responding (${code ?? said}).` }
  const why = OF_A_CERTIFICATE.test(`${code} ${said}`)
    ? `The certificate of the mail server is not trusted here: ${said}. Name its authority in NODE_EXTRA_CA_CERTS.`
    : `The mail server cannot be reached (${code ?? said}).`
  return { kind: 'refused', why, retryable: true, waitMs: null }
}
