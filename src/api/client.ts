/**
 * Typed client, for programs and for the dashboard. Its types are those of the routes; it loads nothing of the server.
 * `fetch` is the network, or the app's own `request` in-process.
 */
import type { RouteConfig, z } from '@hono/zod-openapi'
import { type Following, follow } from './client-stream.ts'
import type { setAgents } from './routes/agents.ts'
import type { getAttempt, getTranscript, listAttempts } from './routes/attempts.ts'
import type { addBlocker, removeBlocker } from './routes/blockers.ts'
import type { getBoard } from './routes/board.ts'
import type { addBrowser, listBrowsers, removeBrowser } from './routes/browsers.ts'
import type { addComment } from './routes/comments.ts'
import type { getCosts } from './routes/costs.ts'
import type { getDiff } from './routes/diffs.ts'
import type { cancelTicket, completeTicket, releaseTicket, reopenTicket } from './routes/endings.ts'
import type { listEvents } from './routes/events.ts'
import type { getHistory } from './routes/history.ts'
import type { createImport } from './routes/imports.ts'
import type { getInbox, getKeptInbox } from './routes/inbox.ts'
import type {
  answerTicket,
  approveTicket,
  failTicket,
  passTicket,
  rejectTicket,
} from './routes/judgements.ts'
import type { listLandings } from './routes/landings.ts'
import type { createLoginLink } from './routes/login.ts'
import type { getLog } from './routes/logs.ts'
import type { getNotifications, tryNotifications } from './routes/notifications.ts'
import type { getNumbers } from './routes/numbers.ts'
import type { deletePause, putPause } from './routes/pause.ts'
import type { getPulse } from './routes/pulse.ts'
import type { getReady } from './routes/ready.ts'
import type { listReceipts } from './routes/receipts.ts'
import type { listSettings } from './routes/settings.ts'
import type { getStatus } from './routes/status.ts'
import type { stopServer } from './routes/stop.ts'
import type { createTicket, getTicket, listTickets, updateTicket } from './routes/tickets.ts'

/** Server to call, and how. */
export interface ClientOptions {
  /** URL such as `http://127.0.0.1:4000`; empty for the page's own server. */
  baseUrl: string
  /** Token of the person; left out in a browser, which has its cookie. */
  token?: string
  fetch: Fetch
}

/** Function that sends a request. */
export type Fetch = (url: string, init?: RequestInit) => Response | Promise<Response>

/** Refusal of the server; the message is its sentence. Status 0: it cannot be reached. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, sentence: string, options?: { cause: unknown }) {
    super(sentence, options)
    this.status = status
    this.code = code
  }
}

type Schema<T> = T extends { schema: infer S extends z.ZodType } ? S : never
type Json<T> = T extends { content: { 'application/json': infer J } } ? Schema<J> : never

/** Body of a route's successful answer. */
export type Answer<R extends RouteConfig> = z.output<Json<R['responses'][(200 | 201) & keyof R['responses']]>>
type Part<R, K extends string> = R extends { request: { [P in K]: infer S } } ? S : never
type Body<R> = z.input<Json<Part<R, 'body'>>>
type Query<R> = Part<R, 'query'> extends z.ZodType ? Partial<z.output<Part<R, 'query'>>> : never

/** Status of the swarm. */
export type Status = Answer<typeof getStatus>
/** Ticket with everything about it. */
export type TicketDetail = Answer<typeof getTicket>
/** Entry of the log. */
export type EventEntry = Answer<typeof listEvents>['events'][number]
/** Attempt. */
export type AttemptEntry = Answer<typeof getAttempt>
/** Ticket of another tracker. */
export type ForeignTicket = Body<typeof createImport>['tickets'][number]
/** Result of an import. */
export type Imported = Answer<typeof createImport>
/** Landing. */
export type LandingEntry = Answer<typeof listLandings>['landings'][number]
/** Receipt of a gate run. */
export type ReceiptEntry = Answer<typeof listReceipts>['receipts'][number]
/** Inbox at one point of the log. */
export type KeptInbox = Answer<typeof getKeptInbox>
/** Ticket in the inbox. */
export type WaitingEntry = Answer<typeof getInbox>['tickets'][number]
/** Diff of an attempt's work. */
export type DiffEntry = Answer<typeof getDiff>
/** Landings, costs and the state of `main`. */
export type Pulse = Answer<typeof getPulse>
/** Setting in force. */
export type SettingEntry = Answer<typeof listSettings>['settings'][number]
/** Numbers of one stretch of time. */
export type Stretch = Answer<typeof getNumbers>['stretches'][number]
/** Costs by group. */
export type Costs = Answer<typeof getCosts>
/** Commit of `main`. */
export type CommitEntry = Answer<typeof getHistory>['commits'][number]

/** Client of the API. */
export type Client = ReturnType<typeof client>

/** Makes a client. Its methods throw ApiError when the server refuses or cannot be reached. */
export function client(options: ClientOptions) {
  const call = caller(options)
  const verb =
    <R extends RouteConfig>(path: R['path']) =>
    (id: number, body: Body<R>) =>
      call<R>('post', path, { params: { id }, body })

  return {
    status: () => call<typeof getStatus>('get', '/api/status'),

    tickets: (query: Query<typeof listTickets> = {}) =>
      call<typeof listTickets>('get', '/api/tickets', { query }),
    ticket: (id: number) => call<typeof getTicket>('get', '/api/tickets/{id}', { params: { id } }),
    create: (body: Body<typeof createTicket>) => call<typeof createTicket>('post', '/api/tickets', { body }),
    update: (id: number, body: Body<typeof updateTicket>) =>
      call<typeof updateTicket>('patch', '/api/tickets/{id}', { params: { id }, body }),
    comment: verb<typeof addComment>('/api/tickets/{id}/comments'),
    block: verb<typeof addBlocker>('/api/tickets/{id}/blockers'),
    unblock: (id: number, by: number) =>
      call<typeof removeBlocker>('delete', '/api/tickets/{id}/blockers/{by}', { params: { id, by } }),

    approve: verb<typeof approveTicket>('/api/tickets/{id}/approval'),
    reject: verb<typeof rejectTicket>('/api/tickets/{id}/rejection'),
    answer: verb<typeof answerTicket>('/api/tickets/{id}/answer'),
    pass: verb<typeof passTicket>('/api/tickets/{id}/pass'),
    fail: verb<typeof failTicket>('/api/tickets/{id}/failure'),
    complete: verb<typeof completeTicket>('/api/tickets/{id}/completion'),
    release: verb<typeof releaseTicket>('/api/tickets/{id}/release'),
    reopen: verb<typeof reopenTicket>('/api/tickets/{id}/reopening'),
    cancel: verb<typeof cancelTicket>('/api/tickets/{id}/cancellation'),

    ready: (query: Query<typeof getReady> = {}) => call<typeof getReady>('get', '/api/ready', { query }),
    import: (body: Body<typeof createImport>) => call<typeof createImport>('post', '/api/imports', { body }),
    inbox: () => call<typeof getInbox>('get', '/api/inbox'),
    keptInbox: () => call<typeof getKeptInbox>('get', '/api/inbox/tickets'),

    log: (query: Query<typeof listEvents> = {}) => call<typeof listEvents>('get', '/api/events', { query }),
    /** Yields every event after `after` (default: the newest) as it comes, over lost connections and restarts. */
    events: (following: Following) => follow<EventEntry>(stream(options), following),

    ...work(call),

    pause: (body: Body<typeof putPause>) => call<typeof putPause>('put', '/api/pause', { body }),
    resume: () => call<typeof deletePause>('delete', '/api/pause'),
    setAgents: (count: number) => call<typeof setAgents>('put', '/api/agents', { body: { count } }),
    logFile: (name: string, query: Query<typeof getLog> = {}) =>
      call<typeof getLog>('get', '/api/logs/{name}', { params: { name }, query }),
    settings: () => call<typeof listSettings>('get', '/api/settings'),
    stop: () => call<typeof stopServer>('post', '/api/stop'),
    loginLink: () => call<typeof createLoginLink>('post', '/api/login-links'),
  }
}

/** Calls about attempts and their results. */
const work = (call: Call) => ({
  attempts: (query: Query<typeof listAttempts> = {}) =>
    call<typeof listAttempts>('get', '/api/attempts', { query }),
  attempt: (ticket: number, number: number) =>
    call<typeof getAttempt>('get', '/api/attempts/{ticket}/{number}', { params: { ticket, number } }),
  transcript: (ticket: number, number: number, query: Query<typeof getTranscript> = {}) =>
    call<typeof getTranscript>('get', '/api/attempts/{ticket}/{number}/transcript', {
      params: { ticket, number },
      query,
    }),

  diff: (ticket: number, number: number) =>
    call<typeof getDiff>('get', '/api/attempts/{ticket}/{number}/diff', { params: { ticket, number } }),
  board: () => call<typeof getBoard>('get', '/api/board'),
  numbers: (query: Query<typeof getNumbers>) => call<typeof getNumbers>('get', '/api/numbers', { query }),
  pulse: (query: Query<typeof getPulse> = {}) => call<typeof getPulse>('get', '/api/pulse', { query }),

  costs: (query: Query<typeof getCosts> = {}) => call<typeof getCosts>('get', '/api/costs', { query }),

  landings: (query: Query<typeof listLandings> = {}) =>
    call<typeof listLandings>('get', '/api/landings', { query }),
  receipts: (query: Query<typeof listReceipts> = {}) =>
    call<typeof listReceipts>('get', '/api/receipts', { query }),
  history: (query: Query<typeof getHistory> = {}) =>
    call<typeof getHistory>('get', '/api/history', { query }),

  browsers: () => call<typeof listBrowsers>('get', '/api/browsers'),
  addBrowser: (body: Body<typeof addBrowser>) => call<typeof addBrowser>('post', '/api/browsers', { body }),
  removeBrowser: (id: string) =>
    call<typeof removeBrowser>('delete', '/api/browsers/{id}', { params: { id } }),
  notifications: () => call<typeof getNotifications>('get', '/api/notifications'),
  tryNotifications: (body: Body<typeof tryNotifications>) =>
    call<typeof tryNotifications>('post', '/api/notifications/tests', { body }),
})

interface Input {
  params?: Record<string, string | number>
  query?: Record<string, unknown>
  body?: unknown
}

type Call = ReturnType<typeof caller>

function caller(options: ClientOptions) {
  return async <R extends RouteConfig>(
    method: R['method'],
    path: R['path'],
    { params = {}, query = {}, body }: Input = {},
  ): Promise<Answer<R>> => {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const write = method === 'get' ? {} : { body: JSON.stringify(body ?? {}) }
    const response = await send(options, filled + search(query), { method: method.toUpperCase(), ...write })
    if (!response.ok) throw await errorIn(response)
    return (await response.json()) as Answer<R>
  }
}

async function send(
  { baseUrl, token, fetch }: ClientOptions,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const headers = {
    'x-swarm': '1',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(init.body !== undefined && { 'content-type': 'application/json' }),
  }
  try {
    return await fetch(baseUrl + path, { ...init, headers })
  } catch (cause) {
    throw new ApiError(0, 'unreachable', `Swarm cannot be reached at ${baseUrl}.`, { cause })
  }
}

async function errorIn(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } }
    return new ApiError(response.status, error.code, error.message)
  } catch {
    return new ApiError(
      response.status,
      'internal',
      `The server answered ${response.status} without saying why.`,
    )
  }
}

const isPassing = (status: number) => status === 0 || status === 502 || status === 503 || status === 504

const stream = (options: ClientOptions) => async (after: number | undefined, signal: AbortSignal) => {
  try {
    const response = await send(options, `/api/events/stream${search({ after })}`, { signal })
    if (response.ok) return response
    throw await errorIn(response)
  } catch (error) {
    if (error instanceof ApiError && isPassing(error.status)) return null
    throw error
  }
}

function search(query: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value))
  return parameters.size > 0 ? `?${parameters}` : ''
}
