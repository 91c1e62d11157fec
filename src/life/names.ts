/** How commits and refs of the swarm are named. */
import type { Actor } from '../ticket/commands.ts'
import type { Ticket } from '../ticket/ticket.ts'

/** Who lands. */
export const MERGE_QUEUE: Actor = { kind: 'swarm', name: 'merge queue' }

/** An attempt's change, as the merge queue knows it. */
export interface Member {
  ticket: Pick<Ticket, 'id' | 'title'>
  attempt: number
  agent: string
  harness: string
}

/** Of an attempt. */
export const sandboxName = (ticket: number | null, attempt: number | null) => `t${ticket}-a${attempt}`

/** Where the work of an attempt is kept, whatever becomes of it. */
export const workRef = (ticket: number, attempt: number) => `refs/swarm/work/${ticket}/${attempt}`

/** Where a tree that is about to be verified can be fetched from. */
export const candidateRef = (ticket: number, attempt: number) => `refs/swarm/candidate/${ticket}/${attempt}`

/** The same with every protected path as it is on `main`: beside the other, which is still to land. */
export const guardedRef = (ticket: number, attempt: number) => `refs/swarm/guarded/${ticket}/${attempt}`

/** Where the bundle of an attempt comes in, just as it was. */
export const rawRef = (ticket: number, attempt: number) => `refs/swarm/raw/${ticket}/${attempt}`

/** The folder of refs of what lay beside the work of an attempt. */
export const besideRef = (ticket: number, attempt: number) => `refs/swarm/beside/${ticket}/${attempt}`

/** Whose such a ref is, as `ticket/attempt`; null for any other ref. */
export const attemptOf = (ref: string): string | null =>
  /^refs\/swarm\/(?:raw|work|candidate|guarded|beside)\/(\d+\/\d+)(?:\/\d+)?$/.exec(ref)?.[1] ?? null

export const authorOf = ({ agent }: Member) => `${agent} <${agent}@swarm.invalid>`

/** `ticket-<id>: <title>` with trailers that say where it came from. */
export function message({ ticket, attempt, agent, harness }: Member): string {
  const title = ticket.title.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  const trailers = [`Ticket: ${ticket.id}`, `Attempt: ${attempt}`, `Agent: ${agent}`, `Harness: ${harness}`]
  return `ticket-${ticket.id}: ${title}\n\n${trailers.join('\n')}\n`
}

/** Why an attempt ends when the server does. */
export const STOPPED = 'The server stopped; the work so far is kept.'

/** The ref that remembers where the swarm began: what lies before it was never its to verify. */
export const START = 'refs/swarm/start'
