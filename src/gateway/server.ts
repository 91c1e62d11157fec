/**
 * Server of one session: a listener and a token of its own, both gone when it closes. The path selects the part of the
 * gateway; a request for a whole URL goes to the forward proxy.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Trouble } from '../ports/trouble.ts'
import { type No, refuse, refuseAsModel, refuseAsTicket, refuseTunnel } from './answers.ts'
import type { Egress } from './egress/egress.ts'
import { listenAt } from './socket.ts'

type Handle = (asked: IncomingMessage, answer: ServerResponse, path: string) => void | Promise<void>

/** Parts that a session serves. */
export interface Parts {
  token: string
  /** Handlers by the first folder of the path. A part that is missing is refused. */
  paths: Partial<Record<'agent' | 'model' | 'git', Handle>>
  egress: Egress
  /** Receives each caller without the token. */
  strangers: (asked: string, sentence: string) => void
  /** Writes one line to the server's log. */
  note: (line: string) => void
}

/** Running server. */
export interface Serving {
  /** Port of a listener on loopback. */
  port: number
  close(): Promise<void>
}

/** Maximum connections of one sandbox; each is an open file of the server, which all share. */
const CONNECTIONS = 256

/** Starts the server at the path of a socket, or on loopback. Throws Trouble when it cannot listen. */
export async function serveAt(at: { socket: string } | 'loopback', parts: Parts): Promise<Serving> {
  const server = createServer((asked, answer) => {
    answer.on('error', () => {})
    handle(parts, asked, answer).catch((error: unknown) => broken(parts, { asked, answer, error }))
  })
  server.maxConnections = CONNECTIONS
  // No end to a connection that is idle: the next question may wait on it to be read. All end with the session.
  server.keepAliveTimeout = 0
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('connect', (asked, socket, head) => {
    socket.on('error', () => {})
    const no = stranger(parts, asked)
    if (no !== null) return refuseTunnel(socket, no)
    parts.egress.tunnel(asked, socket, head).catch((error: unknown) => {
      parts.note(`bug in the gateway: ${error instanceof Error ? error.stack : error}`)
      socket.destroy()
    })
  })
  server.on('upgrade', (_, socket) =>
    refuseTunnel(socket, { status: 400, sentence: 'No protocol but HTTP.' }),
  )
  server.on('clientError', (_, socket) =>
    refuseTunnel(socket, { status: 400, sentence: 'This is not HTTP.' }),
  )
  await listening(server, at)
  const { port } = at === 'loopback' ? (server.address() as AddressInfo) : { port: 0 }
  return { port, close: () => closed(server, sockets, parts.egress) }
}

async function listening(server: Server, at: { socket: string } | 'loopback'): Promise<void> {
  try {
    const listens = once(server, 'listening')
    if (at === 'loopback') server.listen(0, '127.0.0.1')
    else listenAt(server, at.socket)
    await listens
    // Whoever is in the sandbox, under whatever number; on the host the folder above keeps everybody out.
    if (at !== 'loopback') chmodSync(at.socket, 0o666)
  } catch (cause) {
    server.close()
    throw new Trouble('network', `The gateway cannot listen: ${(cause as Error).message}.`, { cause })
  }
}

/**
 * Closes a server. A tunnel no longer counts as its connection, and a sandbox may never hang up: all sockets are ended.
 */
function closed(server: Server, sockets: Set<Socket>, egress: Egress): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    egress.close()
    for (const socket of sockets) socket.destroy()
  })
}

const REFUSE: Record<string, typeof refuse> = { agent: refuseAsTicket, model: refuseAsModel }

async function handle(parts: Parts, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = asked.url ?? ''
  const [, folder = '', rest = ''] = /^\/(\w*)(.*)$/s.exec(url) ?? []
  const no = stranger(parts, asked)
  if (no !== null) return (REFUSE[folder] ?? refuse)(asked, answer, no)
  if (!url.startsWith('/')) return parts.egress.get(asked, answer)
  const part = Object.hasOwn(parts.paths, folder) ? parts.paths[folder as 'agent'] : undefined
  if (part && /^[/?]/.test(rest)) return part(asked, answer, rest)
  refuse(asked, answer, { status: 404, sentence: 'Nothing is here for this sandbox.' })
}

function stranger({ token, strangers }: Parts, asked: IncomingMessage): No | null {
  if (tokensOf(asked).some((each) => isSame(each, token))) return null
  const isProxy = !(asked.url ?? '').startsWith('/')
  const sentence = 'This attempt is over, or this is not its token. The swarm no longer accepts its commands.'
  strangers(`${asked.method} without the token`, sentence)
  const ask = { [isProxy ? 'proxy-authenticate' : 'www-authenticate']: 'Basic realm="swarm"' }
  return { status: isProxy ? 407 : 401, sentence, headers: ask }
}

/** Tokens of a request: a bearer, a key, or the password in a URL, whatever each kind of client can send. */
function tokensOf({ headers, url = '' }: IncomingMessage): string[] {
  const shown = url.startsWith('/') ? headers.authorization : headers['proxy-authorization']
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(shown ?? '') ?? []
  const basic = () =>
    Buffer.from(value, 'base64')
      .toString('latin1')
      .replace(/^[^:]*:/, '')
  const token = scheme.toLowerCase() === 'bearer' ? value : scheme.toLowerCase() === 'basic' ? basic() : ''
  return [token, String(headers['x-api-key'] ?? '')]
}

const isSame = (a: string, b: string) => timingSafeEqual(sha256(a), sha256(b))
const sha256 = (text: string) => createHash('sha256').update(text).digest()

function broken(
  { note }: Parts,
  { asked, answer, error }: { asked: IncomingMessage; answer: ServerResponse; error: unknown },
): void {
  if (!(error instanceof Trouble)) note(`bug in the gateway: ${error instanceof Error ? error.stack : error}`)
  const sentence =
    error instanceof Trouble ? error.message : 'Internal error in swarm. A person can see it in the log.'
  refuse(asked, answer, { status: 503, sentence: sentence.replaceAll(/[^\x20-\x7e]/g, ' ') })
}
