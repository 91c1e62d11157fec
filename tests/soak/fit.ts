/** Whether what was measured again and again grows: a straight line by least squares, and how sure it is. */

export interface Point {
  /** Hours. */
  at: number
  value: number
}

export interface Line {
  /** By how much the value rises in an hour. */
  slope: number
  /** The standard error of the slope. */
  error: number
  mean: number
  /** Hours from the first point to the last. */
  span: number
}

/** Null: there is too much noise to tell. */
export type Verdict = 'flat' | 'grows' | null

/**
 * What of each of `blocks` stretches of the points that hold equally many, in their order. One measurement is much like
 * the one right before it, and its error says little; that of stretches, which are longer than whatever lasts, does.
 */
export function inBlocks(points: Point[], blocks: number, of: (values: number[]) => number): Point[] {
  return cut(points, blocks).map((block) => ({
    at: mean(block.map(({ at }) => at)),
    value: of(block.map(({ value }) => value)),
  }))
}

/** A point and how many there are by then of what the value is told by, such as tickets. Both only rise. */
export interface Counted extends Point {
  count: number
}

/** By how much the value rises for each that is counted, in each of `blocks` stretches; where none is, nothing is told. */
export function risesInBlocks(points: Counted[], blocks: number): Point[] {
  const [first, ...rest] = points
  let before = first
  return cut(rest, blocks).flatMap((block) => {
    const [from, to] = [before!, block.at(-1)!]
    if (to.count === from.count) return []
    before = to
    return [{ at: (from.at + to.at) / 2, value: (to.value - from.value) / (to.count - from.count) }]
  })
}

/** Null for fewer than three points, through which any line goes. */
export function fitLine(points: Point[]): Line | null {
  if (points.length < 3) return null
  const middle = { at: mean(points.map(({ at }) => at)), value: mean(points.map(({ value }) => value)) }
  const spread = sum(points.map(({ at }) => (at - middle.at) ** 2))
  const slope = sum(points.map(({ at, value }) => (at - middle.at) * (value - middle.value))) / spread
  const off = points.map(({ at, value }) => value - middle.value - slope * (at - middle.at))
  const error = Math.sqrt(sum(off.map((each) => each ** 2)) / (points.length - 2) / spread)
  return { slope, error, mean: middle.value, span: points.at(-1)!.at - points[0]!.at }
}

/** Errors that a line must be off by to grow. There are so many series that twice happens by chance in every other run. */
const CERTAIN = 4
/** Errors within which it must stay to be flat. */
const LIKELY = 2

/** `most`: what the line may rise by in all of its span. */
export function judge({ slope, error, span }: Line, most: number): Verdict {
  if ((slope - CERTAIN * error) * span > most) return 'grows'
  return (slope + LIKELY * error) * span <= most ? 'flat' : null
}

export const mean = (values: number[]): number => sum(values) / values.length

export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]!
}

export const least = (values: number[]): number => Math.min(...values)

const sum = (values: number[]) => values.reduce((all, each) => all + each, 0)

function cut<T>(list: T[], into: number): T[][] {
  const edge = (at: number) => Math.round((at * list.length) / into)
  return Array.from({ length: into }, (_, at) => list.slice(edge(at), edge(at + 1))).filter(
    (block) => block.length > 0,
  )
}
