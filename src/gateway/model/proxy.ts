/**
 * Model proxy: takes the harness's request with its attempt's token, and forwards it with the real credential, to the
 * one upstream and its few paths. Both ways are streamed. Redirects are never followed: they would carry the credential
 * to wherever an answer says.
 */
import { Agent, type IncomingMessage, request as plain, type ServerResponse } from 'node:http'
import { Agent as SecureAgent, request as secure } from 'node:https'
import type { GatewayEvent, ModelNews } from '../../ports/gateway.ts'
import { wholeTurn } from '../../ports/patience.ts'
import { type No, refuseAsModel } from '../answers.ts'
import { type Answering, type Awaited, answering, type Clocks } from './answering.ts'
import { givenBack, passedOn } from './headers.ts'
import type { Ledger, Reservation } from './ledger.ts'
import { meterFor } from './meter.ts'
import { newsOf } from './news.ts'
import { type Question, questionReader, WORDS_OF } from './question.ts'
import type { Upstream } from './upstream.ts'

/** Parts of the model proxy of one session. */
export interface ModelParts {
  /** Model's API and its credential; null where the swarm has none: a scripted harness needs none. */
  upstream: Upstream | null
  ledger: Ledger
  /** Server tools that a person allows, and more names of betas. */
  providerTools: () => readonly string[]
  tell: (event: GatewayEvent) => void
  /** Holder of the connections to the upstream. */
  agent: Agent
  clocks: Clocks
}

/** Makes the agent that keeps connections to the upstream open: a handshake for every turn would cost time. */
export const agentFor = (upstream: Upstream | null): Agent =>
  upstream?.base.protocol === 'http:' ? new Agent({ keepAlive: true }) : new SecureAgent({ keepAlive: true })

/** Model proxy of one session. */
export interface ModelProxy {
  /** Serves one request. `path` is the part after our own prefix, with the query. */
  take(asked: IncomingMessage, answer: ServerResponse, path: string): Promise<void>
  news(): ModelNews | null
  unanswered: Answering['unanswered']
}

/** Maximum requests of one attempt under way at once. */
const AT_ONCE = 32
/** Maximum bytes of all incoming requests of one attempt; the provider accepts half of it in one. */
const MOST_BYTES = 64 * 1024 * 1024
/** Maximum bytes of a failed answer to look at. */
const LARGEST_ERROR = 64 * 1024

/** Makes the model proxy of one session. A refusal is an answer to the harness. */
export function modelProxy(parts: ModelParts): ModelProxy {
  const at = { underWay: 0, bytes: 0, news: null as ModelNews | null }
  const watch = answering(parts.clocks)
  const hear = (news: ModelNews | null) => {
    if (news !== null && news.sentence !== at.news?.sentence) parts.tell({ type: 'news', news })
    at.news = news
  }
  const take = async (exchange: Exchange) => {
    const asked = await read(exchange.asked, at)
    if (typeof asked === 'string')
      return refuseAsModel(exchange.asked, exchange.answer, { status: 413, sentence: asked })
    const refused = providerRefusal(parts, asked)
    if (refused !== null) return turnAway(parts, exchange, { status: 400, sentence: refused })
    const reservation = reserve(parts, exchange.path, asked)
    if ('refused' in reservation) {
      hear({ kind: 'budget', until: null, sentence: reservation.refused })
      return refuseAsModel(exchange.asked, exchange.answer, { status: 400, sentence: reservation.refused })
    }
    const upstream = parts.upstream as Upstream
    const sent = () => (isFree(exchange.path) ? UNWATCHED : watch.sent())
    await sendOn({ ...parts, upstream, hear, reservation, sent }, exchange, asked.body)
  }
  return {
    news: () => at.news,
    unanswered: watch.unanswered,
    async take(asked, answer, path) {
      const refused = refusal(parts, asked, path)
      if (refused !== null)
        return turnAway(parts, { asked, answer, path }, { status: 404, sentence: refused })
      if (at.underWay >= AT_ONCE) {
        const sentence = `At most ${AT_ONCE} requests of one attempt may be under way at the model.`
        return refuseAsModel(asked, answer, { status: 429, sentence })
      }
      at.underWay += 1
      answer.once('close', () => {
        at.underWay -= 1
      })
      await take({ asked, answer, path })
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
  reservation: Reservation
  sent: () => Awaited
}

function refusal(
  { upstream }: ModelParts,
  { method = '', headers }: IncomingMessage,
  path: string,
): string | null {
  if (upstream === null) return 'This gateway has no model: the swarm was started without a credential.'
  const bare = path.split('?')[0]!
  if (!upstream.paths.some((each) => each.method === method && each.path.test(bare)))
    return `The gateway only accepts requests to the model, not ${method} ${bare.slice(0, 100)}.`
  const packed = headers['content-encoding']
  return packed === undefined || packed === 'identity'
    ? null
    : `The gateway must read requests, so it does not accept the encoding ${String(packed).slice(0, 40)}.`
}

function turnAway({ tell }: ModelParts, { asked, answer, path }: Exchange, no: No): void {
  const { sentence } = no
  tell({ type: 'refused', part: 'model', asked: `${asked.method} ${path.slice(0, 200)}`, sentence })
  refuseAsModel(asked, answer, no)
}

interface Read extends Question {
  body: Buffer
}

/** Reads the whole request and inspects it on the way; gives a sentence when it is too large. */
async function read(asked: IncomingMessage, at: { bytes: number }): Promise<Read | string> {
  const reader = questionReader()
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of asked as AsyncIterable<Buffer>) {
      size += chunk.length
      at.bytes += chunk.length
      if (at.bytes > MOST_BYTES)
        return `The requests of one attempt to the model at the same time are limited to ${MOST_BYTES / 1024 ** 2} MiB.`
      chunks.push(chunk)
      reader.push(chunk)
    }
    return { ...reader.read(), body: Buffer.concat(chunks) }
  } finally {
    at.bytes -= size
  }
}

/** Refuses server tools of the provider that the settings do not allow; null when all are allowed. */
function providerRefusal({ providerTools }: ModelParts, question: Read): string | null {
  if (question.bytes === 0) return null
  if (!question.isSound) return 'The gateway cannot read this request: it is not JSON, or nested too deep.'
  const allowed = providerTools()
  const refused = question.asks.filter((each) => !allowed.includes(each))
  if (refused.length === 0) return null
  const known = refused.filter((each) => each !== 'another tool')
  const cure = known.length > 0 ? ` A person may allow it: provider_tools = ${JSON.stringify(known)}.` : ''
  return `The request asks the model's provider to ${refused.map((each) => WORDS_OF[each]).join(' and ')}, which would go past the sandbox.${cure}`
}

/** True for requests without cost: counting tokens and listing models. */
const isFree = (path: string) => !/\/messages(\?|$)|\/invoke|:(stream)?rawPredict/i.test(path)

/** Watch of requests that say nothing about whether the model answers. */
const UNWATCHED: Awaited = {
  begun: () => {},
  heard: () => {},
  done: () => {},
  failed: () => {},
  closed: () => {},
}

/** Reserves the cost of a request. Bedrock and Vertex name the model in the path. */
function reserve({ ledger }: ModelParts, path: string, { model, maxTokens, bytes }: Read) {
  if (isFree(path)) return { settle: () => {} }
  const named = /\/models?\/([^/:?]+(?::\d+)?)/.exec(path)?.[1]
  return ledger.reserve({ model: model ?? (named === undefined ? null : decoded(named)), maxTokens, bytes })
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

async function sendOn(sending: Sending, { asked, answer, path }: Exchange, body: Buffer): Promise<void> {
  const { upstream, hear, reservation } = sending
  const { base } = upstream
  const credential = await upstream.credential()
  // The end of a connection that was kept may wait to be read: nothing is to be asked on that one.
  await wholeTurn()
  if (answer.closed || answer.destroyed) return reservation.settle(null)
  const open = base.protocol === 'http:' ? plain : secure
  let [isSent, isAnswered] = [false, false]
  const awaited = sending.sent()
  const sent = open(new URL(base.origin), {
    method: asked.method!,
    path: `${base.pathname.replace(/\/$/, '')}${path}`,
    headers: { ...passedOn(asked, sending), ...credential, 'content-length': String(body.length) },
    agent: sending.agent,
  })
  const giveUp = (sentence: string) => {
    sent.destroy()
    if (answer.headersSent) answer.destroy()
    else refuseAsModel(asked, answer, { status: 502, sentence })
  }
  answer.once('close', () => {
    awaited.closed()
    sent.destroy()
  })
  // Whoever hangs up once all is asked has asked it all the same.
  sent.once('close', () => {
    if (!isAnswered) reservation.settle(isSent ? 'unknown' : null)
  })
  sent.once('finish', () => {
    isSent = true
  })
  sent.on('error', (error: NodeJS.ErrnoException) => {
    if (NEVER_REACHED.has(error.code ?? '')) reservation.settle(null)
    if (answer.closed || answer.destroyed) return
    awaited.failed()
    const sentence = `The model cannot be reached at ${base.host} (${error.code ?? 'network'}).`
    hear({ kind: 'overloaded', until: null, sentence })
    giveUp(sentence)
  })
  sent.on('response', (given) => {
    isAnswered = true
    given.on('error', () => answer.destroy())
    const status = given.statusCode ?? 502
    awaited.begun(status)
    given.once('end', awaited.done)
    if (status < 300) given.on('data', awaited.heard)
    if (status >= 300) reservation.settle(null)
    if (status >= 300 && status < 400)
      return giveUp(`${base.host} redirects the model's traffic. The gateway does not follow redirects.`)
    if (status >= 400) void passFailure(sending, given, answer, credential)
    else passAnswer(sending, given, answer)
  })
  sent.end(body)
}

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

function passAnswer(
  { ledger, tell, hear, reservation }: Sending,
  given: IncomingMessage,
  answer: ServerResponse,
): void {
  const meter = meterFor(given.headers['content-type'] ?? '')
  given.on('data', (chunk: Buffer) => meter.push(chunk))
  // Also what was begun and broken off has been used.
  given.once('close', () => {
    const before = ledger.usage()
    reservation.settle(meter.read() ?? 'unknown')
    if (ledger.usage() !== before) tell({ type: 'metered', usage: ledger.usage() })
  })
  given.once('aborted', () => answer.destroy())
  hear(null)
  answer.writeHead(given.statusCode ?? 200, givenBack(given))
  answer.flushHeaders()
  given.pipe(answer)
}

/**
 * Passes a failed answer on. It is small, so it is read whole: for news of the account, and to redact the credential.
 */
async function passFailure(
  { hear, clocks }: Sending,
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
  const news = newsOf({ status, headers: given.headers, body: clean, now: clocks.now() })
  if (news !== null) hear(news)
  if (answer.destroyed) return
  const { 'content-length': _, ...headers } = givenBack(given)
  answer.writeHead(status, headers).end(clean)
}

const without = (text: string, header: string) =>
  text.replaceAll(header.replace(/^Bearer /, ''), '[redacted]')
