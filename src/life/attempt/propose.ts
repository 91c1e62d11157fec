/** Attempt that reads the code and proposes: only its last words leave the sandbox. */
import type { World } from '../../ports/world.ts'
import { type Actor, isRefusal } from '../../ticket/commands.ts'
import { isSameTitle, type Proposed, proposalsIn } from '../../ticket/proposing.ts'
import { fitting } from '../../ticket/size.ts'
import { HUMAN, type Ticket, UNDONE } from '../../ticket/ticket.ts'
import { apply, applyIn, must, together } from '../apply.ts'
import { proposingBriefing } from '../prompts/brief.ts'
import { fileIn } from '../tickets/file.ts'
import { type Thread, work } from './work.ts'
import type { Ended } from './working-state.ts'

/** Runs a proposing attempt and gives its end. */
export async function propose(
  world: World,
  thread: Thread,
  { by, hasProjectFile }: { by: Actor; hasProjectFile: boolean },
  signal: AbortSignal,
): Promise<Ended> {
  const { ticket, member } = thread
  await apply(world, ticket.id, { type: 'advance', attempt: member.attempt, phase: 'working' }, by)
  const asked = await known(world)
  const prompt = proposingBriefing(ticket, member.agent, { ...asked, hasProjectFile })
  const end = await work(world, thread, { prompt, occasion: 'start' }, signal)
  if (signal.aborted) return 'stopped'
  if (!end.ok) return { bounced: end.reason, detail: end.detail, until: end.until }
  const filed = await fileAll(world, thread, proposalsIn(end.summary), by)
  return isRefusal(filed) ? 'stopped' : 'finished'
}

/** Number of titles of each kind in a prompt. */
const NAMED = 100

/** Rejected and open tickets, which need no proposal, and the number of proposals that may still be filed. */
async function known({ store, settings }: World) {
  const rejected = await store.rejected(NAMED)
  const open = await store.rows({ status: UNDONE, limit: NAMED })
  return { rejected, open, most: room(settings().proposeMaxOpen, await store.inbox()) }
}

const room = (most: number, inbox: Ticket[]) =>
  Math.max(0, most - inbox.filter(({ type }) => type === 'proposal').length)

/** Files the remaining proposals and ends proposing: at once, or nothing of it. */
const fileAll = (world: World, { ticket, member }: Thread, proposed: Proposed[], by: Actor) =>
  together(world, async (tx, now) => {
    const rejected = await tx.rejected()
    const open = await tx.rows({ status: UNDONE })
    const isKnown = ({ title }: Proposed) =>
      [...rejected, ...open].some((each) => isSameTitle(each.title, title))
    const fresh = proposed.filter((each, at) => !isKnown(each) && isFirst(proposed, each, at))
    const taken = fresh.slice(0, room(world.settings().proposeMaxOpen, await tx.inbox()))
    const ids: number[] = []
    for (const { title, description } of taken) {
      const proposal = {
        ...fitting({ title, description }),
        type: 'proposal',
        assignedTo: HUMAN,
        parent: ticket.id,
      } as const
      ids.push((await fileIn(tx, now, proposal, by)).id)
    }
    const reason = told(ids, proposed.length - ids.length)
    const finish = { type: 'finish', attempt: member.attempt, resolution: 'no-change', reason } as const
    return must(await applyIn(tx, now, ticket.id, finish, by))
  })

const isFirst = (all: Proposed[], { title }: Proposed, at: number) =>
  all.findIndex((each) => isSameTitle(each.title, title)) === at

function told(ids: number[], left: number): string {
  const taken = ids.length === 0 ? 'Proposes nothing' : `Proposes ${ids.map((id) => `#${id}`).join(', ')}`
  return left === 0 ? `${taken}.` : `${taken}. Not filed, because known or above the limit: ${left}.`
}
