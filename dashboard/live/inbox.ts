/** Inbox in this page: everything that waits for a person. */
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

/** Number of tickets that can be decided now; blocked ones are for later. */
export const useWaiting = (): number | undefined =>
  usePart((inbox) => inbox?.entries.filter(({ open_blockers }) => open_blockers === 0).length)
