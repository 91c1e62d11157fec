/** The graph of what waits for what: which tickets are in it, and where their boxes go. */
import { Graph, layout } from '@dagrejs/dagre'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { type ById, openBlockers } from './columns.ts'

export interface Box {
  ticket: Ticket
  x: number
  y: number
}

export interface Laid {
  boxes: Box[]
  /** From what is waited for to what waits. */
  arrows: { from: number; to: number }[]
  /** How many were left out: more are not readable. */
  left: number
}

export const [WIDTH, HEIGHT] = [220, 64]
const MOST = 300

/** Tickets that wait or are waited for, those with the most arrows first where there are too many. */
export function laidOut(byId: ById, fits: (ticket: Ticket) => boolean): Laid {
  const arrows = [...byId.values()].flatMap((ticket) =>
    ticket.stage.status === 'done' ? [] : openBlockers(ticket, byId).map((from) => ({ from, to: ticket.id })),
  )
  const degree = new Map<number, number>()
  for (const { from, to } of arrows) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1)
  const wanted = [...degree.keys()].filter((id) => {
    const near = arrows
      .filter(({ from, to }) => from === id || to === id)
      .flatMap(({ from, to }) => [from, to])
    return near.some((each) => fits(byId.get(each)!))
  })
  const shown = new Set(wanted.sort((a, b) => degree.get(b)! - degree.get(a)! || a - b).slice(0, MOST))
  const kept = arrows.filter(({ from, to }) => shown.has(from) && shown.has(to))
  return { boxes: placed(shown, kept, byId), arrows: kept, left: wanted.length - shown.size }
}

function placed(shown: ReadonlySet<number>, arrows: Laid['arrows'], byId: ById): Box[] {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 60 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of shown) graph.setNode(String(id), { width: WIDTH, height: HEIGHT })
  for (const { from, to } of arrows) graph.setEdge(String(from), String(to))
  layout(graph)
  return [...shown].map((id) => {
    const { x, y } = graph.node(String(id)) as { x: number; y: number }
    return { ticket: byId.get(id)!, x: x - WIDTH / 2, y: y - HEIGHT / 2 }
  })
}

/** Where an arrow key leads: to what it waits for, to what waits for it, or to the box above or below. */
export function next({ boxes, arrows }: Laid, from: number, key: string): number | null {
  const here = boxes.find(({ ticket }) => ticket.id === from)
  if (!here) return boxes[0]?.ticket.id ?? null
  const nearest = (ids: number[]) =>
    boxes
      .filter(({ ticket }) => ids.includes(ticket.id))
      .sort((a, b) => Math.abs(a.y - here.y) - Math.abs(b.y - here.y))[0]?.ticket.id ?? null
  if (key === 'ArrowLeft') return nearest(arrows.filter(({ to }) => to === from).map((each) => each.from))
  if (key === 'ArrowRight') return nearest(arrows.filter((each) => each.from === from).map(({ to }) => to))
  const down = key === 'ArrowDown'
  const beside = boxes.filter(({ x, y }) => Math.abs(x - here.x) < WIDTH && (down ? y > here.y : y < here.y))
  return nearest(beside.map(({ ticket }) => ticket.id))
}
