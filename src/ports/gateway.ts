/**
 * What the gateway sees of an attempt from the outside, as values for `life/`. It knows these things from the wire, so
 * they go before what a harness says in its own words.
 *
 * `World.door.open` takes `tell`, which is called with each event as it happens; append them to the transcript as they
 * are. What it gives back has, at any time:
 * - `news()`: the newest bad news that no answer of the model has followed; null while all is well. Ask it when a
 *   harness has ended without success: the news' `kind` is the failure's class, whatever the harness made of it. A
 *   usage limit and a refused login are the account's, so they concern the whole fleet.
 * - `usage()`: what the model's own answers say was used so far; see `life/attempt/ledger.ts` for whose count stands.
 * - `refused()`: how many times something was refused.
 * - `unanswered()`: the requests in a row that the model gave no answer to. An agent that has done nothing meanwhile does
 *   not hang: its model does.
 */
import type { OfGateway } from '../ticket/transcript.ts'
import type { Unanswered } from '../ticket/unanswered.ts'
import type { Usage } from './store.ts'

/** What the gateway tells of an attempt while it lasts; its transcript holds the same. */
export type GatewayEvent = OfGateway

/** Why the model does not answer an attempt: a kind, until when where that is known, and a sentence. */
export type ModelNews = Extract<GatewayEvent, { type: 'news' }>['news']

/** What a gateway session knows about its attempt. */
export interface Seen {
  usage(): Usage
  news(): ModelNews | null
  refused(): number
  /** To what the model gives no answer, although it was asked; null while it answers. */
  unanswered(): Unanswered | null
}
