/** What a landing may change: the invariants on it, judged by what the simulated agents themselves wrote and removed. */
import { differing } from './checkout.ts'
import type { Invariant } from './invariant.ts'
import { treeOf } from './repo.ts'

export const own: Invariant = {
  name: 'only its own',
  sentence:
    'A landing changes, against the main before it, only paths that its attempt changed against what it really built on, to what it made of them; and nothing else comes as far as the last check.',
  landing({ sim }, { commit, tree, parents, trailers: { ticket } }) {
    if (!ticket) return null
    const after = treeOf(sim.disk, tree)
    for (const path of differing(treeOf(sim.disk, parents[0]!), after))
      if (!sim.truth.hasWritten(Number(ticket), path, after.get(path)?.text ?? null))
        return `${commit} changes ${path}, and no agent of #${ticket} made that of it`
    return null
  },
  event(_, { event, ticket }) {
    const isKeptOut = event.type === 'bounced' && event.detail.startsWith('It would change what the attempt')
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
