/** The start of real time: where the log is now, and everything after that as it happens. */
import { ApiError } from '../../src/api/client.ts'
import { api } from './api.ts'
import { keepFresh } from './queries.ts'
import { connection, followLog } from './stream.ts'

const RETRY_MS = 1000

/** Resolves when the log is being followed, or when nobody is signed in. */
export async function begin(): Promise<void> {
  keepFresh()
  for (;;) {
    try {
      const { last } = await api.log({ order: 'newest', limit: 1 })
      return followLog(last, new AbortController().signal)
    } catch (error) {
      const isSignedOut = error instanceof ApiError && error.status === 401
      connection.set(isSignedOut ? 'signed out' : 'reconnecting')
      if (isSignedOut) return
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}
