/**
 * Saving of an agent's unfinished work: the death of the server, the sandbox or the machine costs minutes, not the
 * attempt.
 */
import { within } from '../../ports/patience.ts'
import type { CommitInfo } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { type Collected, collect, collectBeside, forget } from '../collecting/collect.ts'
import { change } from '../follow.ts'
import { keepSession } from './session.ts'
import type { Thread } from './work.ts'

/** Saves regularly. Gives the function that ends it, and that waits for a save under way. */
export function saveNowAndThen(
  world: World,
  thread: Thread,
  base: CommitInfo,
  signal: AbortSignal,
): () => Promise<void> {
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const saving = repeat(world, thread, base, until)
  // Whoever ends it hears of it.
  saving.catch(() => {})
  return () => {
    over.abort()
    return saving
  }
}

async function repeat(world: World, thread: Thread, base: CommitInfo, until: AbortSignal): Promise<void> {
  const { ticket, attempt } = thread.member
  let [known, noted] = [base.tree, '']
  for (;;) {
    const { saveInterval } = world.settings()
    if (saveInterval === 0) return
    await world.clock.sleep(saveInterval * 1000, until)
    if (until.aborted) return
    try {
      known = await saveBeside(world, thread, { base, since: known }, until)
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble
      // It is tried again; once is enough to say so.
      if (!until.aborted && trouble.message !== noted)
        world.note(`the work of attempt ${attempt} at #${ticket.id} could not be saved: ${trouble.message}`)
      noted = trouble.message
    }
  }
}

async function saveBeside(
  world: World,
  thread: Thread,
  { base, since }: { base: CommitInfo; since: string },
  until: AbortSignal,
): Promise<string> {
  const { sandbox, member, session } = thread
  const found = await collectBeside(world, sandbox, member, { base, since }, until)
  const facts = { session, ...(found?.work && { work: found.work }) }
  await world.store.transact((tx) => change(tx, member.ticket.id, member.attempt, facts))
  await keepSession(world, thread, until)
  return found?.since ?? since
}

/**
 * Saves at the end of a run. While the attempt is being stopped, it has a shorter time of its own. Gives what was
 * collected.
 */
export async function save(
  world: World,
  thread: Thread,
  base: CommitInfo,
  signal: AbortSignal,
): Promise<Collected> {
  const { sandbox, member } = thread
  const own = signal.aborted ? within(STOPPING_MS, new AbortController().signal) : signal
  const collected = await collect(world, sandbox, member, base, own)
  const { work, isAsBegun } = collected
  // Who is on an older commit, or is stopped on its base, may only be looking around.
  const isTakenBack = isAsBegun && !signal.aborted
  if (isTakenBack) await forget(world, member, base)
  if (work !== null || isTakenBack)
    await world.store.transact((tx) => change(tx, member.ticket.id, member.attempt, { work }))
  await keepSession(world, thread, own).catch((trouble: Error) =>
    world.note(
      `the session of attempt ${member.attempt} at #${member.ticket.id} could not be saved: ${trouble.message}`,
    ),
  )
  return collected
}

/** Milliseconds to save while stopping: `swarm stop` ends within 5 s in all. */
const STOPPING_MS = 2000
