/**
 * View that the gateway has of an attempt from outside, as values for `life/`. It reads the wire, so its word stands
 * before the harness's own.
 *
 * `World.gateway.open` takes `tell` and calls it with each event as it happens; append these to the transcript
 * unchanged. The session that it returns offers at any time:
 * - `news()`: the newest bad news that no answer of the model has followed; null while all is well. Read it when a
 *   harness has ended without success: the `kind` of the news is the failure's class, whatever the harness made of it.
 *   A usage limit and a refused login belong to the account, so they concern the whole fleet.
 * - `usage()`: usage so far by the model's own answers; see `life/attempt/ledger.ts` for whose count stands.
 * - `refused()`: number of refused requests.
 * - `unanswered()`: consecutive requests without an answer from the model. An agent that has done nothing meanwhile
 *   does not hang: its model does.
 */
import type { OfGateway } from '../ticket/transcript.ts'
import type { Unanswered } from '../ticket/unanswered.ts'
import type { Usage } from './attempts.ts'

/** Event that the gateway reports while an attempt lasts; the transcript holds the same. */
export type GatewayEvent = OfGateway

/** Reason why the model does not answer an attempt: a kind, its end where known, and a sentence. */
export type ModelNews = Extract<GatewayEvent, { type: 'news' }>['news']

/** Facts that a gateway session knows about its attempt. */
export interface Seen {
  usage(): Usage
  news(): ModelNews | null
  refused(): number
  /** Requests that the model leaves without an answer; null while it answers. */
  unanswered(): Unanswered | null
}
