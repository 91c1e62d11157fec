/** `npm run picture`: runs the demo, reads what happened in it, and draws `docs/run.svg` and `docs/run-still.svg` from that. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Client, EventEntry } from '../../src/api/client.ts'
import type { Result } from '../demo.ts'
import { connect } from '../swarm.ts'
import { draw, type Motion } from './draw.ts'
import { film, type Line } from './film.ts'

/** For people who have asked for less motion there is one that stands still. */
const PICTURES: [name: string, motion: Motion][] = [
  ['run.svg', 'moving'],
  ['run-still.svg', 'still'],
]

async function main(): Promise<void> {
  const result = await runDemo()
  const { api } = connect(result.project)
  const log = await logOf(api)
  await api.stop()
  rmSync(dirname(result.project), { recursive: true, force: true, maxRetries: 5 })
  const wording = {
    title: 'Three agents land two dozen tickets',
    description: `A recording of npm run demo, which took ${result.seconds} seconds. Above, a board: tickets move from Backlog through In progress and the Merge queue to Done, and some wait for a person on the way. Below, a terminal says what happens. In the end ${result.landed} of ${result.tickets} tickets have landed, and each of the ${result.commits} commits of main is green from a fresh clone.`,
    prompt: 'npm run demo',
  }
  for (const [name, motion] of PICTURES) {
    const picture = draw(film(log, closing(result)), wording, motion)
    writeFileSync(join(process.cwd(), 'docs', name), picture)
    console.error(`\u2022 Wrote docs/${name}, ${Math.ceil(picture.length / 1024)} kB`)
  }
}

async function runDemo(): Promise<Result> {
  const demo = spawn(process.execPath, [join('dist', 'demo.mjs'), '--json', '--keep'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [exit]] = await Promise.all([text(demo.stdout), once(demo, 'exit')])
  if (exit !== 0) throw new Error(`The demo ended with exit ${exit}: there is nothing to draw.`)
  return JSON.parse(output.trim().split('\n').at(-1)!)
}

const PAGE = 200

async function logOf(api: Client): Promise<EventEntry[]> {
  const log: EventEntry[] = []
  for (;;) {
    const { events } = await api.log({ after: log.at(-1)?.seq ?? 0, limit: PAGE })
    log.push(...events)
    if (events.length < PAGE) return log
  }
}

const closing = ({ landed, tickets, seconds, commits, green }: Result): Line[] => [
  { text: `${landed} of ${tickets} tickets landed in ${seconds} s.`, tone: 'good' },
  {
    text: `Each of the ${commits} commits of main was verified from a fresh clone: ${green} green, ${commits - green} red.`,
    tone: 'good',
  },
]

await main()
