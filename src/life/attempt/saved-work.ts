/** Saved work of earlier attempts. */

import type { Attempt } from '../../ports/attempts.ts'
import type { CommitInfo } from '../../ports/repo.ts'
import type { World } from '../../ports/world.ts'
import { workRef } from '../names.ts'
import type { Brief } from '../prompts/brief.ts'

/** Attempt with its saved work. */
export interface SavedWork {
  attempt: Attempt
  work: string
}

/**
 * Finds the newest earlier attempt that left work behind. Git is asked first: an attempt may have died before the store
 * noted it.
 */
export async function savedWork({ repo }: World, { ticket, earlier }: Brief): Promise<SavedWork | null> {
  for (const attempt of earlier.toReversed()) {
    if (attempt.removedAt !== null) continue
    const found = await repo.find(workRef(ticket.id, attempt.number))
    const work = found === null ? attempt.work : isOf(found, ticket, attempt) ? found.commit : null
    if (work) return { attempt, work }
  }
  return null
}

/** True for a commit of this attempt; otherwise it is the commit that the attempt began from. */
const isOf = ({ trailers }: CommitInfo, { id }: Brief['ticket'], { number }: Attempt): boolean =>
  trailers.ticket === String(id) && trailers.attempt === String(number)
