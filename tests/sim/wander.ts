/** Agents that go elsewhere in their checkouts than forward from their base. Truth is told what of it is their change. */
import {
  amend,
  builtOn,
  type Checkout,
  commitAll,
  differing,
  goSoftlyTo,
  goTo,
  keepSide,
  MARKED,
  mergeIn,
  older,
  putBeside,
  rebase,
  switchTo,
} from './checkout.ts'
import { LIST, writeLine, writings } from './list.ts'
import type { Wandering } from './plan.ts'
import { type Disk, found, mainOf, treeOf } from './repo.ts'
import type { Truth } from './truth.ts'

interface Wanderer {
  disk: Disk
  truth: Truth
  site: Checkout
  ticket: number
  attempt: number
}

/** Gives what ends it, right before the agent does: the way back, for one that only looks around. */
export function wander(wanderer: Wanderer, { how, far }: Wandering): () => void {
  const { disk, truth, site, ticket, attempt } = wanderer
  const stay = () => {}
  switch (how) {
    case 'looks back':
      switchTo(disk, site, older(disk, site, far))
      adopt(wanderer)
      return stay
    case 'looks around':
      return lookAround(wanderer, far)
    case 'goes back':
      goTo(disk, site, older(disk, site, far))
      truth.withdrew(ticket, attempt)
      return stay
    case 'goes back softly':
      goSoftlyTo(site, older(disk, site, far))
      adopt(wanderer)
      return stay
    case 'goes on softly':
      adoptOn(wanderer, site.base)
      goSoftlyTo(site, mainOf(disk))
      return stay
    case 'keeps its side':
      switchTo(disk, site, older(disk, site, far))
      adopt(wanderer)
      keepSide(disk, site, mainOf(disk))
      return stay
    case 'keeps its lines':
      keepLines(wanderer)
      return stay
    case 'rebases':
      rebase(disk, site, older(disk, site, far))
      return stay
    case 'amends':
      amend(disk, site)
      adopt(wanderer)
      return stay
    case 'calls off':
      // `merge --abort`, or `reset --hard` where there is nothing to abort.
      goTo(disk, site, site.head)
      truth.withdrew(ticket, attempt)
      return stay
    case 'resolves half':
      return leaveHalf(site)
    case 'stashes':
    case 'works elsewhere':
      putBeside(disk, site)
      truth.withdrew(ticket, attempt)
      return stay
  }
}

/** What git will say it has changed: whoever leaves the files of a newer commit on an older one makes them its own. */
const adopt = (wanderer: Wanderer): void => adoptOn(wanderer, builtOn(wanderer.disk, wanderer.site))

function adoptOn({ disk, truth, site, ticket }: Wanderer, base: string): void {
  if (site.merging !== null) return
  const before = treeOf(disk, base)
  for (const path of differing(before, site.files))
    for (const each of writings(before, site.files, path)) truth.wrote(ticket, each.path, each.text)
}

/** Merges `main`, and takes the file that it has changed itself as it was on its own side: without the lines of others. */
function keepLines({ disk, truth, site, ticket }: Wanderer): void {
  if (site.merging !== null || site.conflicts.length > 0) return
  writeLine(truth, site.files, ticket)
  commitAll(disk, site)
  const mine = site.files.get(LIST)!
  if (mergeIn(disk, site, { other: mainOf(disk), squash: false })) site.files.set(LIST, mine)
}

/** Commits, and looks at an older commit for as long as it is at work. Who looks at its base seems to have nothing. */
function lookAround({ disk, truth, site, ticket, attempt }: Wanderer, far: number): () => void {
  const past = older(disk, site, far)
  const isBase = found(disk, past)!.tree === found(disk, builtOn(disk, site))!.tree
  if (isBase || site.conflicts.length > 0) return () => {}
  truth.looksAway(ticket, attempt)
  commitAll(disk, site)
  const branch = site.head
  goTo(disk, site, past)
  return () => switchTo(disk, site, branch)
}

function leaveHalf(site: Checkout): () => void {
  const [first] = site.conflicts
  return () => void (first && site.files.set(first, { mode: '100644', text: MARKED }))
}
