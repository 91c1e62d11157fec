/** Kinds of events, as people ask for them. */
import type { EventType } from '../../../src/ticket/events.ts'

export const KINDS: readonly { name: string; types: readonly EventType[] }[] = [
  { name: 'filed', types: ['created'] },
  { name: 'changed', types: ['updated', 'blocker_added', 'blocker_removed'] },
  { name: 'at work', types: ['claimed', 'advanced', 'declared'] },
  { name: 'submitted', types: ['completed', 'held', 'approved'] },
  { name: 'done', types: ['done', 'reopened'] },
  { name: 'sent back', types: ['bounced', 'lost', 'unclaimed', 'escalated'] },
  { name: 'comments', types: ['commented'] },
]
