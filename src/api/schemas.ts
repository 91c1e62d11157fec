/** Schemas of the resources for programs: snake_case, with times in milliseconds since the epoch by default. */
import { LANDING_STATUSES, OUTCOMES, VERDICTS } from '../ports/store.ts'
import { EVENT } from '../ticket/events.ts'
import { TICKET_JSON } from '../ticket/json.ts'
import { DECLARED, TICKET } from '../ticket/ticket.ts'
import { z } from './route.ts'
import { objectOf, schemaOf } from './shapes.ts'

export const Id = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const Limit = z.coerce.number().int().min(1).max(200)
export const Offset = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** Offset from either end: a negative one counts from the end. */
export const FromEither = z.coerce.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
export const IdParams = z.object({ id: Id })

const time = z.number().int()

export const Note = z.string().nullable().describe('What agents are not given whole of it, in a sentence')

export const TicketSchema = objectOf(TICKET_JSON).openapi('Ticket')

/** A ticket as the core knows it: a page folds the log on. */
export const KeptTicketSchema = schemaOf(TICKET).openapi('KeptTicket')

export const CommentSchema = z
  .object({
    id: z.number().int(),
    ticket_id: z.number().int(),
    author: z.string(),
    body: z.string(),
    created_at: z.string().describe('UTC, YYYY-MM-DD HH:MM:SS'),
  })
  .openapi('Comment')

export const EventSchema = z
  .object({
    seq: z.number().int(),
    at: time,
    ticket: z.number().int(),
    by: z.string(),
    event: schemaOf(EVENT).openapi('TicketEvent', { description: 'Its `type` says which fields it has.' }),
    sentence: z.string(),
  })
  .openapi('Event')

export const AttemptSchema = z
  .object({
    ticket_id: z.number().int(),
    number: z.number().int(),
    holder: z.string(),
    harness: z.string().nullable(),
    started_at: time,
    lease_until: time.nullable(),
    ended_at: time.nullable(),
    outcome: z.enum(OUTCOMES).nullable(),
    reason: z.string().nullable(),
    base: z.string().nullable(),
    work: z.string().nullable(),
    has_transcript: z.boolean(),
    removed_at: time
      .nullable()
      .describe('When its transcript, and its work unless that landed, were removed; null: they are kept'),
    declared: z.object({ resolution: z.enum(DECLARED), reason: z.string() }).nullable(),
    usage: z.object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      cache_read_tokens: z.number(),
      cache_write_tokens: z.number(),
      turns: z.number(),
      cost_usd: z.number().nullable(),
    }),
    refused: z.number().int().describe('How often the gateway refused something that it asked for'),
  })
  .openapi('Attempt')

export const LandingSchema = z
  .object({
    id: z.number().int(),
    ticket_id: z.number().int(),
    attempt: z.number().int(),
    work: z.string(),
    status: z.enum(LANDING_STATUSES),
    queued_at: time,
    ended_at: time.nullable(),
    detail: z.string().nullable(),
  })
  .openapi('Landing')

export const ReceiptSchema = z
  .object({
    id: z.number().int(),
    tree: z.string(),
    fingerprint: z.string(),
    verdict: z.enum(VERDICTS),
    flaky: z.boolean(),
    pre_existing: z.boolean(),
    command: z.string(),
    exit: z.number().int().nullable(),
    signal: z.string().nullable(),
    output: z.string(),
    sandbox: z.string(),
    ticket_id: z.number().int().nullable(),
    attempt: z.number().int().nullable(),
    doubts: z.array(z.string()).describe('How the change weakens tests, each as `path: what`'),
    started_at: time,
    duration_ms: z.number(),
  })
  .openapi('Receipt')

export const PieceSchema = z
  .object({
    text: z.string(),
    next: z.number().int().describe('The offset to go on from'),
    size: z.number().int().describe('Bytes in all, so far'),
  })
  .openapi('Piece')
