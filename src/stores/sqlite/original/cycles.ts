/** Cycles of blockers: tickets that wait for each other would wait for ever. */

/** Removes the edges that close a cycle, and gives them; not always the fewest. */
export function breakCycles(waitsFor: Map<number, number[]>): [ticket: number, blockedBy: number][] {
  const broken: [number, number][] = []
  const settled = new Set<number>()
  for (const start of waitsFor.keys()) walk(start)
  return broken

  /** Walks depth first, with a path of our own: chains may be longer than the stack. */
  function walk(start: number): void {
    const path = [{ id: start, next: 0 }]
    const onPath = new Set([start])
    while (path.length > 0) {
      const here = path[path.length - 1]!
      const edges = waitsFor.get(here.id) ?? []
      const to = edges[here.next]
      if (to === undefined || settled.has(here.id)) {
        settled.add(here.id)
        onPath.delete(here.id)
        path.pop()
      } else if (onPath.has(to)) {
        edges.splice(here.next, 1)
        broken.push([here.id, to])
      } else {
        here.next++
        if (settled.has(to)) continue
        onPath.add(to)
        path.push({ id: to, next: 0 })
      }
    }
  }
}
