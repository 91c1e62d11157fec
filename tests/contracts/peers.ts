/** What channels speak to in tests: real servers on this machine that keep what they are sent. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
  json: () => Record<string, unknown>
}

/** Answers with each of `statuses` in turn, then with 200; `hang up` closes the connection after the request. */
export async function httpPeer(
  answers: (number | 'hang up' | { status: number; retryAfter: string })[] = [],
) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      received.push({ path: request.url ?? '', headers: request.headers, body, json: () => JSON.parse(body) })
      const answer = answers.shift() ?? 200
      if (answer === 'hang up') return request.socket.destroy()
      const { status, retryAfter } = typeof answer === 'number' ? { status: answer, retryAfter: '' } : answer
      response.writeHead(status, retryAfter === '' ? {} : { 'retry-after': retryAfter }).end('noted')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const end = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  onTestFinished(end)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, end }
}

/** A mail server; `refuses` says no to each recipient, with this code. */
export async function mailPeer({
  refuses,
  tls,
}: {
  refuses?: number
  tls?: { key: string; cert: string }
} = {}) {
  const received: { from: string; to: string[]; source: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: tls ? ['AUTH'] : ['STARTTLS', 'AUTH'],
    ...(tls && { secure: true, ...tls }),
    onRcptTo: (_, __, done) =>
      done(refuses ? Object.assign(new Error('not today'), { responseCode: refuses }) : undefined),
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ from, to, source: Buffer.concat(parts).toString() })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const end = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  onTestFinished(end)
  return { port: (server.server.address() as AddressInfo).port, received, end }
}

/** A mail server of a few lines that takes a message's text, and then does what `then` says instead of answering. */
export async function rudeMailPeer(then: (line: Socket) => void) {
  const taken: string[] = []
  const lines = new Set<Socket>()
  const server = createPlainServer((line) => {
    lines.add(line)
    let text: string | null = null
    line.on('error', () => {})
    line.write('220 rude\r\n')
    line.on('data', (chunk) => {
      const said = chunk.toString()
      if (text !== null) text += said
      else if (/^DATA/i.test(said)) {
        text = ''
        line.write('354 go on\r\n')
      } else line.write('250 fine\r\n')
      if (!text?.endsWith('\r\n.\r\n')) return
      taken.push(text)
      then(line)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const line of lines) line.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, taken }
}
