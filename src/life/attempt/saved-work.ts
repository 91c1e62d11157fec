/** What an attempt finds of the ones before it. */
import type { CommitInfo } from '../../ports/repo.ts'
import type { Attempt } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import { workRef } from '../names.ts'
import type { Brief } from '../prompts/brief.ts'

export interface SavedWork {
  attempt: Attempt
  work: string
}

/** What the newest earlier attempt with any left behind. Git is asked first: an attempt may have died before it was noted. */
export async function savedWork({ repo }: World, { ticket, earlier }: Brief): Promise<SavedWork | null> {
  for (const attempt of earlier.toReversed()) {
    if (attempt.removedAt !== null) continue
    const found = await repo.find(workRef(ticket.id, attempt.number))
    const work = found === null ? attempt.work : isOf(found, ticket, attempt) ? found.commit : null
    if (work) return { attempt, work }
  }
  return null
}

/** Else it is the commit that the attempt began from. */
const isOf = ({ trailers }: CommitInfo, { id }: Brief['ticket'], { number }: Attempt): boolean =>
  trailers.ticket === String(id) && trailers.attempt === String(number)
