/** Names of the swarm's commits and refs. */
import type { Actor } from '../ticket/commands.ts'
import type { Ticket } from '../ticket/ticket.ts'

/** Actor of landings. */
export const MERGE_QUEUE: Actor = { kind: 'swarm', name: 'merge queue' }

/** Attempt's change, as the merge queue knows it. */
export interface Member {
  ticket: Pick<Ticket, 'id' | 'title'>
  attempt: number
  agent: string
  harness: string
}

/** Name of an attempt's sandbox. */
export const sandboxName = (ticket: number | null, attempt: number | null) => `t${ticket}-a${attempt}`

/** Ref of an attempt's saved work. */
export const workRef = (ticket: number, attempt: number) => `refs/swarm/work/${ticket}/${attempt}`

/** Ref of a tree that is about to be verified, for fetching. */
export const candidateRef = (ticket: number, attempt: number) => `refs/swarm/candidate/${ticket}/${attempt}`

/** Ref of that tree with every protected path as on `main`; the other one is still the one to land. */
export const guardedRef = (ticket: number, attempt: number) => `refs/swarm/guarded/${ticket}/${attempt}`

/** Ref of an attempt's bundle, unchanged as it came in. */
export const rawRef = (ticket: number, attempt: number) => `refs/swarm/raw/${ticket}/${attempt}`

/** Folder of refs for the work beside an attempt's `HEAD`. */
export const besideRef = (ticket: number, attempt: number) => `refs/swarm/beside/${ticket}/${attempt}`

/** Attempt that a ref belongs to, as `ticket/attempt`; null for any other ref. */
export const attemptOf = (ref: string): string | null =>
  /^refs\/swarm\/(?:raw|work|candidate|guarded|beside)\/(\d+\/\d+)(?:\/\d+)?$/.exec(ref)?.[1] ?? null

/** Author of an attempt's commits. */
export const authorOf = ({ agent }: Member) => `${agent} <${agent}@swarm.invalid>`

/** Commit message: `ticket-<id>: <title>`, with trailers that name its origin. */
export function message({ ticket, attempt, agent, harness }: Member): string {
  const title = ticket.title.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  const trailers = [`Ticket: ${ticket.id}`, `Attempt: ${attempt}`, `Agent: ${agent}`, `Harness: ${harness}`]
  return `ticket-${ticket.id}: ${title}\n\n${trailers.join('\n')}\n`
}

/** Reason of an attempt's end when the server stops. */
export const STOPPED = 'The server stopped; the work so far is kept.'

/** Ref of the commit where the swarm began: earlier commits were never its to verify. */
export const START = 'refs/swarm/start'
