/**
 * Session of a harness, carried from one attempt to the next: its files are packed inside the old sandbox and unpacked
 * inside the new one. The host carries them and reads nothing of them.
 */

import type { Attempt } from '../../ports/attempts.ts'
import type { Archive, Sandbox } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { FAILURES } from '../../ticket/failures.ts'
import { isProposing } from '../../ticket/proposing.ts'
import type { TicketId } from '../../ticket/ticket.ts'
import { STOPPED } from '../names.ts'
import type { Brief } from '../prompts/brief.ts'
import type { Thread } from './work.ts'

/** Maximum bytes of a session: larger ones are not worth their disk, as the work itself is saved in any case. */
const MOST_BYTES = 64 * 1024 ** 2

/** Command that packs. Tar's exit 1 means that a file grew meanwhile, such as the one that the harness writes. */
const PACK = 'tar -C "$1" -cf - -- "$2" || [ $? -eq 1 ]'

/** Saves the session of an attempt. Throws Trouble when it cannot be packed. */
export async function keepSession(
  { harness, sessions }: World,
  { sandbox, member, session }: Thread,
  signal: AbortSignal,
): Promise<void> {
  if (harness.sessions === null || session === null || signal.aborted) return
  const packed = ['sh', '-euc', PACK, 'sh', sandbox.home, harness.sessions.folder]
  await sessions.keep(keyOf(member.ticket.id), async (path) => {
    const taken = await sandbox.take(packed, path, { signal, timeoutMs: 60_000, most: MOST_BYTES })
    if (taken.exit === 0) return
    const said = taken.output.trim().split('\n').at(-1) || 'it was stopped'
    throw new Trouble('sandbox', `its session could not be packed: ${said}.`)
  })
}

/** Key of a session, by ticket: an agent names its sessions, and must not reach another ticket's. */
const keyOf = (ticket: TicketId) => `t${ticket}`

/** Removes the saved session of a ticket: the next attempt begins one of its own. */
export const forgetSession = ({ sessions }: Pick<World, 'sessions'>, ticket: TicketId): Promise<void> =>
  sessions.remove(keyOf(ticket))

/** Saved session of an earlier attempt. */
export interface Earlier {
  session: string
  archive: Archive
}

/** Finds the session that the next attempt resumes; null when it begins a new one. */
export async function earlierSession(
  { harness, sessions }: World,
  { ticket, earlier }: Brief,
): Promise<Earlier | null> {
  if (harness.sessions === null || isProposing(ticket)) return null
  for (const attempt of earlier.toReversed()) {
    if (attempt.harness !== harness.name || !goesOn(attempt) || attempt.removedAt !== null) return null
    if (attempt.session === null) continue
    const path = await sessions.find(keyOf(ticket.id))
    // Whatever else an agent has packed stays outside.
    const { folder } = harness.sessions
    return path === null ? null : { session: attempt.session, archive: { path, folder } }
  }
  return null
}

function goesOn({ outcome, failure, reason }: Attempt): boolean {
  if (failure !== null) return FAILURES[failure].sameSession
  return outcome === 'lost' || (outcome === 'released' && reason === STOPPED)
}

/** Moves the session into the new sandbox; false when it did not come along whole, as far as the harness can see. */
export const adopt = async (
  { harness }: World,
  sandbox: Sandbox,
  { session }: Earlier,
  signal: AbortSignal,
): Promise<boolean> => (await harness.sessions?.adopt(sandbox, session, signal)) ?? false
