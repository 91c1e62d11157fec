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
  async send(message, signal) {
    const talk = { isTold: false }
    return sendMail(options, message, { signal, talk }).then(
      () => ({ kind: 'sent' }),
      (error: MailError) => failed(error, talk),
    )
  },
})

/** How far a conversation with a mail server has come. */
interface Talk {
  /** The server has asked for the text, which goes out then: from there on it may have taken the message. */
  isTold: boolean
}

/** Listens for the server's word that it waits for the text, whether the line is enciphered or not. */
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

/** The connection is ours, so that it ends when the signal says so, whatever is being said on it. */
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

/** A message that the server may have taken when the line broke is not sent again: twice is worse than a doubt. */
function failed({ code, responseCode, message }: MailError, { isTold }: Talk): Delivery {
  const said = oneLine(message).slice(0, 200)
  if (responseCode !== undefined && responseCode !== 0) {
    const isLogin = code === 'EAUTH'
    const why = isLogin
      ? `The mail server refused the login (${responseCode}).`
      : `The mail server said: ${said}.`
    return { kind: 'refused', why, retryable: responseCode < 500, waitMs: null }
  }
  if (isTold) return { kind: 'unsure', why: `The mail server fell silent (${code ?? said}).` }
  const why = OF_A_CERTIFICATE.test(`${code} ${said}`)
    ? `The certificate of the mail server is not trusted here: ${said}. Name its authority in NODE_EXTRA_CA_CERTS.`
    : `The mail server cannot be reached (${code ?? said}).`
  return { kind: 'refused', why, retryable: true, waitMs: null }
}
