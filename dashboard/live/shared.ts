/** Queries that several places share, with data outside of the log. */
import { api } from './api.ts'
import { type Staleness, useAsk } from './queries.ts'

/** True for an event that changes the status: texts and urgency of a ticket do not. */
const counts: Staleness = ({ event }) =>
  event.type === 'updated'
    ? event.ticketType !== undefined || event.assignedTo !== undefined
    : event.type !== 'commented'

/** Status of the swarm. */
export const useStatus = () => useAsk({ key: ['status'], ask: api.status, stale: counts, pulse: true })

/** Project, which stays the same while a server runs. */
export const useProject = () => useAsk({ key: ['project'], ask: async () => (await api.status()).project })
