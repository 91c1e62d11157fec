/**
 * A scripted model for tests: enough of the Anthropic Messages API for the real Claude Code, on loopback only.
 * Which scenario is played stands in the prompt; see scenario.ts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerFor, asEvents, asJson } from './answer.ts'
import { type Fault, MARKER, type Message, placeOf, type Scenario, type Turn, turnsOf } from './scenario.ts'

export interface ModelServer {
  url: string
  /** Scenarios by name; more may be added while it runs. */
  scenarios: Record<string, Scenario>
  /** Every request so far. */
  requests: ModelRequest[]
  close(): Promise<void>
}

export interface ModelRequest {
  path: string
  headers: Record<string, string | string[] | undefined>
  body: {
    model?: string
    stream?: boolean
    messages?: Message[]
    tools?: { name: string }[]
    system?: unknown
  }
  /** As its answer will tell them. */
  inputTokens: number
  /** Of the scenario that it was found to belong to. */
  scenario: string | null
}

/** `marker`: how a prompt names its scenario, in its first group. */
export async function modelServer(
  scenarios: Record<string, Scenario> = {},
  marker = MARKER,
): Promise<ModelServer> {
  const requests: ModelRequest[] = []
  const strikes = new Map<string, number>()
  const server = createServer((request, response) => {
    answer(request, response, { scenarios, marker, requests, strikes }).catch((error: unknown) => {
      refuse(response, 500, 'api_error', String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    scenarios,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface State {
  scenarios: Record<string, Scenario>
  marker: RegExp
  requests: ModelRequest[]
  /** How often the fault of a turn has struck. */
  strikes: Map<string, number>
}

async function answer(request: IncomingMessage, response: ServerResponse, state: State) {
  const path = (request.url ?? '').split('?')[0]!
  const text = await textOf(request)
  const body = text === '' ? {} : (JSON.parse(text) as ModelRequest['body'])
  const place = placeOf(body.messages ?? [], state.marker)
  const inputTokens = Math.ceil(text.length / 4)
  state.requests.push({ path, headers: request.headers, body, inputTokens, scenario: place?.name ?? null })
  if (path === '/v1/messages/count_tokens')
    return reply(response, { input_tokens: Math.ceil(text.length / 4) })
  if (path !== '/v1/messages' || request.method !== 'POST')
    return refuse(response, 404, 'not_found_error', `Nothing is at ${path}.`)
  const scenario = place && state.scenarios[place.name]
  // Without tools it is not the agent who asks, but its program: for a title, a summary, a probe.
  if (!place || !scenario || !body.tools?.length) return give({ text: 'Ready.' }, body, text, response)
  const turn = turnsOf(scenario, place)[place.turn] ?? { text: 'Done.' }
  await turn.after
  const key = `${place.name} ${place.prompt} ${place.turn}`
  const struck = state.strikes.get(key) ?? 0
  if (turn.fault && struck < (turn.times ?? Number.POSITIVE_INFINITY)) {
    state.strikes.set(key, struck + 1)
    return fail(turn.fault, body, response)
  }
  return give(turn, body, text, response)
}

function give(turn: Turn, body: ModelRequest['body'], text: string, response: ServerResponse) {
  const answered = answerFor(turn, body.model ?? 'model', Math.ceil(text.length / 4))
  if (!body.stream) return reply(response, asJson(answered))
  const events = asEvents(answered).map(asServerSent)
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''))
}

function fail(fault: Fault, body: ModelRequest['body'], response: ServerResponse) {
  switch (fault.kind) {
    case 'status':
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter))
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value)
      return refuse(
        response,
        fault.status,
        STATUS[fault.status],
        fault.says ?? `As scripted: ${fault.status}.`,
      )
    case 'usage limit':
      for (const [name, value] of Object.entries(limitHeaders(fault.resetsAt)))
        response.setHeader(name, value)
      return refuse(response, 429, 'rate_limit_error', "This request would exceed your account's rate limit.")
    case 'hang':
      return
    case 'cut':
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return void response.write(asServerSent({ type: 'ping' }), () => response.destroy())
    case 'broken': {
      const begun = asEvents(answerFor({ text: 'This is cut off.' }, body.model ?? 'model', 10)).slice(0, 3)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(begun.map(asServerSent).join(''), () => response.destroy())
    }
  }
}

const STATUS = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
} as const

/** As a subscription's limit is told. */
const limitHeaders = (resetsAt: number) => ({
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-reset': String(resetsAt),
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'anthropic-ratelimit-unified-5h-status': 'rejected',
  'anthropic-ratelimit-unified-5h-reset': String(resetsAt),
  'anthropic-ratelimit-unified-5h-utilization': '1',
  'anthropic-ratelimit-unified-overage-status': 'rejected',
  'retry-after': '3600',
})

const asServerSent = (event: { type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

function reply(response: ServerResponse, body: unknown, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function refuse(response: ServerResponse, status: number, type: string, message: string) {
  reply(response, { type: 'error', error: { type, message } }, status)
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
