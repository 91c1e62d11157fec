/** Waits of an agent in its sandbox, while its ticket is in progress: for the account, or for its model. */
import type { Status } from '../../src/api/client.ts'
import { useStatus } from '../live/shared.ts'

type Agent = Status['agents'][number]

/** Describes the wait in a few words; null while the agent works. */
export function waitWords({
  limit_wait,
  unanswered,
}: Pick<Agent, 'limit_wait' | 'unanswered'>): string | null {
  if (limit_wait === null) return unanswered && 'waits for the model'
  if (limit_wait.until === null) return 'waits for the usage limit'
  const time = new Date(limit_wait.until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return `waits for the usage limit until ${time}`
}

/** Agent at work on a ticket now, if there is one. */
export const useAgentAt = (ticket: number): Agent | undefined =>
  useStatus().data?.agents.find(({ ticket_id }) => ticket_id === ticket)
