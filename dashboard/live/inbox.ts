/** Everything that waits for a person, in this page. */
import { api } from './api.ts'
import { foldedInbox, type Inbox, inboxOf } from './fold-inbox.ts'
import { type Kept, kept } from './kept.ts'

export const useInbox: () => Kept<Inbox> = kept<Inbox>({
  take: async () => {
    const taken = await api.keptInbox()
    return { seq: taken.seq, value: inboxOf(taken) }
  },
  fold: foldedInbox,
})

/** How many can be decided now: what waits for another ticket is for later. */
export const useWaiting = (): number | undefined =>
  useInbox().value?.entries.filter(({ open_blockers }) => open_blockers === 0).length
