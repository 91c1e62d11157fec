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
  way: Way
  /** How many were left out: more are not readable. */
  left: number
}

/** Where arrows lead: to the right, or downwards where there is little room beside each other. */
export type Way = 'right' | 'down'

/** A box of the graph, in pixels. */
export const sizeOf = (way: Way) => ({ width: way === 'right' ? 220 : 156, height: 68 })

const MOST = 300

/** Tickets that wait or are waited for, those with the most arrows first where there are too many. */
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

/** Where an arrow key leads: along the arrows of the graph, or across them to the box that is next there. */
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

/** Around the graph, in pixels. */
const ROOM = 24
/** Smaller, boxes are not readable. */
const SMALLEST = 0.65

export interface View {
  x: number
  y: number
  zoom: number
}

/** What is seen of it first: all of it in the middle, or as much as is readable from where its arrows begin. */
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
