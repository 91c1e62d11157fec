/** One thread of the bench of the gateway: the model, or the gateway before it. Tells where it listens. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { gateway } from '../src/gateway/gateway.ts'
import { upstreamOf } from '../src/gateway/model/upstream.ts'
import { priceList } from '../src/ticket/prices.ts'

/** A quick model: so many events, one every two milliseconds. */
export const EVENTS = 400
const EVERY_MS = 2
/** What it says when it is asked for much, in megabytes. */
export const BULK_MEGABYTES = 64

/** What the thread is. */
export type Role = { role: 'model' } | { role: 'gateway'; upstream: string; folder: string }

/** Where it listens. */
export interface Told {
  url: string
  token: string
}

const tell = (told: Told) => parentPort!.postMessage(told)

function serveModel(): void {
  const server = createServer((asked, answer) => {
    let body = ''
    asked.on('data', (chunk) => {
      body += chunk
    })
    asked.on('end', () => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' })
      const { model } = JSON.parse(body)
      if (model === 'bulk') return flood(answer, BULK_MEGABYTES)
      return drip(answer, model === 'events' ? EVENTS : 1)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'none' })
  })
}

const event = (fields: object): string => {
  const delta = {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: 'word ' },
    ...fields,
  }
  return `event: content_block_delta\ndata: ${JSON.stringify(delta)}\n\n`
}

function drip(answer: ServerResponse, left: number): void {
  if (left === 0) return void answer.end()
  answer.write(event({ sent: String(process.hrtime.bigint()) }))
  setTimeout(drip, EVERY_MS, answer, left - 1)
}

function flood(answer: ServerResponse, megabytes: number): void {
  const one = event({ sent: '' })
  const block = Buffer.from(one.repeat(Math.ceil((64 * 1024) / one.length)))
  let left = megabytes * 16
  const more = (): void => {
    while (left-- > 0) if (!answer.write(block)) return void answer.once('drain', more)
    answer.end()
  }
  more()
}

async function serveGateway({ upstream, folder }: { upstream: string; folder: string }): Promise<void> {
  const credential = { kind: 'api key', secret: 'sk-ant-bench', baseUrl: upstream } as const
  const nobody = () => {
    throw new Error('nobody is asked')
  }
  const opened = gateway({
    program: '',
    runTicket: nobody,
    repo: { branch: 'main', serve: nobody },
    upstream: upstreamOf(credential),
    prices: () => priceList([]),
    budget: () => null,
    allowedHosts: async () => [],
    network: { resolve: async () => [], own: () => [], dial: nobody },
    folder,
    note: () => {},
    providerTools: () => [],
    clocks: { now: Date.now, monotonic: () => performance.now() },
  })
  const { env } = await opened.open({
    ticket: 1,
    attempt: 1,
    agent: 'agent-1',
    reach: 'loopback',
    tell: () => {},
  })
  tell({ url: env.ANTHROPIC_BASE_URL!, token: env.ANTHROPIC_AUTH_TOKEN! })
}

// Whoever only reads the figures is no thread of ours.
const role: Role | null = workerData
if (role?.role === 'model') serveModel()
if (role?.role === 'gateway') await serveGateway(role)
