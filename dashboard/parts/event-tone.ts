/** Tones of events: progress, failure, or a wait. */
import type { TicketEvent } from '../../src/ticket/events.ts'
import type { Tone } from './badge.tsx'

const TONES: Partial<Record<TicketEvent['type'], Tone>> = {
  claimed: 'busy',
  advanced: 'busy',
  completed: 'busy',
  approved: 'good',
  done: 'good',
  held: 'warn',
  escalated: 'warn',
  unclaimed: 'warn',
  bounced: 'bad',
  lost: 'bad',
}

/** Tone of an event. */
export const toneOf = (event: TicketEvent): Tone => TONES[event.type] ?? 'neutral'
