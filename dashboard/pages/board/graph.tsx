/** Graph of blockers, for the arrow keys, and the same as a list. */
import {
  Background,
  Controls,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react'
import { type KeyboardEvent, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Link } from '../../shell/link.tsx'
import { type ById, COLUMN_NAMES, type Column, columnOf } from './columns.ts'
import { type Laid, laidOut, next, opening, sizeOf, type Way } from './layout.ts'
import '@xyflow/react/dist/base.css'
import './graph.css'

type TicketNode = Node<{ ticket: Ticket; way: Way; column: Column }>

/** Shows the graph of the tickets that match. */
export function Graph({ byId, fits }: { byId: ById; fits: (ticket: Ticket) => boolean }) {
  const way = useWay()
  const laid = useMemo(() => laidOut(byId, fits, way), [byId, fits, way])
  const graph = useRef<HTMLElement>(null)
  const nodes = useMemo(() => laid.boxes.map((box): TicketNode => nodeOf(box, laid.way, byId)), [laid, byId])
  const edges = useMemo(
    () =>
      laid.arrows.map(({ from, to }) => ({
        id: `${from}-${to}`,
        source: String(from),
        target: String(to),
        markerEnd: ARROW,
      })),
    [laid],
  )
  const walk = (event: KeyboardEvent) => {
    if (!event.key.startsWith('Arrow')) return
    const from = Number((event.target as HTMLElement).closest<HTMLElement>('[data-box]')?.dataset.box)
    const to = next(laid, from, event.key)
    if (to === null) return
    event.preventDefault()
    event.stopPropagation()
    graph.current?.querySelector<HTMLElement>(`[data-box="${to}"]`)?.focus()
  }
  if (laid.boxes.length === 0)
    return (
      <EmptyState title="No ticket waits for another">Tickets and their blockers appear here.</EmptyState>
    )
  return (
    <div className="graph-page">
      {laid.left > 0 && <p className="quiet">{laid.left} more are hidden. Search to find them.</p>}
      <section className="graph" ref={graph} onKeyDownCapture={walk} aria-label="Tickets and their blockers">
        <ReactFlow
          key={way}
          nodes={nodes}
          edges={edges}
          nodeTypes={TYPES}
          onInit={(flow) => {
            const { clientWidth: width = 0, clientHeight: height = 0 } = graph.current ?? {}
            void flow.setViewport(opening(laid, { width, height }))
          }}
          minZoom={0.1}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          deleteKeyCode={null}
          disableKeyboardA11y
        >
          <Background />
          <Controls showInteractive={false} />
        </ReactFlow>
      </section>
      <AsList laid={laid} />
    </div>
  )
}

const nodeOf = ({ ticket, x, y }: Laid['boxes'][number], way: Way, byId: ById): TicketNode => ({
  id: String(ticket.id),
  type: 'ticket',
  position: { x, y },
  ...sizeOf(way),
  data: { ticket, way, column: columnOf(ticket, byId) },
})

const TYPES = { ticket: Box }
const ARROW = { type: MarkerType.ArrowClosed, color: 'var(--line-strong)' }

const NARROW = window.matchMedia('(max-width: 760px)')

/** Direction of the graph: a phone has more room below than beside. */
const useWay = (): Way =>
  useSyncExternalStore(
    (listener) => {
      NARROW.addEventListener('change', listener)
      return () => NARROW.removeEventListener('change', listener)
    },
    () => (NARROW.matches ? 'down' : 'right'),
  )

function Box({ data: { ticket, way, column } }: NodeProps<TicketNode>) {
  return (
    <Link to={`/tickets/${ticket.id}`} className="graph-box nopan" data-box={ticket.id} data-column={column}>
      <Handle type="target" position={way === 'right' ? Position.Left : Position.Top} isConnectable={false} />
      <span className="graph-title">
        <span className="ticket-number">#{ticket.id}</span> {ticket.title}
      </span>
      <span className="graph-state">{COLUMN_NAMES[column]}</span>
      <Handle
        type="source"
        position={way === 'right' ? Position.Right : Position.Bottom}
        isConnectable={false}
      />
    </Link>
  )
}

function AsList({ laid: { boxes, arrows } }: { laid: Laid }) {
  const waiting = boxes.filter(({ ticket }) => arrows.some(({ to }) => to === ticket.id))
  return (
    <details className="graph-list">
      <summary>Show as a list</summary>
      <ul>
        {waiting.map(({ ticket }) => (
          <li key={ticket.id}>
            <TicketLink id={ticket.id} title={ticket.title} /> waits for{' '}
            {arrows
              .filter(({ to }) => to === ticket.id)
              .map(({ from }) => (
                <TicketLink key={from} id={from} />
              ))}
          </li>
        ))}
      </ul>
    </details>
  )
}
