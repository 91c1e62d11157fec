/**
 * Events of a transcript: one schema for all writers and readers. On the disk they are lines of JSON with their time,
 * `at`. Their words are in transcript-words.ts.
 */
// In its small form: it makes no code from text, which the policy of the pages forbids.
import * as z from 'zod/mini'

const count = z.number().check(z.nonnegative())
const USAGE = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  turns: count,
  costUsd: z.nullable(count),
})

/** Events of the program that does the thinking, in our own words, which its adapter gives it. */
export const HARNESS_EVENT = z.discriminatedUnion('type', [
  /** Session; `model`: the model that does the thinking, where the harness reports it. */
  z.object({ type: z.literal('session'), id: z.string(), model: z.optional(z.string()) }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_start'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('tool_end'), id: z.string(), output: z.string(), failed: z.boolean() }),
  z.object({ type: z.literal('retry'), error: z.string() }),
  /** Usage limit of the account, with its end in milliseconds since the epoch; null when unknown. */
  z.object({ type: z.literal('limit'), until: z.nullable(z.number()) }),
  /** Usage of this run so far, in all: the last one counts. */
  z.object({ type: z.literal('usage'), usage: USAGE }),
  z.object({ type: z.literal('stderr'), text: z.string() }),
  /**
   * Event that only this harness has, or that is unknown, unchanged; `says`: its meaning, where the adapter knows it.
   */
  z.object({ type: z.literal('other'), raw: z.unknown(), says: z.optional(z.string()) }),
])

const NEWS = z.discriminatedUnion('kind', [
  /** Usage limit of the account, with its end in milliseconds since the epoch; null when unknown. */
  z.object({ kind: z.literal('usage limit'), until: z.nullable(z.number()), sentence: z.string() }),
  /** Overload of the model's side, or no connection to it. `until`: when it said to come back. */
  z.object({ kind: z.literal('overloaded'), until: z.nullable(z.number()), sentence: z.string() }),
  /** Credential that is dead, or not allowed to do this: only a person can help. */
  z.object({ kind: z.literal('login expired'), until: z.null(), sentence: z.string() }),
  /** Budget of the attempt that is used up: no more requests go to the model. */
  z.object({ kind: z.literal('budget'), until: z.null(), sentence: z.string() }),
])

const GATEWAY_EVENT = z.discriminatedUnion('type', [
  /** Request that was refused. `sentence` is also the answer to the asking program. */
  z.object({
    type: z.literal('refused'),
    part: z.enum(['model', 'egress', 'git', 'agent API']),
    asked: z.string(),
    sentence: z.string(),
  }),
  /** Answer of the model that was metered; the sum so far. */
  z.object({ type: z.literal('metered'), usage: USAGE }),
  z.object({ type: z.literal('news'), news: NEWS }),
])

/** Events that the swarm itself writes: its prompts to the agent, and the ends of these turns. */
const OWN_EVENT = z.discriminatedUnion('type', [
  z.object({ type: z.literal('prompt'), text: z.string() }),
  /** End of a turn; `reason` and `detail` are those of one that did not end well. */
  z.object({
    type: z.literal('end'),
    ok: z.boolean(),
    reason: z.optional(z.string()),
    detail: z.optional(z.string()),
  }),
])

const EVENT = z.discriminatedUnion('type', [HARNESS_EVENT, GATEWAY_EVENT, OWN_EVENT])

/** Event of a transcript. */
export type TranscriptEvent = z.infer<typeof EVENT>
/** Event of a harness. */
export type OfHarness = z.infer<typeof HARNESS_EVENT>
/** Event of the gateway. */
export type OfGateway = z.infer<typeof GATEWAY_EVENT>

/** Line of a transcript. */
export interface TranscriptLine {
  /** Time in milliseconds since the epoch; null where the line has none. */
  at: number | null
  event: TranscriptEvent
}

/**
 * Parses a line of a transcript. Any line is accepted, also one of another version or one that was cut off: an unknown
 * event becomes `other`, unchanged.
 */
export function readTranscriptLine(line: string): TranscriptLine {
  const raw = parsed(line)
  const known = EVENT.safeParse(raw)
  return {
    at: DATED.safeParse(raw).data?.at ?? null,
    event: known.success ? known.data : { type: 'other', raw },
  }
}

const DATED = z.object({ at: z.number() })

/** Parses JSON; gives text that is not JSON unchanged. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}
