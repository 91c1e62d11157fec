/** What must stay as it is however long the server runs, and by how much it may seem to rise all the same. */
import {
  fitLine,
  inBlocks,
  judge,
  type Line,
  least,
  median,
  type Point,
  risesInBlocks,
  type Verdict,
} from './fit.ts'
import type { Sample } from './sample.ts'

export interface Moment extends Partial<Sample> {
  /** Hours since the start. */
  at: number
  /** Tickets that are done by then. */
  tickets: number
  /** How long a ticket waits for a free agent, told by `beat`: what the same wait and a write take beside it. */
  tick?: number
}

interface Series {
  unit: string
  /** How a stretch of time is told: by the least or the middle of it, or by what each ticket adds. */
  by: 'least' | 'median' | 'ticket'
  /** What the fitted line may rise by, from the first measurement to the last: so much, or such a share of the mean. */
  most: number | { share: number }
}

/** Each `most` is what the same server was seen to move by without losing anything, and half as much again. */
export const SERIES: Record<keyof Sample | 'tick', Series> = {
  // Code is compiled while it runs.
  heap: { unit: 'MB', by: 'least', most: 3 },
  // What was once freed the machine gets back late.
  memory: { unit: 'MB', by: 'least', most: 24 },
  // At every moment something is under way: the pipes of two programs.
  descriptors: { unit: '', by: 'least', most: 6 },
  processes: { unit: '', by: 'least', most: 2 },
  // Those of two sandboxes more or less, with their bundles.
  leftovers: { unit: '', by: 'least', most: 6 },
  database: { unit: 'bytes a ticket', by: 'ticket', most: { share: 0.3 } },
  // It is written from its beginning again at a thousand pages.
  journal: { unit: 'MB', by: 'median', most: 6 },
  // Loose at first, then in packs.
  repository: { unit: 'bytes a ticket', by: 'ticket', most: { share: 0.5 } },
  // They are joined when there are forty.
  packs: { unit: '', by: 'median', most: 40 },
  logs: { unit: 'bytes a ticket', by: 'ticket', most: { share: 0.3 } },
  kept: { unit: 'bytes a ticket', by: 'ticket', most: { share: 0.3 } },
  // Processors are faster alone than together with a neighbour.
  processor: { unit: 'ms a ticket', by: 'ticket', most: { share: 0.4 } },
  children: { unit: 'ms a ticket', by: 'ticket', most: { share: 0.4 } },
  tick: { unit: 'times the same wait beside it', by: 'median', most: { share: 0.5 } },
}

export interface Judged {
  name: string
  unit: string
  /** Null when there is too little to say anything. */
  line: Line | null
  /** In all of the time. */
  most: number
  verdict: Verdict
}

const BLOCKS = 12
/** What so few add says more about these than about the server: no two are alike. */
const FEWEST = 5 * BLOCKS

export function judgeAll(moments: Moment[]): Judged[] {
  const tickets = (moments.at(-1)?.tickets ?? 0) - (moments[0]?.tickets ?? 0)
  return Object.entries(SERIES).map(([name, { unit, by, most }]) => {
    const points = moments.flatMap((moment) => {
      const value = moment[name as keyof Sample | 'tick']
      return value === undefined || Number.isNaN(value)
        ? []
        : [{ at: moment.at, value, count: moment.tickets }]
    })
    const line = by === 'ticket' && tickets < FEWEST ? null : fitLine(stretches(points, by))
    if (line === null) return { name, unit, line, most: Number.NaN, verdict: null }
    // A mean below zero is one of what shrank: packs were joined.
    const allowed = typeof most === 'number' ? most : most.share * Math.abs(line.mean)
    return { name, unit, line, most: allowed, verdict: judge(line, allowed) }
  })
}

function stretches(points: (Point & { count: number })[], by: Series['by']): Point[] {
  if (by === 'ticket') return risesInBlocks(points, BLOCKS)
  return inBlocks(points, BLOCKS, by === 'least' ? least : median)
}
