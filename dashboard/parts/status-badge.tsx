/** State of a ticket, always in the same words and colours. */
import { resolutionWords } from '../../src/ticket/outcomes.ts'
import type { Resolution, Status } from '../../src/ticket/ticket.ts'
import { Badge, type Tone } from './badge.tsx'

const STATES: Record<Status, { name: string; tone: Tone }> = {
  open: { name: 'open', tone: 'neutral' },
  in_progress: { name: 'in progress', tone: 'busy' },
  ready: { name: 'submitted', tone: 'busy' },
  done: { name: 'done', tone: 'good' },
}

/** Resolutions without the wanted result. */
const UNDONE: readonly Resolution[] = ['rejected', 'failed', 'cancelled']

interface StatusBadgeProps {
  status: Status
  phase?: string | null
  resolution?: Resolution | null
}

/** Shows the state of a ticket. */
export function StatusBadge({ status, phase = null, resolution = null }: StatusBadgeProps) {
  const { name, tone } = STATES[status]
  if (resolution !== null)
    return <Badge tone={UNDONE.includes(resolution) ? 'neutral' : tone}>{resolutionWords(resolution)}</Badge>
  return <Badge tone={tone}>{phase === null || phase === 'queued' ? name : phase}</Badge>
}
