/** A real server under a steady load, looked at again and again. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Store } from '../../src/ports/store.ts'
import { loadDriver } from '../../src/stores/sqlite/driver.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { nothingYet } from '../chaos/person.ts'
import { makeProject, type Project } from '../chaos/project.ts'
import { keepServer, type Server } from '../chaos/server.ts'
import { chance } from '../sim/chance.ts'
import { mean, median } from './fit.ts'
import { beat, fileThem, type Load, lookIn, SPARE } from './load.ts'
import { logsOf, type Sample, sampleOf } from './sample.ts'
import type { Moment } from './series.ts'

export interface Wanted {
  minutes: number
  agents: number
  seed: number
  /** What the server is made to lose all the while; empty for nothing. */
  plant: string
}

export interface Soaked {
  moments: Moment[]
  tickets: number
  /** Milliseconds that the short wait and write beside the server took, in the middle. */
  beat: number
  /** What was there while nothing was under way: at the beginning, and at the end. */
  atRest: [Sample, Sample]
  /** One sentence each: what must not be, however long it runs. */
  wrong: string[]
}

/** Of the time, at the beginning; code is compiled, and what is kept ready is filled. */
const WARM_UP = 0.25
const LONGEST_WARM_UP_MS = 120_000
const SAMPLES = 240
const LEAST_MS = 1000

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export async function soak(above: string, wanted: Wanted): Promise<Soaked> {
  const project = makeProject(above)
  const told = join(above, 'told')
  mkdirSync(told)
  const inside = pathToFileURL(join(process.cwd(), 'tests', 'soak', 'inside.mjs')).href
  const server = keepServer({
    project,
    flags: [
      '--agents',
      String(wanted.agents + SPARE),
      '--sandbox',
      'process',
      '--verify-retries',
      '1',
      '--min-free',
      '2',
    ],
    first: { NODE_OPTIONS: `--import=${inside}`, SOAK: told, SOAK_PLANT: wanted.plant },
  })
  const store = await openSqlite({ path: project.database })
  const look = looker(project, { server, store, told })
  try {
    await server.api()
    const before = await atRest(look)
    const { moments, beats } = await underLoad(wanted, { above, server, store, look })
    const wrong = await settled(store)
    const after = await atRest(look)
    wrong.push(...(await wrongWith(project, server)))
    const { done } = await store.census(Date.now())
    return { moments, tickets: done, beat: median(beats), atRest: [before, after], wrong }
  } finally {
    await server.stop()
    await store.close()
  }
}

interface Looker {
  /** Null while no server is there: it has died, or is to end. */
  sample: () => Sample | null
  /** How many are done, and how long each that was claimed since the last look had waited. */
  tickets: () => Promise<{ done: number; waits: number[] }>
}

function looker(
  project: Project,
  { server, store, told }: { server: Server; store: Store; told: string },
): Looker {
  const driver = loadDriver()
  const database = driver.open(project.database)
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
  const size = pragma('page_size')
  const filed = new Map<number, number>()
  let seen = 0
  return {
    sample() {
      const pages = (pragma('page_count') - pragma('freelist_count')) * size
      const pid = server.pid()
      try {
        return pid === null ? null : sampleOf(project, { pid, told, pages })
      } catch (error) {
        if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
        throw error
      }
    },
    async tickets() {
      const waits: number[] = []
      for (const { seq, ticket, at, event } of await store.events({ after: seen, limit: 10_000 })) {
        seen = seq
        if (event.type === 'created') filed.set(ticket, at)
        if (event.type === 'claimed' && event.attempt === 1) waits.push(at - filed.get(ticket)!)
      }
      return { done: (await store.census(Date.now())).done, waits }
    },
  }
}

async function underLoad(
  { minutes, agents, seed }: Wanted,
  { above, server, store, look }: { above: string; server: Server; store: Store; look: Looker },
): Promise<{ moments: Moment[]; beats: number[] }> {
  const over = new AbortController()
  const load: Load = {
    ...{ server, store, agents, draw: chance('soak', seed), confirmed: nothingYet(), signal: over.signal },
  }
  const beats: number[] = []
  const began = performance.now()
  const warm = Math.min(WARM_UP * minutes * MINUTE_MS, LONGEST_WARM_UP_MS)
  const moments: Moment[] = []
  const measuring = async () => {
    await sleep(warm)
    await look.tickets()
    const every = Math.max(LEAST_MS, (minutes * MINUTE_MS - warm) / SAMPLES)
    while (performance.now() - began < minutes * MINUTE_MS) {
      const first = beats.length
      await sleep(every)
      const { done: tickets, waits } = await look.tickets()
      const tick = waits.length > 0 ? mean(waits) / median(beats.slice(first)) : Number.NaN
      const sample = look.sample()
      if (sample) moments.push({ at: (performance.now() - began) / HOUR_MS, tickets, tick, ...sample })
    }
  }
  await Promise.all([
    measuring().finally(() => over.abort()),
    fileThem(load),
    lookIn(load),
    beat(above, beats, over.signal),
  ])
  return { moments, beats }
}

const PATIENCE_MS = 120_000

/** Waits for the end of every ticket. */
async function settled(store: Store): Promise<string[]> {
  for (const since = performance.now(); performance.now() - since < PATIENCE_MS; await sleep(500)) {
    const { done, needsPerson } = await store.census(Date.now())
    const all = await store.count({})
    if (needsPerson > 0) return [`${needsPerson} tickets wait for a person, which none of them should`]
    if (done === all) return []
  }
  return ['tickets that were filed did not come to their end']
}

/** Once nothing is under way any more; at the latest after a while. */
async function atRest(look: Looker): Promise<Sample> {
  for (let turn = 0; ; turn++) {
    const sample = look.sample()
    if (sample && (turn > 60 || (turn > 2 && sample.processes + sample.leftovers === 0))) return sample
    await sleep(500)
  }
}

/** A line is written before the length is looked at. */
const LONGEST_LOG = 11 * 1024 * 1024

async function wrongWith({ folder }: Project, server: Server): Promise<string[]> {
  const wrong: string[] = []
  if (server.starts() > 1) wrong.push(`the server was started ${server.starts()} times: it died`)
  for (const { name, bytes } of logsOf(join(folder, '.swarm')))
    if (bytes > LONGEST_LOG || /\.[2-9]$/.test(name)) wrong.push(`${name} has ${bytes} bytes`)
  return wrong
}
