/**
 * What the gateway sees of an attempt from the outside, as values for `life/`. It knows these things from the wire, so
 * they go before what a harness says in its own words.
 *
 * `World.door.open` takes `tell`, which is called with each event as it happens; append them to the transcript as they
 * are. What it gives back has, at any time:
 * - `news()`: the newest bad news that no answer of the model has followed; null while all is well. Ask it when a
 *   harness has ended without success: the news' `kind` is the failure's class, whatever the harness made of it. A
 *   usage limit and a refused login are the account's, so they concern the whole fleet.
 * - `usage()`: what the model's own answers say was used so far; see `life/ledger.ts` for whose count stands.
 * - `refused()`: how many times something was refused.
 */
import type { Usage } from './store.ts'

export type ModelNews =
  /** The account is used up until then; milliseconds since the epoch, null when not said. */
  | { kind: 'usage limit'; until: number | null; sentence: string }
  /** The model's side has too much to do, or cannot be reached. `until`: when it said to come back. */
  | { kind: 'overloaded'; until: number | null; sentence: string }
  /** The credential is dead, or may not do this: only a person can help. */
  | { kind: 'login expired'; until: null; sentence: string }
  /** The attempt has spent what it may: nothing more is asked of the model. */
  | { kind: 'budget'; until: null; sentence: string }

export type GatewayEvent =
  /** Something was asked that may not be. `sentence` is also what the asking program was answered. */
  | { type: 'refused'; part: 'model' | 'egress' | 'git' | 'agent API'; asked: string; sentence: string }
  /** One answer of the model was metered; the sum so far. */
  | { type: 'metered'; usage: Usage }
  | { type: 'news'; news: ModelNews }

/** What an opening of the gateway knows about its attempt. */
export interface Seen {
  usage(): Usage
  news(): ModelNews | null
  refused(): number
}
