/** Lands the tickets by a real server with its agents, and somebody who approves whatever waits for that. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, TicketDetail } from '../../src/api/client.ts'
import { asked, fileTicket, nothingYet } from '../chaos/person.ts'
import type { Project } from '../chaos/project.ts'
import { keepServer, type Server } from '../chaos/server.ts'
import type { Filed } from './tickets.ts'

export interface Wanted {
  agents: number
  sandbox: string
  /** Seconds without anything done, after which it gives up. */
  patience: number
  /** Hears how far it is. */
  each: (line: string) => void
}

export interface Landed {
  /** Whether each ticket is done as it should be, in their order. */
  done: boolean[]
  /** Minutes from the moment when agents may begin to the last ticket that was done. */
  minutes: number
  approved: number
  /** Attempts that were sent back or gave their ticket back. */
  back: number
  /** One sentence for each ticket that is not done. */
  left: string[]
}

/** A server that ends so often will end again. */
const MOST_STARTS = 5
const LOOK_MS = 500
const TELL_MS = 15_000
/** Nothing is under way for so long: nothing will be. */
const STILL_MS = 60_000

export async function land(project: Project, tickets: Filed[], wanted: Wanted): Promise<Landed> {
  const { agents, sandbox } = wanted
  const flags = ['--agents', String(agents), '--sandbox', sandbox, '--verify-retries', '1', '--min-free', '2']
  const server = keepServer({ project, flags, mostStarts: MOST_STARTS })
  try {
    await (await server.api()).pause({ reason: 'The tickets are filed' })
    await file(server, tickets)
    await (await server.api()).resume()
    const began = performance.now()
    const approved = await follow(server, tickets.length, wanted)
    const minutes = (performance.now() - began) / 60_000
    return { minutes, approved, ...(await told(await server.api(), tickets.length)) }
  } finally {
    await server.stop()
  }
}

/** Their numbers are what the scripts say they are: one after the other, from 1 on. */
async function file(server: Server, tickets: Filed[]): Promise<void> {
  const confirmed = nothingYet()
  for (const [at, { title, script, after }] of tickets.entries()) {
    const blockedBy = after.map((each) => each + 1)
    const id = await fileTicket(server, confirmed, {
      title: `${at + 1}: ${title}`,
      script,
      blockedBy,
      priority: 0,
    })
    if (id !== at + 1) throw new Error(`Ticket ${at + 1} was filed as ${id}.`)
  }
}

/** Until all are done, or nothing goes on any more; gives how much was approved. */
async function follow(server: Server, all: number, { patience, each }: Wanted): Promise<number> {
  const approved = new Set<string>()
  let done = 0
  let [changed, told, busy] = [performance.now(), 0, performance.now()]
  while (done < all) {
    await sleep(LOOK_MS)
    const now = performance.now()
    const status = await asked(server, (api) => api.status())
    if (status === null) continue
    const { counts, paused } = status
    if (counts.done > done) changed = now
    if (counts.in_progress + counts.ready + counts.claimable > 0) busy = now
    done = counts.done
    if (counts.ready > 0) for (const name of await approve(server)) approved.add(name)
    if (now - changed > patience * 1000 || now - busy > STILL_MS) break
    if (now - told < TELL_MS) continue
    told = now
    each(
      `${done} of ${all} done, ${status.merge_queue.queued} in the merge queue${paused ? `, paused: ${paused.reason}` : ''}`,
    )
  }
  return approved.size
}

/** Names the attempts whose work it approved. */
async function approve(server: Server): Promise<string[]> {
  const names: string[] = []
  const inbox = await asked(server, (api) => api.inbox())
  for (const { id, held, attempts } of inbox?.tickets ?? []) {
    if (held.length > 0 && (await asked(server, (api) => api.approve(id, {}))))
      names.push(`${id} ${attempts}`)
  }
  return names
}

async function told(api: Client, all: number): Promise<Pick<Landed, 'done' | 'back' | 'left'>> {
  const details: TicketDetail[] = []
  for (let id = 1; id <= all; id++) details.push(await api.ticket(id))
  const attempts = details.flatMap((each) => each.attempt_records)
  return {
    done: details.map(isDone),
    back: attempts.filter(({ outcome }) => outcome !== 'landed' && outcome !== null).length,
    left: details
      .filter((each) => !isDone(each))
      .map(({ id, title, status, attempt_records }) => {
        const why =
          attempt_records.find(({ reason }) => reason)?.reason?.split('\n')[0] ?? 'no attempt was made'
        return `#${id} (${title}) is ${status}: ${why}`
      }),
  }
}

const isDone = ({ resolution }: TicketDetail) => resolution === 'landed' || resolution === 'no-change'
