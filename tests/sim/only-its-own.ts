/** What a landing may change: the invariants on it, judged by what the simulated agents themselves wrote and removed. */
import { differing } from './checkout.ts'
import type { Invariant } from './invariant.ts'
import { writings } from './list.ts'
import { treeOf } from './repo.ts'

export const own: Invariant = {
  name: 'only its own',
  sentence:
    'A landing changes, against the main before it, only paths, and of a list only lines, that its attempt changed against what it really built on, to what it made of them; and nothing else comes as far as the last check.',
  landing({ sim }, { commit, tree, parents, trailers: { ticket } }) {
    if (!ticket) return null
    const [before, after] = [treeOf(sim.disk, parents[0]!), treeOf(sim.disk, tree)]
    const made = differing(before, after).flatMap((path) => writings(before, after, path))
    for (const { path, text } of made)
      if (!sim.truth.hasWritten(Number(ticket), path, text))
        return `${commit} changes ${path}, and no agent of #${ticket} made that of it`
    return null
  },
  event(_, { event, ticket }) {
    const isKeptOut =
      event.type === 'bounced' && event.detail.startsWith('The landing would change files that the attempt')
    return isKeptOut ? `#${ticket} had to be kept out at the last moment: ${event.detail}` : null
  },
}

export const lasting: Invariant = {
  name: 'nothing vanishes',
  sentence: 'main never loses a path that nobody removed.',
  landing({ sim }, { commit, tree, parents }) {
    const after = treeOf(sim.disk, tree)
    const lost = [...treeOf(sim.disk, parents[0]!).keys()].find(
      (path) => !after.has(path) && !sim.truth.wasRemoved(path),
    )
    return lost === undefined ? null : `${commit} takes ${lost} off main, and nobody removed it`
  },
}
