/** Simulated time: a queue of what happens when. Nothing happens but what is taken from it, one after the other. */

/** Whose doing something is: what is dead never happens, what is frozen happens late. */
export interface Owner {
  dead: boolean
  frozenUntil: number
}

interface Due {
  at: number
  order: number
  owner: Owner
  run: (() => void) | null
}

export interface Schedule {
  /** Milliseconds that have passed since the beginning. */
  now(): number
  /** Calls `run` after `ms`; the answer takes it back. */
  after(ms: number, owner: Owner, run: () => void): () => void
  /** Lets the next thing happen, and everything that follows from it at once; false when nothing is left. */
  step(): Promise<boolean>
  steps(): number
}

export const FOREVER: Owner = { dead: false, frozenUntil: 0 }

export function schedule(): Schedule {
  const heap: Due[] = []
  let now = 0
  let order = 0
  let steps = 0
  return {
    now: () => now,
    after(ms, owner, run) {
      const due: Due = { at: now + Math.max(0, ms), order: order++, owner, run }
      push(heap, due)
      return () => {
        due.run = null
      }
    },
    async step() {
      await drained()
      for (let due = pop(heap); due; due = pop(heap)) {
        if (due.run === null || due.owner.dead) continue
        if (due.owner.frozenUntil > Math.max(now, due.at)) {
          push(heap, { ...due, at: due.owner.frozenUntil, order: order++ })
          continue
        }
        now = Math.max(now, due.at)
        steps++
        due.run()
        await drained()
        return true
      }
      return false
    },
    steps: () => steps,
  }
}

/** Every promise that can go on without us has gone on. */
const drained = () => new Promise<void>((resolve) => setImmediate(resolve))

const before = (a: Due, b: Due) => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1
  while (at > 0) {
    const above = (at - 1) >> 1
    if (!before(due, heap[above]!)) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = due
}

function pop(heap: Due[]): Due | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++
    if (!before(heap[below]!, last)) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = last
  return first
}
