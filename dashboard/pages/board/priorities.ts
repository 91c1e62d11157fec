/** Changes of priorities: quick key presses add up, and the requests go to the server in turn. */
import { useRef } from 'react'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { api } from '../../live/api.ts'
import type { Decision } from '../../live/decide.ts'

interface Wanted {
  priority: number
  /** Ticket at the time of the request: until it changes, its priority is the old one. */
  ticket: Ticket
  /** Number of requests under way. */
  pending: number
}

type SetPriority = (ticket: Ticket, next: (now: number) => number) => void

/** Makes the function that changes a ticket's priority. */
export function usePriorities(ask: Decision['ask']): SetPriority {
  const wanted = useRef(new Map<number, Wanted>())
  const busy = useRef<Promise<unknown>>(Promise.resolve())
  return (ticket, next) => {
    const before = wanted.current.get(ticket.id)
    const isAhead = before !== undefined && (before.pending > 0 || before.ticket === ticket)
    const now = isAhead ? before.priority : ticket.priority
    const priority = next(now)
    if (priority === now) return
    const asked = { priority, ticket, pending: (before?.pending ?? 0) + 1 }
    wanted.current.set(ticket.id, asked)
    busy.current = busy.current.then(async () => {
      const isDone = await ask(() => api.update(ticket.id, { priority }))
      const latest = wanted.current.get(ticket.id)
      if (!latest) return
      latest.pending -= 1
      if (!isDone && latest.pending === 0) wanted.current.delete(ticket.id)
    })
  }
}
