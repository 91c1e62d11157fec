// The model through the gateway beside the model asked directly: latency of each event of a stream, and throughput.
// Model, gateway and harness are a thread each. `npm run bench -- gateway [rounds]`
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { build } from 'esbuild'
import { percentile } from './project.mjs'

const file = fileURLToPath(import.meta.url)
const root = dirname(dirname(file))
const outfile = join(root, '.cache', 'bench-gateway.cjs')
/** A quick model: an event every two milliseconds. */
const EVENTS = 400
const EVERY_MS = 2
const MEGABYTES = 64
const GOAL_MS = 5

export async function run([rounds = '5'] = []) {
  await bundle()
  const folder = mkdtempSync(join(tmpdir(), 'swarm-bench-gateway-'))
  const model = await thread({ role: 'model' })
  const gateway = await thread({ role: 'gateway', upstream: model.told.url, folder })
  try {
    const ways = {
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

function report({ direct, gateway }, rounds) {
  const at = (way, part) => percentile(way.latencies, part)
  const middle = (way) => percentile(way.rates, 0.5)
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
async function latencies(way) {
  const spent = []
  let rest = ''
  await streamed(way, 'events', (chunk) => {
    const now = process.hrtime.bigint()
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      const sent = /"sent":"(\d+)"/.exec(line)?.[1]
      if (sent) spent.push(Number(now - BigInt(sent)) / 1e6)
    }
  })
  if (spent.length !== EVENTS) throw new Error(`${spent.length} of ${EVENTS} events came`)
  return spent
}

async function rate(way) {
  const began = process.hrtime.bigint()
  let bytes = 0
  await streamed(way, 'bulk', (chunk) => {
    bytes += chunk.length
  })
  if (bytes < MEGABYTES * 1024 * 1024) throw new Error('the stream was cut short')
  return bytes / 1024 / 1024 / (Number(process.hrtime.bigint() - began) / 1e9)
}

function streamed({ url, token }, model, onData = () => {}) {
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
function thread(data) {
  const worker = new Worker(file, { workerData: data })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (told) => resolve({ worker, told }))
  })
}

async function bundle() {
  const contents = `
    export { gateway } from './src/gateway/gateway.ts'
    export { priceList } from './src/ticket/prices.ts'
    export { upstreamOf } from './src/gateway/model/upstream.ts'`
  const stdin = { contents, resolveDir: root, loader: 'ts' }
  await build({ stdin, bundle: true, platform: 'node', format: 'cjs', outfile })
}

function serveModel() {
  const server = createServer((asked, answer) => {
    let body = ''
    asked.on('data', (chunk) => {
      body += chunk
    })
    asked.on('end', () => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' })
      const { model } = JSON.parse(body)
      if (model === 'bulk') return flood(answer, MEGABYTES)
      return drip(answer, model === 'events' ? EVENTS : 1)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    parentPort.postMessage({ url: `http://127.0.0.1:${server.address().port}` })
  })
}

const event = (fields) => {
  const delta = {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: 'word ' },
    ...fields,
  }
  return `event: content_block_delta\ndata: ${JSON.stringify(delta)}\n\n`
}

function drip(answer, left) {
  if (left === 0) return answer.end()
  answer.write(event({ sent: String(process.hrtime.bigint()) }))
  setTimeout(drip, EVERY_MS, answer, left - 1)
}

function flood(answer, megabytes) {
  const one = event({ sent: '' })
  const block = Buffer.from(one.repeat(Math.ceil((64 * 1024) / one.length)))
  let left = megabytes * 16
  const more = () => {
    while (left-- > 0) if (!answer.write(block)) return answer.once('drain', more)
    answer.end()
  }
  more()
}

async function serveGateway({ upstream, folder }) {
  const { gateway, priceList, upstreamOf } = createRequire(import.meta.url)(outfile)
  const credential = { kind: 'api key', secret: 'sk-ant-bench', baseUrl: upstream }
  const nobody = () => {
    throw new Error('nobody is asked')
  }
  const opened = gateway({
    program: '',
    runTicket: nobody,
    repo: { branch: 'main', serve: nobody },
    upstream: upstreamOf(credential),
    prices: () => priceList([]),
    budget: () => null,
    allowedHosts: async () => [],
    network: { resolve: async () => [], own: () => [], dial: nobody },
    folder,
    note: () => {},
    now: Date.now,
  })
  const { env } = await opened.open({
    ticket: 1,
    attempt: 1,
    agent: 'agent-1',
    reach: 'loopback',
    tell: () => {},
  })
  parentPort.postMessage({ url: env.ANTHROPIC_BASE_URL, token: env.ANTHROPIC_AUTH_TOKEN })
}

if (!isMainThread) await (workerData.role === 'model' ? serveModel() : serveGateway(workerData))
