/**
 * What an attempt and its landing cost beyond what the harness and the gate themselves take, one ticket at a time,
 * beside the same steps by plain git commands. `npm run bench -- merge-queue [tickets]`. Goal: under a second.
 */
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { api, type Get, git, median, project, repeat, swarm, ticket, timed } from './project.ts'

/** Milliseconds. */
const GOAL = 1000
const FILES = 200

export async function run([tickets = '15']: string[]): Promise<void> {
  const folder = project('swarm-bench-merge-queue-', FILES)
  try {
    const baseline = byHand(folder, Number(tickets))
    const gate = median(repeat(10, () => timed(() => spawnSync('./verify.sh', { cwd: folder }))))
    const ours = await bySwarm(folder, Number(tickets), gate)
    console.log(`merge queue: ${tickets} tickets, one agent, ${FILES} files; milliseconds, median`)
    console.log(`  the same by hand (clone, commit, gate, merge, push)   ${baseline.toFixed(0)}`)
    console.log(`  from claimed to landed, less harness and gate         ${ours.toFixed(0)}`)
    console.log(
      `  ratio ${(ours / baseline).toFixed(2)}; goal under ${GOAL} ms: ${ours < GOAL ? 'met' : 'MISSED'}`,
    )
  } finally {
    swarm(folder, 'stop')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Clone, branch, commit, gate, merge, push: what a careful person's script would do, its gate's time taken off. */
function byHand(folder: string, tickets: number): number {
  const bare = join(folder, '.swarm', 'by-hand.git')
  git(folder, 'clone', '--quiet', '--bare', '.', bare)
  const spent = repeat(tickets, (at) => {
    const clone = join(folder, '.swarm', `clone-${at}`)
    let gates = 0
    const all = timed(() => {
      git(folder, 'clone', '--quiet', bare, clone)
      git(clone, 'checkout', '--quiet', '-b', 'work')
      writeFileSync(join(clone, `by-hand-${at}.txt`), 'done\n')
      git(clone, 'add', '--all')
      git(clone, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '-m', 'work')
      gates = timed(() => spawnSync('./verify.sh', { cwd: clone }))
      git(clone, 'checkout', '--quiet', 'main')
      git(clone, 'merge', '--quiet', 'work')
      git(clone, 'push', '--quiet', 'origin', 'main')
    })
    rmSync(clone, { recursive: true })
    return all - gates
  })
  return median(spent)
}

/** From the log, the transcripts and the receipts: what is left when harness and gate are taken off. */
async function bySwarm(folder: string, tickets: number, gate: number): Promise<number> {
  swarm(folder, 'start', '--agents', '1', '--harness', 'scripted', '--sandbox', 'process', '--port', '0')
  const get = api(folder)
  for (let at = 0; at < tickets; at++) {
    const script = [{ write: { file: `ticket-${at}.txt`, text: 'done\n' } }]
    ticket(folder, 'create', `Add ${at}`, '--description', `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``)
    await landed(get, at + 1)
  }
  const spent: number[] = []
  for (let id = 1; id <= tickets; id++) {
    const { events } = await get(`/api/events?ticket=${id}&limit=100`)
    const at = (type: string) => events.find(({ event }) => event.type === type)!.at
    const gates = (await get(`/api/receipts?ticket=${id}&limit=10`)).receipts.length
    spent.push(at('done') - at('claimed') - (await harnessTime(get, id)) - gates * gate)
  }
  return median(spent)
}

/** Asks now and then, which costs next to nothing; `swarm wait` would be a program more on the same cores. */
async function landed(get: Get, id: number): Promise<void> {
  while ((await get(`/api/tickets/${id}`)).status !== 'done')
    await new Promise((resolve) => setTimeout(resolve, 100))
}

async function harnessTime(get: Get, id: number): Promise<number> {
  const { text } = await get(`/api/attempts/${id}/1/transcript`)
  const lines: { type: string; at: number }[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const at = (type: string) => lines.find((line) => line.type === type)!.at
  return at('end') - at('prompt')
}
