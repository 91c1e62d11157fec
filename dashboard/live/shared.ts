/** What several places show: the status, the inbox. */
import { api } from './api.ts'
import { always, useAsk } from './queries.ts'

export const useStatus = () => useAsk({ key: ['status'], ask: api.status, stale: always, pulse: true })

export const useInbox = () => useAsk({ key: ['inbox'], ask: api.inbox, stale: always })
