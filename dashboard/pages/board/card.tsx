/** Card of a ticket on the board. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type DragEvent, memo } from 'react'
import { resolutionWords } from '../../../src/ticket/outcomes.ts'
import { assignee, type Ticket } from '../../../src/ticket/ticket.ts'
import { BackOff } from '../../parts/back-off.tsx'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useAgentAt, waitWords } from '../../parts/waits.ts'
import { Link } from '../../shell/link.tsx'

const TYPE_TONES: Record<Ticket['type'], Tone> = {
  task: 'neutral',
  proposal: 'busy',
  question: 'warn',
  verify: 'good',
}

interface CardProps {
  ticket: Ticket
  /** Ids of its blockers. */
  blockers: readonly number[]
  isCurrent: boolean
  onDragStart: (event: DragEvent) => void
}

export const Card = memo(function Card({ ticket, blockers, isCurrent, onDragStart }: CardProps) {
  const { id, title, type, priority, attempts, stage } = ticket
  const who = assignee(ticket)
  return (
    <Link
      to={`/tickets/${id}`}
      className="board-card"
      data-ticket={id}
      tabIndex={isCurrent ? 0 : -1}
      draggable={stage.status === 'open'}
      onDragStart={onDragStart}
    >
      <span className="board-card-title" title={title}>
        {title}
      </span>
      <span className="board-card-about">
        <span className="number">#{id}</span>
        {type !== 'task' && <Badge tone={TYPE_TONES[type]}>{type}</Badge>}
        {priority !== 0 && <Priority value={priority} />}
        {stage.status === 'in_progress' && <Phase ticket={id} phase={stage.phase} />}
        {stage.status === 'ready' && stage.held.length > 0 && <span>waits for approval</span>}
        {stage.status === 'done' && <span>{resolutionWords(stage.resolution)}</span>}
        {who !== null && <span className="board-card-who">{who}</span>}
        {stage.status === 'open' && stage.notBefore !== null && (
          <BackOff until={stage.notBefore} delay={stage.delay}>
            {(words) => <span>{words}</span>}
          </BackOff>
        )}
        {attempts > 1 && <span>attempt {attempts}</span>}
        {blockers.length > 0 && (
          <Badge tone="warn">
            blocked by{' '}
            {blockers
              .slice(0, 3)
              .map((each) => `#${each}`)
              .join(' ')}
          </Badge>
        )}
      </span>
    </Link>
  )
})

function Phase({ ticket, phase }: { ticket: number; phase: string }) {
  const agent = useAgentAt(ticket)
  return <span>{(agent && waitWords(agent)) ?? phase}</span>
}

function Priority({ value }: { value: number }) {
  const Icon = value > 0 ? ArrowUp : ArrowDown
  return (
    <span className="board-priority">
      <Icon aria-hidden />
      <span className="sr-only">priority {value}</span>
      <span aria-hidden>{Math.abs(value)}</span>
    </span>
  )
}
