/** What an agent waits for in its sandbox, while its ticket says that it works: the account, or its model. */
import type { Status } from '../../src/api/client.ts'
import { useStatus } from '../live/shared.ts'

type Agent = Status['agents'][number]

/** In a few words; null while it does something. */
export function waitWords({ rest, unanswered }: Pick<Agent, 'rest' | 'unanswered'>): string | null {
  if (rest === null) return unanswered && 'waits for the model'
  if (rest.until === null) return 'waits for the account'
  const time = new Date(rest.until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return `waits for the account until ${time}`
}

/** The agent that is at the ticket now, when there is one. */
export const useAgentAt = (ticket: number): Agent | undefined =>
  useStatus().data?.agents.find(({ ticket_id }) => ticket_id === ticket)
