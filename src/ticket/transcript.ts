/**
 * The events of a transcript: one schema for all who write into one and all who read it. On the disk they are lines of
 * JSON with their time, `at`. In words they are in transcript-words.ts.
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

/** What the program that does the thinking tells, in the words of our own that its adapter gives it. */
export const HARNESS_EVENT = z.discriminatedUnion('type', [
  /** `model`: which one does the thinking, where the harness tells. */
  z.object({ type: z.literal('session'), id: z.string(), model: z.optional(z.string()) }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_start'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('tool_end'), id: z.string(), output: z.string(), failed: z.boolean() }),
  z.object({ type: z.literal('retry'), error: z.string() }),
  /** The account is used up until then; milliseconds since the epoch, null when not said. */
  z.object({ type: z.literal('limit'), until: z.nullable(z.number()) }),
  /** What this run has used so far, in all: the last one counts. */
  z.object({ type: z.literal('usage'), usage: USAGE }),
  z.object({ type: z.literal('stderr'), text: z.string() }),
  /** What only this harness has, or nobody knows, as it came; `says`: what it means, where the adapter knows. */
  z.object({ type: z.literal('other'), raw: z.unknown(), says: z.optional(z.string()) }),
])

const NEWS = z.discriminatedUnion('kind', [
  /** The account is used up until then; milliseconds since the epoch, null when not said. */
  z.object({ kind: z.literal('usage limit'), until: z.nullable(z.number()), sentence: z.string() }),
  /** The model's side has too much to do, or cannot be reached. `until`: when it said to come back. */
  z.object({ kind: z.literal('overloaded'), until: z.nullable(z.number()), sentence: z.string() }),
  /** The credential is dead, or may not do this: only a person can help. */
  z.object({ kind: z.literal('login expired'), until: z.null(), sentence: z.string() }),
  /** The attempt has spent what it may: nothing more is asked of the model. */
  z.object({ kind: z.literal('budget'), until: z.null(), sentence: z.string() }),
])

const GATEWAY_EVENT = z.discriminatedUnion('type', [
  /** Something was asked that may not be. `sentence` is also what the asking program was answered. */
  z.object({
    type: z.literal('refused'),
    part: z.enum(['model', 'egress', 'git', 'agent API']),
    asked: z.string(),
    sentence: z.string(),
  }),
  /** One answer of the model was metered; the sum so far. */
  z.object({ type: z.literal('metered'), usage: USAGE }),
  z.object({ type: z.literal('news'), news: NEWS }),
])

/** What the swarm itself writes down: what it asked of the agent, and how that turn ended. */
const OWN_EVENT = z.discriminatedUnion('type', [
  z.object({ type: z.literal('prompt'), text: z.string() }),
  /** `reason` and `detail` are those of a turn that did not end well. */
  z.object({
    type: z.literal('end'),
    ok: z.boolean(),
    reason: z.optional(z.string()),
    detail: z.optional(z.string()),
  }),
])

const EVENT = z.discriminatedUnion('type', [HARNESS_EVENT, GATEWAY_EVENT, OWN_EVENT])

/** Whatever a transcript may hold. */
export type TranscriptEvent = z.infer<typeof EVENT>
/** Those of them that a harness tells. */
export type OfHarness = z.infer<typeof HARNESS_EVENT>
/** Those of them that the gateway tells. */
export type OfGateway = z.infer<typeof GATEWAY_EVENT>

export interface TranscriptLine {
  /** Milliseconds since the epoch; null where the line does not say. */
  at: number | null
  event: TranscriptEvent
}

/**
 * Reads a line of a transcript. Any line is taken, also one of another version or one that was cut off: what is no
 * event of ours becomes `other`, as it is.
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

/** The text itself where it is no JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}
