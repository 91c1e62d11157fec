/**
 * Work at a ticket until it is fit to land, or the retries are used up: each obstacle goes back to the same session
 * with its evidence.
 */
import type { Sandbox } from '../../ports/sandbox.ts'
import type { World } from '../../ports/world.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { apply } from '../apply.ts'
import type { Collected } from '../collecting/collect.ts'
import { ignoredIn } from '../collecting/inside.ts'
import { comeback } from '../prompts/brief.ts'
import { update } from './conflict.ts'
import { failed } from './go-on.ts'
import { inspect } from './inspect.ts'
import type { Prepared } from './prepare.ts'
import { nameBeside, unasked } from './question.ts'
import { save, saveNowAndThen } from './save.ts'
import { type Thread, work } from './work.ts'
import { type Again, advance, type Ended, type First, tells, type Work } from './working-state.ts'

/** Works until the end of the attempt, and gives that end. */
export async function workUntilFit(
  world: World,
  { base }: Prepared,
  thread: Thread,
  first: First,
  signal: AbortSignal,
): Promise<Ended> {
  const retries = world.settings().verifyRetries
  const at: Work = {
    world,
    thread,
    first,
    signal,
    base,
    retries,
    asked: new Set(),
    goneOn: new Map(),
    looked: null,
  }
  let round: Omit<Again, 'why'> & { why?: string } = first
  for (;;) {
    if (isRefusal(await advance(at, 'working', round.why))) return 'stopped'
    const endSaving = saveNowAndThen(world, thread, at.base, signal)
    const end = await work(world, thread, round, signal).finally(endSaving)
    const collected = await save(world, thread, at.base, signal)
    if (signal.aborted) return 'stopped'
    const next = end.ok
      ? ((await unasked(at, collected, end.summary)) ?? (await judged(at, collected)))
      : await failed(at, { end, collected, round })
    if (typeof next === 'string' || 'bounced' in next) return next
    round = next
  }
}

/** Inspects the change as the merge queue would, and submits it when it is fit. */
async function judged(at: Work, collected: Collected): Promise<Ended | Again> {
  const { world, thread, signal } = at
  const { work: commit } = collected
  if (commit === null) throw new Error('an attempt without a change was not asked about it')
  // The agent has given its ticket back: what it did is kept, and nobody asks what a gate says of it.
  if (isRefusal(await advance(at, 'verifying'))) return 'stopped'
  const found = await inspect(world, thread.member, commit, signal)
  if (found.kind === 'fit') return submit(at, collected, commit)
  const red = found.kind === 'red' ? await leftOut(thread.sandbox, signal) : ''
  let evidence = found.evidence + red
  // An agent that leaves its change as it is when main is red says that this is not its ticket's to mend.
  const isLeft = found.kind === 'red on main' && found.tree === at.looked
  at.looked = found.tree ?? null
  if (isLeft || at.retries-- <= 0) return { bounced: found.sendBack, detail: evidence, main: found.main }
  if (found.kind === 'conflict' || collected.isBehind) {
    const onto = collected.isBehind ? commit : null
    const updated = await update(world, thread.sandbox, { base: at.base, onto }, signal)
    at.base = updated.base
    const isOpen = found.kind === 'conflict'
    const what = isOpen
      ? `The files contain both sides, marked. Resolve them:\n${updated.evidence}`
      : evidence
    evidence = [what, ...(collected.isBehind ? [BEHIND] : [])].join('\n\n')
  }
  return {
    prompt: tells(at, comeback(found.what, evidence, found.task)),
    occasion: found.occasion,
    why: found.what,
  }
}

/** Words for an agent whose HEAD claims a base that its files do not have. */
const BEHIND =
  'HEAD is based on main, but its files lacked some landed work, after a merge that kept one side or a soft reset. All landed work is now merged into the checkout. Resolve its conflicts and commit that merge. If landed work must be removed, do that in a later commit.'

/** Note of ignored files: often the reason why a gate is red only in a fresh checkout. */
async function leftOut(sandbox: Sandbox, signal: AbortSignal): Promise<string> {
  const ignored = await ignoredIn(sandbox, signal)
  return ignored.length > 0 ? `\n\nIgnored by git, so not part of your change: ${ignored.join(', ')}` : ''
}

async function submit(at: Work, collected: Collected, commit: string): Promise<Ended> {
  const { world, thread, first } = at
  const { ticket, member } = thread
  await nameBeside(at, collected)
  await apply(world, ticket.id, { type: 'submit', attempt: member.attempt, work: commit }, first.by)
  first.submitted()
  return 'submitted'
}
