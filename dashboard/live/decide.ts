/** Decisions of a person on any page: sent to the server, with a friendly message when somebody was faster. */
import { useState } from 'react'
import { ApiError } from '../../src/api/client.ts'

/** State of a decision. */
export interface Decision {
  isBusy: boolean
  /** Reason why it failed, in a sentence; null when nothing is wrong. */
  problem: string | null
  /** Sends the decision; gives false when it failed. */
  ask: (work: () => Promise<unknown>) => Promise<boolean>
}

/** Makes the state of a decision for a component. */
export function useDecision(): Decision {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  return {
    isBusy,
    problem,
    ask: async (work) => {
      setBusy(true)
      setProblem(null)
      try {
        await work()
        return true
      } catch (error) {
        setProblem(sentenceOf(error))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof DOMException) return `The browser refused this: ${error.message}`
  if (!(error instanceof ApiError)) return `Error in this page: ${error}`
  if (error.status === 0) return 'The server is unreachable. Your text is still here. Try again.'
  return error.status === 409
    ? `Somebody else acted first, or the ticket changed. ${error.message}`
    : error.message
}
