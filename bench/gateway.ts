/**
 * The model through the gateway beside the model asked directly: latency of each event of a stream, and throughput.
 * Model, gateway and harness are a thread each. `npm run bench -- gateway [rounds]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { bundle } from '../scripts/bundle.mjs'
import { EVENTS, BULK_MEGABYTES as MEGABYTES, type Role, type Told } from './gateway-thread.ts'
import { percentile } from './project.ts'

/** A thread runs a program of its own. */
const PROGRAM = resolve('.cache', 'programs', 'bench-gateway-thread.mjs')
const GOAL_MS = 5

/** One way to the model, and what it took. */
interface Way {
  url: string
  token: string
  /** Milliseconds for each event. */
  latencies: number[]
  /** Megabytes a second of each round. */
  rates: number[]
}

export async function run([rounds = '5']: string[]): Promise<void> {
  await bundle({ entry: resolve('bench', 'gateway-thread.ts'), out: PROGRAM })
  const folder = mkdtempSync(join(tmpdir(), 'swarm-bench-gateway-'))
  const model = await thread({ role: 'model' })
  const gateway = await thread({ role: 'gateway', upstream: model.told.url, folder })
  try {
    const ways: Record<'direct' | 'gateway', Way> = {
      direct: { url: model.told.url, token: 'none', latencies: [], rates: [] },
      gateway: { url: gateway.told.url, token: gateway.told.token, latencies: [], rates: [] },
    }
    for (const way of Object.values(ways)) await streamed(way, 'warm')
    // In turns, so that what else the machine does meets both.
    for (let round = 0; round < Number(rounds); round++)
      for (const way of Object.values(ways)) {
        way.latencies.push(...(await latencies(way)))
        way.rates.push(await rate(way))
      }
    report(ways, rounds)
  } finally {
    await Promise.all([model.worker.terminate(), gateway.worker.terminate()])
    rmSync(folder, { recursive: true, force: true })
  }
}

function report({ direct, gateway }: Record<'direct' | 'gateway', Way>, rounds: string): void {
  const at = (way: Way, part: number) => percentile(way.latencies, part)
  const middle = (way: Way) => percentile(way.rates, 0.5)
  console.log(
    `gateway: ${rounds} rounds of ${EVENTS} events and of ${MEGABYTES} MB, beside the model asked directly`,
  )
  for (const part of [0.5, 0.99]) {
    const [one, other] = [at(direct, part), at(gateway, part)]
    console.log(
      `  event p${part * 100}   ${other.toFixed(2)} ms, direct ${one.toFixed(2)} ms, added ${(other - one).toFixed(2)} ms, ratio ${(other / one).toFixed(2)}`,
    )
  }
  const [one, other] = [middle(direct), middle(gateway)]
  console.log(
    `  stream      ${other.toFixed(0)} MB/s, direct ${one.toFixed(0)} MB/s, ratio ${(other / one).toFixed(2)}`,
  )
  const added = at(gateway, 0.5) - at(direct, 0.5)
  console.log(`  goal under ${GOAL_MS} ms added per event (p50): ${added < GOAL_MS ? 'met' : 'MISSED'}`)
}

/** Milliseconds from the model's writing an event to its reading, for each event. */
async function latencies(way: Way): Promise<number[]> {
  const spent: number[] = []
  let rest = ''
  await streamed(way, 'events', (chunk) => {
    const now = process.hrtime.bigint()
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const sent = /"sent":"(\d+)"/.exec(line)?.[1]
      if (sent) spent.push(Number(now - BigInt(sent)) / 1e6)
    }
  })
  if (spent.length !== EVENTS) throw new Error(`${spent.length} of ${EVENTS} events came`)
  return spent
}

async function rate(way: Way): Promise<number> {
  const began = process.hrtime.bigint()
  let bytes = 0
  await streamed(way, 'bulk', (chunk) => {
    bytes += chunk.length
  })
  if (bytes < MEGABYTES * 1024 * 1024) throw new Error('the stream was cut short')
  return bytes / 1024 / 1024 / (Number(process.hrtime.bigint() - began) / 1e9)
}

function streamed(
  { url, token }: Way,
  model: string,
  onData: (chunk: Buffer) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const asked = request(`${url}/v1/messages`, { method: 'POST', headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`the answer is ${answer.statusCode}`))
      answer.on('data', onData).on('end', resolve).on('error', reject)
    })
    asked.on('error', reject).end(JSON.stringify({ model, stream: true }))
  })
}

/** A thread that has told where it listens. */
function thread(role: Role): Promise<{ worker: Worker; told: Told }> {
  const worker = new Worker(PROGRAM, { workerData: role })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (told) => resolve({ worker, told }))
  })
}
