/** Schemas of the resources for programs: snake_case, with times in milliseconds since the epoch by default. */
import { ATTEMPT_SHOWN, LANDING_SHOWN, RECEIPT } from '../ports/attempts.ts'
import { EVENT } from '../ticket/events.ts'
import { TICKET_JSON } from '../ticket/json.ts'
import { TICKET } from '../ticket/ticket.ts'
import { z } from './route.ts'
import { objectOf, recordOf, schemaOf } from './shapes.ts'

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

export const AttemptSchema = recordOf(ATTEMPT_SHOWN)
  .extend({ has_transcript: z.boolean() })
  .openapi('Attempt')

export const LandingSchema = recordOf(LANDING_SHOWN).openapi('Landing')

export const ReceiptSchema = recordOf(RECEIPT).openapi('Receipt')

export const PieceSchema = z
  .object({
    text: z.string(),
    next: z.number().int().describe('The offset to go on from'),
    size: z.number().int().describe('Bytes in all, so far'),
  })
  .openapi('Piece')
