/**
 * The model proxy: takes the harness's request with its attempt's token, and sends it on with the real credential, to
 * the one upstream and its few paths. Both ways are streamed. Redirects are never followed: they would carry the
 * credential to where an answer says.
 */
import { Agent, type IncomingMessage, request as plain, type ServerResponse } from 'node:http'
import { Agent as SecureAgent, request as secure } from 'node:https'
import type { GatewayEvent, ModelNews } from '../../ports/gateway.ts'
import { most, refuseAsModel } from '../answers.ts'
import type { Ledger } from './ledger.ts'
import { meterFor } from './meter.ts'
import { newsOf } from './news.ts'
import type { Upstream } from './upstream.ts'

export interface ModelParts {
  /** Null where the swarm has no credential for a model: a scripted harness needs none. */
  upstream: Upstream | null
  ledger: Ledger
  tell: (event: GatewayEvent) => void
  /** Holds the connections to the upstream. */
  agent: Agent
  now: () => number
}

/** Connections to the upstream are kept: a handshake for every turn of every agent would be felt. */
export const agentFor = (upstream: Upstream | null): Agent =>
  upstream?.base.protocol === 'http:' ? new Agent({ keepAlive: true }) : new SecureAgent({ keepAlive: true })

export interface ModelProxy {
  /** `path` is what comes after our own prefix, with the query. */
  take(asked: IncomingMessage, answer: ServerResponse, path: string): Promise<void>
  news(): ModelNews | null
}

/** Requests of one attempt that may be under way at once. */
const AT_ONCE = 32
const LARGEST_REQUEST = 64 * 1024 * 1024
/** How much of an answer that is no success is looked at. */
const LARGEST_ERROR = 64 * 1024

export function modelProxy(parts: ModelParts): ModelProxy {
  const at = { underWay: 0, news: null as ModelNews | null }
  const hear = (news: ModelNews | null) => {
    if (news !== null && news.sentence !== at.news?.sentence) parts.tell({ type: 'news', news })
    at.news = news
  }
  return {
    news: () => at.news,
    async take(asked, answer, path) {
      const refused = refusal(parts, asked.method ?? '', path)
      if (refused !== null) return turnAway(parts, { asked, answer, path }, refused)
      const overdrawn = parts.ledger.overdrawn()
      if (overdrawn !== null) {
        hear({ kind: 'budget', until: null, sentence: overdrawn })
        return refuseAsModel(asked, answer, { status: 400, sentence: overdrawn })
      }
      if (at.underWay >= AT_ONCE) {
        const sentence = `At most ${AT_ONCE} requests of one attempt may be under way at the model.`
        return refuseAsModel(asked, answer, { status: 429, sentence })
      }
      at.underWay += 1
      answer.once('close', () => {
        at.underWay -= 1
      })
      await sendOn({ ...parts, upstream: parts.upstream as Upstream, hear }, { asked, answer, path })
    },
  }
}

interface Exchange {
  asked: IncomingMessage
  answer: ServerResponse
  path: string
}

interface Sending extends ModelParts {
  upstream: Upstream
  hear: (news: ModelNews | null) => void
}

function refusal({ upstream }: ModelParts, method: string, path: string): string | null {
  if (upstream === null) return 'No model is behind this gateway: the swarm was started without a credential.'
  const bare = path.split('?')[0]!
  if (upstream.paths.some((each) => each.method === method && each.path.test(bare))) return null
  return `The gateway passes on questions to the model and nothing else, so not ${method} ${bare.slice(0, 100)}.`
}

function turnAway({ tell }: ModelParts, { asked, answer, path }: Exchange, sentence: string): void {
  tell({ type: 'refused', part: 'model', asked: `${asked.method} ${path.slice(0, 200)}`, sentence })
  refuseAsModel(asked, answer, { status: 404, sentence })
}

async function sendOn(sending: Sending, { asked, answer, path }: Exchange): Promise<void> {
  const { upstream, hear } = sending
  const { base } = upstream
  const credential = await upstream.credential()
  const open = base.protocol === 'http:' ? plain : secure
  const sent = open(new URL(base.origin), {
    method: asked.method!,
    path: `${base.pathname.replace(/\/$/, '')}${path}`,
    headers: { ...passedOn(asked, upstream), ...credential },
    agent: sending.agent,
  })
  const giveUp = (sentence: string) => {
    sent.destroy()
    if (answer.headersSent) answer.destroy()
    else refuseAsModel(asked, answer, { status: 502, sentence })
  }
  answer.once('close', () => sent.destroy())
  sent.on('error', (error: NodeJS.ErrnoException) => {
    if (answer.closed || answer.destroyed) return
    const sentence = `The model cannot be reached at ${base.host} (${error.code ?? 'network'}).`
    hear({ kind: 'overloaded', until: null, sentence })
    giveUp(sentence)
  })
  sent.on('response', (given) => {
    given.on('error', () => answer.destroy())
    const status = given.statusCode ?? 502
    if (status >= 300 && status < 400)
      return giveUp(`${base.host} wants to redirect the model's traffic; the gateway follows no redirect.`)
    if (status >= 400) void passFailure(sending, given, answer, credential)
    else passAnswer(sending, given, answer)
  })
  asked.on('error', () => sent.destroy())
  const limit = most(LARGEST_REQUEST)
  limit.on('error', () => giveUp('A request to the model is at most 64 MiB long.'))
  asked.pipe(limit).pipe(sent)
}

const NOT_PASSED_ON =
  /^(authorization|x-api-key|host|connection|cookie|expect|te|trailer|upgrade|transfer-encoding|keep-alive|accept-encoding|forwarded|via|x-forwarded-.*|proxy-.*)$/

/** What the harness sends, without its token, and unpacked: else nothing could be counted. */
function passedOn({ headers }: IncomingMessage, { beta }: Upstream): Record<string, string> {
  const passed: Record<string, string> = { 'accept-encoding': 'identity' }
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !NOT_PASSED_ON.test(name)) passed[name] = String(value)
  const betas = [passed['anthropic-beta'], beta].filter(Boolean)
  return betas.length > 0 ? { ...passed, 'anthropic-beta': betas.join(',') } : passed
}

/** Not what names the account. */
const GIVEN_BACK =
  /^(content-type|content-length|content-encoding|retry-after|x-should-retry|request-id|anthropic-ratelimit-.*|x-amzn-.*)$/

function givenBack({ headers }: IncomingMessage) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => GIVEN_BACK.test(name)))
}

function passAnswer({ ledger, tell, hear }: Sending, given: IncomingMessage, answer: ServerResponse): void {
  const meter = meterFor(given.headers['content-type'] ?? '')
  given.on('data', (chunk: Buffer) => meter.push(chunk))
  // Also what was begun and broken off has been used.
  given.once('close', () => {
    const metered = meter.read()
    if (metered === null) return
    ledger.add(metered)
    tell({ type: 'metered', usage: ledger.usage() })
  })
  given.once('aborted', () => answer.destroy())
  hear(null)
  answer.writeHead(given.statusCode ?? 200, givenBack(given))
  answer.flushHeaders()
  given.pipe(answer)
}

/** Small, so it is read whole: for what it says of the account, and so that it cannot echo the credential. */
async function passFailure(
  { hear, now }: Sending,
  given: IncomingMessage,
  answer: ServerResponse,
  credential: Record<string, string>,
): Promise<void> {
  const status = given.statusCode ?? 502
  let body = ''
  try {
    for await (const chunk of given) if (body.length < LARGEST_ERROR) body += chunk
  } catch {
    // What came until it broke off will do.
  }
  const clean = Object.values(credential).reduce(without, body)
  const news = newsOf({ status, headers: given.headers, body: clean, now: now() })
  if (news !== null) hear(news)
  if (answer.destroyed) return
  const { 'content-length': _, ...headers } = givenBack(given)
  answer.writeHead(status, headers).end(clean)
}

const without = (text: string, header: string) =>
  text.replaceAll(header.replace(/^Bearer /, ''), '[redacted]')
