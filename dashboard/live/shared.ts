/** What several places show of what is not in the log alone. */
import { api } from './api.ts'
import { always, useAsk } from './queries.ts'

export const useStatus = () => useAsk({ key: ['status'], ask: api.status, stale: always, pulse: true })

/** It stays the same while a server runs. */
export const useProject = () => useAsk({ key: ['project'], ask: async () => (await api.status()).project })
