/** a gateway session on a real listener, with what tests need to look behind it. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import type { Network } from '../../src/gateway/egress/egress.ts'
import type { GatewayOptions } from '../../src/gateway/gateway.ts'
import type { GatewayEvent, Seen } from '../../src/ports/gateway.ts'
import type { Reach } from '../../src/ports/sandbox.ts'
import type { GatewaySession } from '../../src/ports/world.ts'
import { gatewayWith } from '../story/agents-door.ts'
import { readBack } from './transcript.ts'

export interface Opened extends GatewaySession, Seen {
  url: string
  token: string
  events: GatewayEvent[]
  /** What was refused, as sentences. */
  sentences(): string[]
}

export async function openedWith(
  options: Partial<GatewayOptions>,
  reach: Reach = 'loopback',
): Promise<Opened> {
  const events: GatewayEvent[] = []
  const gateway = gatewayWith(options)
  const opening = await gateway.open({
    ...{ ticket: 7, attempt: 2, agent: 'agent-1', reach },
    tell: (event) => void events.push(event),
  })
  onTestFinished(async () => {
    await opening.close()
    gateway.close()
    expect(readBack(events)).toEqual(events)
  })
  return {
    ...opening,
    url: opening.env.SWARM_API!.replace(/\/agent$/, ''),
    token: opening.env.SWARM_TOKEN!,
    events,
    sentences: () => events.flatMap((each) => (each.type === 'refused' ? [each.sentence] : [])),
  }
}

/** A server of the other side. */
export async function upstreamServer(
  answer: (asked: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; port: number; server: Server }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, server }
}

/** A network where names are what the test says; whatever is dialled ends at one port of this machine. */
export function networkOf(names: Record<string, string[]>, port: number): Network & { dialled: string[] } {
  const dialled: string[] = []
  return {
    dialled,
    resolve: async (host) => names[host] ?? [],
    own: () => ['9.9.9.9'],
    dial: (address, to): Socket => {
      dialled.push(`${address}:${to}`)
      return connect({ host: '127.0.0.1', port })
    },
  }
}

export interface Sent {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Got {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** One request to a gateway session with exactly these headers. */
export function send(url: string, { method = 'GET', path, headers = {}, body }: Sent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, method, path, headers, agent: false }, (given) => {
      let text = ''
      given.on('data', (chunk) => {
        text += chunk
      })
      given.on('end', () => resolve({ status: given.statusCode ?? 0, headers: given.headers, body: text }))
      given.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What comes back for these bytes, until the other side ends. */
export function spoken(url: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port) })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
    socket.write(bytes)
  })
}
