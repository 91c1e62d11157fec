/**
 * Egress to other hosts: an HTTP proxy with a list of exact names. It parses the name once and strictly, looks it up in
 * the list, resolves it, checks every address of it, and dials one of exactly those. It follows no redirects.
 */
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type No, refuse, refuseTunnel } from '../answers.ts'
import { isPublic } from './addresses.ts'
import { shown, type Target, targetOf } from './hosts.ts'
import { isRegistry } from './registries.ts'

/** Parts of the egress of one session. */
export interface EgressParts {
  /** Reads the exact hosts that may be reached, in lower case. */
  allowed: () => Promise<string[]>
  network: Network
  /** Receives each refusal. */
  refused: (asked: string, sentence: string) => void
}

/** Network of the host, as a parameter: tests give another one. */
export interface Network {
  /** Resolves every address of a name. */
  resolve(host: string): Promise<string[]>
  /** Lists the addresses of this machine. */
  own(): string[]
  dial(address: string, port: number): Socket
}

/** Egress of one session. */
export interface Egress {
  /** Serves `CONNECT host:443`. */
  tunnel(asked: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
  /** Serves `GET http://host/…`. */
  get(asked: IncomingMessage, answer: ServerResponse): Promise<void>
  close(): void
}

const AT_ONCE = 128
const CONNECT_MS = 30_000
const IDLE_MS = 5 * 60_000

/** Makes the egress of one session. A refusal is answered and reported. */
export function egress(parts: EgressParts): Egress {
  const open = new Set<Socket>()
  let lookedFor = 0
  let isOver = false
  const dialled = async (target: Target): Promise<Socket | No> => {
    if (open.size + lookedFor >= AT_ONCE)
      return no(429, `At most ${AT_ONCE} connections of one sandbox may be open.`)
    lookedFor += 1
    const found = await reachable(parts, target).finally(() => {
      lookedFor -= 1
    })
    if ('sentence' in found) return found
    if (isOver) return no(503, 'This attempt is over.')
    const socket = parts.network.dial(found.address, target.port)
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    return connected(socket, target)
  }
  // Nobody listens any more when it is over.
  const refused: EgressParts['refused'] = (asked, sentence) => isOver || parts.refused(asked, sentence)
  return {
    async tunnel(asked, socket, head) {
      const say = (answer: No) => {
        refused(`CONNECT ${shown(asked.url ?? '')}`, answer.sentence)
        refuseTunnel(socket, answer)
      }
      const target = targetOf(asked.url ?? '', [443])
      if ('refused' in target) return say(no(403, target.refused))
      const there = await dialled(target)
      if ('sentence' in there) return say(there)
      if (socket.destroyed) return void there.destroy()
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      if (head.length > 0) there.write(head)
      joined(socket, there)
    },
    async get(asked, answer) {
      const say = (reply: No) => {
        refused(`${asked.method} ${shown(asked.url ?? '')}`, reply.sentence)
        refuse(asked, answer, reply)
      }
      const wanted = wantedOf(asked)
      if ('sentence' in wanted) return say(wanted)
      const there = await dialled(wanted)
      if ('sentence' in there) return say(there)
      if (answer.destroyed) return void there.destroy()
      fetchThrough(there, wanted, asked, answer)
    },
    close() {
      isOver = true
      for (const socket of open) socket.destroy()
    },
  }
}

const no = (status: number, sentence: string): No => ({ status, sentence })

interface Wanted extends Target {
  path: string
}

function wantedOf({ method, url = '', headers }: IncomingMessage): Wanted | No {
  const [, authority, path] = /^http:\/\/([^/?#]*)([^#]*)/i.exec(url) ?? []
  if (authority === undefined)
    return no(403, 'Sandboxes can only send http:// requests and, by CONNECT, TLS.')
  if (method !== 'GET' && method !== 'HEAD')
    return no(403, `Without TLS, sandboxes can only send GET and HEAD, not ${shown(method ?? '')}.`)
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
    return no(403, 'Sandboxes cannot send a GET with a body.')
  const target = targetOf(/:\d*$/.test(authority) ? authority : `${authority}:80`, [80])
  if ('refused' in target) return no(403, target.refused)
  if (isRegistry(target.host)) return no(403, `${target.host} is only reachable by TLS: use https.`)
  return { ...target, path: path?.startsWith('/') ? path : `/${path ?? ''}` }
}

/** Resolves a target. Every address must be public: else a name could point into this network. */
async function reachable(
  { allowed, network }: EgressParts,
  { host }: Target,
): Promise<{ address: string } | No> {
  if (!(await allowed()).includes(host))
    return no(403, `${host} is blocked in sandboxes: allow_hosts in .swarm/config.json does not list it.`)
  const addresses = await network.resolve(host).catch(() => [])
  const own = network.own()
  if (addresses.length === 0) return no(502, `No address found for ${host}.`)
  if (!addresses.every((each) => isPublic(each, own)))
    return no(403, `${host} is in a private network or on this machine, which sandboxes cannot reach.`)
  return { address: addresses[0]! }
}

function connected(socket: Socket, { host, port }: Target): Promise<Socket | No> {
  return new Promise((resolve) => {
    const failed = () => {
      socket.destroy()
      resolve(no(504, `${host}:${port} does not answer.`))
    }
    socket.setTimeout(CONNECT_MS, failed)
    socket.once('close', failed)
    socket.once('error', failed)
    socket.once('connect', () => {
      for (const event of ['timeout', 'error', 'close']) socket.off(event, failed)
      socket.setTimeout(IDLE_MS, () => socket.destroy())
      socket.on('error', () => socket.destroy())
      resolve(socket)
    })
  })
}

/** Joins two connections. Each side's last data reaches the other before the cut, however slowly that one reads. */
function joined(here: Duplex, there: Socket): void {
  here.on('error', () => there.destroy())
  here.once('close', () => there.destroySoon())
  there.once('close', () => here.end(() => here.destroy()))
  here.pipe(there).pipe(here)
}

const HOP =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|forwarded|via|cookie|authorization)$/

function fetchThrough(
  there: Socket,
  { host, path }: Wanted,
  asked: IncomingMessage,
  answer: ServerResponse,
): void {
  const passed = Object.entries(asked.headers).filter(([name]) => !HOP.test(name))
  const sent = request({
    createConnection: () => there,
    method: asked.method!,
    path,
    headers: { ...Object.fromEntries(passed), host, connection: 'close' },
  })
  answer.once('close', () => there.destroy())
  sent.on('error', () => refuse(asked, answer, no(502, `The connection to ${host} broke off.`)))
  sent.on('response', (given) => {
    const headers = Object.entries(given.headers).filter(([name]) => !HOP.test(name))
    answer.writeHead(given.statusCode ?? 502, Object.fromEntries(headers))
    given.on('error', () => answer.destroy())
    given.pipe(answer)
  })
  sent.end()
}
