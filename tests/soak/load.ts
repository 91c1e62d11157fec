/** Tickets as fast as they land, and somebody who looks: what a busy day brings, again and again. */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../../src/ports/store.ts'
import { asked, type Confirmed, clearInbox, fileTicket, type Wanted } from '../chaos/person.ts'
import type { Server } from '../chaos/server.ts'
import type { Chance } from '../sim/chance.ts'

export interface Load {
  server: Server
  store: Store
  draw: Chance
  confirmed: Confirmed
  agents: number
  signal: AbortSignal
}

const LOOK_MS = 100

/** So many agents are free while all others are at work: no ticket waits for one. */
export const SPARE = 2

/** Keeps so many at work, and none more while as many wait in the merge queue. */
export async function fileThem({ server, store, draw, confirmed, agents, signal }: Load): Promise<void> {
  for (let n = 1; !signal.aborted; ) {
    const [working, waiting, ready] = await Promise.all([
      store.attempts({ live: true }),
      store.landings({ status: 'queued' }),
      store.readyList(Date.now(), agents),
    ])
    const atWork = working.length - waiting.length + ready.length
    if (waiting.length < agents && atWork < agents) await fileTicket(server, confirmed, ticketOf(draw, n++))
    else await sleep(LOOK_MS)
  }
}

/** So many files, that the project is as large at the end as at the beginning. */
const FILES = 60

/** Most land at once; some are red at first, are given back, or need no change. */
function ticketOf(draw: Chance, n: number): Wanted {
  const file = `src/part-${n % FILES}.txt`
  const write = { write: { file, text: `${n}\n${'some text\n'.repeat(20)}` } }
  const again = (first: object[], on: string) => [
    { on: 'start', do: first },
    { on, do: [write] },
  ]
  const kinds: [below: number, script: object[]][] = [
    [70, [{ say: `I write ${file}.` }, write, { print: 2000 }]],
    [80, again([{ write: { file, text: 'BUG\n' } }], 'red')],
    [90, [{ comment: 'There is nothing to do.' }, { no_change: 'It is so already.' }]],
    [100, again([{ pause: 100 }, { release: 'Not now.' }], 'again')],
  ]
  const drawn = draw.below(100)
  const script = kinds.find(([below]) => drawn < below)![1]
  return { title: `ticket ${n}`, script, blockedBy: [], priority: 0 }
}

const PAGE_MS = 3000

/** A page that is opened, follows what happens for a moment, and is closed again; and a person who clears the inbox. */
export async function lookIn({ server, confirmed, signal }: Load): Promise<void> {
  while (!signal.aborted) {
    const closed = AbortSignal.any([signal, AbortSignal.timeout(PAGE_MS)])
    await clearInbox(server, confirmed)
    await asked(server, (api) => Promise.all([api.status(), api.tickets({ limit: 50 }), api.pulse({})]))
    await asked(server, async (api) => {
      for await (const _ of api.events({ signal: closed }));
    }).catch((error) => {
      if (!closed.aborted) throw error
    })
  }
}

/** Milliseconds that a short wait and a write to the disk take here and now, into `beats`, again and again. */
export async function beat(folder: string, beats: number[], signal: AbortSignal): Promise<void> {
  const file = await open(join(folder, 'beat'), 'w')
  try {
    while (!signal.aborted) {
      beats.push(await once(file))
      await sleep(LOOK_MS)
    }
  } finally {
    await file.close()
  }
}

const PAGE = Buffer.alloc(4096)

async function once(file: FileHandle): Promise<number> {
  const began = performance.now()
  await sleep(10)
  await file.write(PAGE, 0, PAGE.length, 0)
  await file.datasync()
  return performance.now() - began
}
