/**
 * Questions to the agent, once about each thing that it leaves where it cannot land from, and the names of what stays
 * there.
 */
import type { World } from '../../ports/world.ts'
import { apply } from '../apply.ts'
import { keptLine } from '../collecting/beside.ts'
import type { Collected } from '../collecting/collect.ts'
import { takenBack } from '../landing/taken-back.ts'
import { asking } from '../prompts/brief.ts'
import { largestIn } from './go-on.ts'
import { type Left, standing } from './stands.ts'
import { type Again, type Ended, tells, type Work } from './working-state.ts'

/**
 * Asks about the next thing that was not asked about yet; gives the prompt, the end of the attempt, or null when the
 * change is fit.
 */
export async function unasked(at: Work, collected: Collected, words: string): Promise<Ended | Again | null> {
  const { world, thread, first, asked, signal } = at
  const { ticket, member, sandbox } = thread
  const { declared } = (await world.store.attempt(ticket.id, member.attempt)) ?? {}
  if (declared && collected.work === null) {
    await nameBeside(at, collected)
    await apply(world, ticket.id, { type: 'finish', attempt: member.attempt, ...declared }, first.by)
    return 'finished'
  }
  const limitMb = sandbox.room?.limitMb ?? 0
  const largest = collected.room === 'fine' ? '' : await largestIn(sandbox, signal)
  const takesBack = await backIn(world, collected)
  const left: Left = {
    ...collected,
    ticket: ticket.id,
    base: at.base.commit,
    words,
    limitMb,
    largest,
    takesBack,
  }
  const stands = standing(left)
  const fresh = stands.filter(({ about }) => !asked.has(about))
  if (fresh.length === 0) return stands.find(({ ends }) => ends !== null)?.ends ?? null
  for (const { about } of fresh) asked.add(about)
  const prompt = tells(at, fresh.map(asking).join('\n\n'))
  return { prompt, occasion: 'asked', why: fresh.map(({ what }) => what).join(' ') }
}

async function backIn({ repo }: World, { work }: Collected): Promise<string[]> {
  const made = work === null ? null : await repo.find(work)
  const on = made && (await repo.find(made.parents[0] as string))
  return on ? takenBack(repo, on, await repo.changes(on.commit, made.commit)) : []
}

/** Names the work beside the change in a comment, for a person who may decide about it. */
export async function nameBeside({ world, thread, first }: Work, { beside }: Collected): Promise<void> {
  if (beside.length === 0) return
  const { ticket, member } = thread
  const body = `Attempt ${member.attempt} left work beside its change: ${beside.map(keptLine).join('; ')}.`
  await apply(world, ticket.id, { type: 'comment', author: first.by.name, body }, first.by)
}
