/** An API on a real store and a real port, for tests. What it needs of a swarm at work is canned. */
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Api, api } from '../../src/api/app.ts'
import { newToken } from '../../src/api/auth.ts'
import { type Client, client } from '../../src/api/client.ts'
import { type Listening, listen } from '../../src/api/listen.ts'
import type { ApiServer, Sources } from '../../src/api/server.ts'
import type { RunTicket } from '../../src/gateway/agent-api.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import { change } from '../../src/life/follow.ts'
import type { Running } from '../../src/life/run.ts'
import { clock } from '../../src/main/machine/clock.ts'
import type { CommitInfo } from '../../src/ports/repo.ts'
import type { Store } from '../../src/ports/store.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { gatewayWith } from '../story/agents-door.ts'
import { SETTINGS, SILENT } from '../story/settings.ts'

export interface Fixture {
  server: ApiServer
  app: Api
  store: Store
  token: string
  /** What was asked of the server: `stop`, `scale 3`, and what it noted. */
  asked: string[]
  /** Moves its time on. */
  pass(ms: number): void
}

/** An API without a port. */
export async function fixture(parts: Partial<ApiServer> = {}): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'api-'))
  const opened = await openSqlite({ path: join(folder, 'tickets.db'), create: true })
  const { store, onChange } = watched(opened)
  onTestFinished(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const asked: string[] = []
  let passed = 0
  const token = newToken()
  const server: ApiServer = {
    records: {
      store,
      clock: {
        now: () => Date.now() + passed,
        monotonic: () => performance.now() + passed,
        sleep: clock.sleep,
      },
    },
    world: null,
    running: null,
    values: () => SETTINGS,
    post: SILENT,
    links: { publicUrl: () => '', key: () => 'k' },
    project: { path: '/projects/shop', name: 'shop' },
    readings: async () => [],
    info: () => null,
    token,
    scale: async (agents) => void asked.push(`scale ${agents}`),
    settings: () => [
      {
        name: 'agents',
        help: 'how many',
        expects: 'a number',
        value: 3,
        from: null,
        atStart: false,
        next: undefined,
      },
    ],
    readLog: async (name, offset) =>
      name === 'server' ? { text: 'started\n'.slice(offset), next: 8, size: 8 } : null,
    onChange,
    stop: () => void asked.push('stop'),
    note: (line) => void asked.push(line),
    ...parts,
  }
  const pass = (ms: number) => {
    passed += ms
  }
  return { server, app: api(server, 'in-process'), store, token, asked, pass }
}

export interface Served extends Fixture {
  url: string
  port: number
  client: Client
  listening: Listening
  gateway: Gateway
}

/** An API on a port of its own, with a gateway beside it. */
export async function served(parts: Partial<ApiServer> = {}, runTicket: RunTicket = echo): Promise<Served> {
  let port = 0
  const info = () => ({
    ...{
      pid: 42,
      port,
      startedAt: 1000,
      version: '0.1.0',
      build: 'one',
      installed: { version: '0.1.0', build: 'one' },
    },
    sandbox: { kind: 'process', why: 'asked for by name' },
  })
  const fixed = await fixture({ info, ...parts })
  const app = api(fixed.server, 'loopback')
  const gateway = gatewayWith({ runTicket, note: fixed.server.note })
  onTestFinished(gateway.close)
  const listening = await listen(app, { port: 0 })
  onTestFinished(listening.close)
  port = listening.port
  const { url } = listening
  const { token } = fixed
  return {
    ...fixed,
    app,
    url,
    port,
    listening,
    gateway,
    client: client({ baseUrl: url, token, fetch }),
  }
}

export const echo: RunTicket = async (argv, actor, stdin) => ({
  stdout: JSON.stringify({ argv, by: actor.name, stdin }),
  stderr: '',
  code: 0,
})

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A request with exactly these headers, also such as `fetch` would not send. */
export function raw(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length =
      body === undefined || 'transfer-encoding' in headers
        ? {}
        : { 'content-length': Buffer.byteLength(body) }
    const sent = request(
      url,
      { method, headers: { ...length, ...headers }, setHost: !('host' in headers), agent: false },
      (answer) => {
        const reply = { status: answer.statusCode ?? 0, headers: answer.headers }
        if (answer.headers['content-type'] === 'text/event-stream') {
          answer.on('error', () => undefined).destroy()
          return resolve({ ...reply, body: '' })
        }
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => resolve({ ...reply, body: Buffer.concat(parts).toString() }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Files `Add search`, which agent-1 then works on: it has an attempt with a transcript. */
export async function withWork(on: Served): Promise<Served> {
  await on.client.create({ title: 'Add search' })
  await claimNext(on.server.records, { holder: 'agent-1', leaseMs: 60_000, harness: 'scripted' })
  await on.store.transact((tx) => change(tx, 1, 1, { transcript: 't1-a1', work: COMMIT.commit }))
  return on
}

/** Signs a browser in and gives its cookie. */
export async function cookieOf({ url, client }: Served): Promise<string> {
  const link = await client.loginLink()
  const { headers } = await raw(link.url.replace(/^http:\/\/[^/]+/, url), {})
  return String(headers['set-cookie']).split(';')[0]!
}

/** Tells of each commit of this process, as `main/` does it. */
function watched(store: Store) {
  const listeners = new Set<() => void>()
  const transact: Store['transact'] = async (work) => {
    const result = await store.transact(work)
    for (const listener of listeners) listener()
    return result
  }
  const onChange = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return { store: { ...store, transact }, onChange }
}

export const COMMIT: CommitInfo = {
  commit: 'c'.repeat(40),
  tree: 'd'.repeat(40),
  parents: ['b'.repeat(40)],
  subject: 'ticket-1: Add search',
  at: 1_700_000_000,
  author: 'agent-1 <agent-1@swarm>',
  trailers: { ticket: '1', attempt: '2' },
}

/** A repository whose history is these commits, newest first. */
export function canned(commits: CommitInfo[]): Sources {
  const repo: Sources['repo'] = {
    branch: 'main',
    tip: async () => commits[0]!,
    history: async () => commits,
    find: async (ref: string) => commits.find(({ commit }) => commit === ref) ?? null,
    diff: async (from: string, to: string) => `diff from ${from} to ${to}`,
    landed: async (commit) => commits.some((each) => each.commit === commit),
    changes: async () => [
      {
        ...{ path: 'a.txt', from: null, kind: 'added' as const },
        ...{ oldMode: '000000', newMode: '100644', oldId: '0'.repeat(40), newId: '1'.repeat(40) },
      },
    ],
  }
  const transcripts: Sources['transcripts'] = {
    read: async (reference, offset, limit) => {
      const bytes = Buffer.from(`{"type":"text","text":"of ${reference}"}\n`)
      const text = bytes.subarray(offset, offset + limit).toString()
      return { text, next: Math.min(offset + limit, bytes.length), size: bytes.length }
    },
  }
  return { repo, transcripts }
}

/** A swarm of one agent that works on ticket 1. */
export function atWork(asked: string[] = []): Running {
  return {
    agents: () => [
      {
        name: 'agent-1',
        ticket: 1,
        attempt: 1,
        since: 2000,
        leaving: false,
        waitsForLimit: false,
        unanswered: null,
      },
    ],
    idle: () => null,
    mergeQueue: () => ({ now: { ticket: 2, attempt: 1, doing: 'verifying', since: 3000 } }),
    paused: async () => ({
      cause: 'overloaded',
      reason: 'Too much to do.',
      since: 3000,
      until: 4000,
      ticket: null,
    }),
    found: { lost: [], landed: [], queued: 0, sandboxes: 0, locks: 0, halves: 0 },
    scale: () => undefined,
    wake: () => void asked.push('wake'),
    stop: async () => undefined,
  }
}
