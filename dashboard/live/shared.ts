/** What several places show of what is not in the log alone. */
import { api } from './api.ts'
import { type Staleness, useAsk } from './queries.ts'

/** What is written on a ticket, and how urgent it is, is nothing that counts there. */
const counts: Staleness = ({ event }) =>
  event.type === 'updated'
    ? event.ticketType !== undefined || event.assignedTo !== undefined
    : event.type !== 'commented'

export const useStatus = () => useAsk({ key: ['status'], ask: api.status, stale: counts, pulse: true })

/** It stays the same while a server runs. */
export const useProject = () => useAsk({ key: ['project'], ask: async () => (await api.status()).project })
