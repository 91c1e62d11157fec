/** Everything that waits for a person, in this page. */
import { api } from './api.ts'
import { foldedInbox, type Inbox, inboxOf } from './fold-inbox.ts'
import { kept } from './kept.ts'

const { use, usePart } = kept<Inbox>({
  take: async () => {
    const taken = await api.keptInbox()
    return { seq: taken.seq, value: inboxOf(taken) }
  },
  fold: foldedInbox,
})

export const useInbox = use

/** How many can be decided now: what waits for another ticket is for later. */
export const useWaiting = (): number | undefined =>
  usePart((inbox) => inbox?.entries.filter(({ open_blockers }) => open_blockers === 0).length)
