/** Layout of the graph of blockers: its tickets, and the places of their boxes. */
import { Graph, layout } from '@dagrejs/dagre'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { type ById, openBlockers } from './columns.ts'

/** Box of a ticket, in pixels. */
export interface Box {
  ticket: Ticket
  x: number
  y: number
}

/** Graph with its layout. */
export interface Laid {
  boxes: Box[]
  /** Arrows from blockers to dependents. */
  arrows: { from: number; to: number }[]
  way: Way
  /** Number of tickets left out: more are not readable. */
  left: number
}

/** Direction of arrows: to the right, or down where there is little room on the side. */
export type Way = 'right' | 'down'

/** Size of a box, in pixels. */
export const sizeOf = (way: Way) => ({ width: way === 'right' ? 220 : 156, height: 68 })

const MOST = 300

/** Lays out tickets that block or are blocked; the ones with the most arrows first when there are too many. */
export function laidOut(byId: ById, fits: (ticket: Ticket) => boolean, way: Way): Laid {
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
  return { boxes: placed(shown, kept, { byId, way }), arrows: kept, way, left: wanted.length - shown.size }
}

interface Around {
  byId: ById
  way: Way
}

function placed(shown: ReadonlySet<number>, arrows: Laid['arrows'], { byId, way }: Around): Box[] {
  const { width, height } = sizeOf(way)
  const graph = new Graph()
  graph.setGraph({ rankdir: way === 'right' ? 'LR' : 'TB', nodesep: 18, ranksep: way === 'right' ? 60 : 44 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of shown) graph.setNode(String(id), { ...sizeOf(way) })
  for (const { from, to } of arrows) graph.setEdge(String(from), String(to))
  layout(graph)
  return [...shown].map((id) => {
    const { x, y } = graph.node(String(id)) as { x: number; y: number }
    return { ticket: byId.get(id)!, x: x - width / 2, y: y - height / 2 }
  })
}

/** Ticket to which an arrow key leads: along the arrows of the graph, or across them to the next box. */
export function next({ boxes, arrows, way }: Laid, from: number, key: string): number | null {
  const here = boxes.find(({ ticket }) => ticket.id === from)
  if (!here) return boxes[0]?.ticket.id ?? null
  const [along, across] = way === 'right' ? (['x', 'y'] as const) : (['y', 'x'] as const)
  const nearest = (ids: number[]) =>
    boxes
      .filter(({ ticket }) => ids.includes(ticket.id))
      .sort((a, b) => Math.abs(a[across] - here[across]) - Math.abs(b[across] - here[across]))[0]?.ticket
      .id ?? null
  const isOn = key === 'ArrowRight' || key === 'ArrowDown'
  if ((key === 'ArrowLeft' || key === 'ArrowRight') === (way === 'right')) {
    const ahead = arrows.flatMap((each) => (each.from === from ? each.to : []))
    return nearest(isOn ? ahead : arrows.flatMap((each) => (each.to === from ? each.from : [])))
  }
  const { width, height } = sizeOf(way)
  const size = way === 'right' ? width : height
  const beside = boxes.filter(
    (box) =>
      Math.abs(box[along] - here[along]) < size &&
      (isOn ? box[across] > here[across] : box[across] < here[across]),
  )
  return nearest(beside.map(({ ticket }) => ticket.id))
}

/** Pixels of room around the graph. */
const ROOM = 24
/** Minimum zoom: smaller boxes are not readable. */
const SMALLEST = 0.65

/** View of the graph. */
export interface View {
  x: number
  y: number
  zoom: number
}

/** First view: everything centred, or as much as is readable from the begin of the arrows. */
export function opening({ boxes, way }: Laid, frame: { width: number; height: number }): View {
  const box = sizeOf(way)
  const edge = (side: 'x' | 'y') => Math.min(...boxes.map((box) => box[side]))
  const width = Math.max(...boxes.map(({ x }) => x)) + box.width - edge('x')
  const height = Math.max(...boxes.map(({ y }) => y)) + box.height - edge('y')
  const fitting = Math.min((frame.width - 2 * ROOM) / width, (frame.height - 2 * ROOM) / height)
  const zoom = Math.max(SMALLEST, Math.min(1, fitting))
  const from = (room: number, size: number) => Math.max(ROOM, (room - size * zoom) / 2)
  return {
    x: from(frame.width, width) - edge('x') * zoom,
    y: from(frame.height, height) - edge('y') * zoom,
    zoom,
  }
}
