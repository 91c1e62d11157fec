/**
 * What isolation costs: the same tickets in each kind of sandbox, beside `process`; then many sandboxes at once with
 * their memory. `npm run bench -- sandbox [tickets] [agents] [files]`. Leaves out kinds that this machine cannot make.
 * A checkout is measured beside a plain `git clone` of the same repository, taken right after it: in `process` both
 * write their files to the disk, which is the floor (of a clone of 5,000 files on an idle disk four fifths is writing
 * them out, and copies, reflinks or more workers of git are no faster); in the others files are in memory.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { run as packages } from './packages.ts'
import { api, type EntrySeen, median, project, repeat, type Step, swarm, ticket } from './project.ts'

const KINDS = ['process', 'bubblewrap', 'docker']

/** Milliseconds. */
interface Spent {
  open: number
  all: number
  clone: number
}

/** Seconds that the many sandboxes stay, so that all of them are there at once. */
const STAY = 40

export async function run([tickets = '8', agents = '16', files = '5000']: string[]): Promise<void> {
  console.log(`sandbox: ${tickets} tickets one after the other, ${files} files; milliseconds, median`)
  const baseline = await inKind('process', { tickets, files })
  if (baseline === null) return
  for (const kind of KINDS) {
    const spent = kind === 'process' ? baseline : await inKind(kind, { tickets, files })
    if (spent === null) continue
    const ratio = (spent.all / baseline.all).toFixed(2)
    console.log(
      `  ${kind.padEnd(10)}  open with checkout ${spent.open.toFixed(0)}, plain git clone ${spent.clone.toFixed(0)}, ratio ${(spent.open / spent.clone).toFixed(2)}; claimed to landed ${spent.all.toFixed(0)}, ratio ${ratio}`,
    )
  }
  for (const kind of KINDS.slice(1)) await atOnce(kind, Number(agents))
  await packages([])
}

/** Null where it does not start. */
async function inKind(
  kind: string,
  { tickets, files }: { tickets: string; files: string },
): Promise<Spent | null> {
  const folder = project('swarm-bench-sandbox-', Number(files))
  try {
    if (!starts(folder, kind, 1)) return null
    const get = api(folder)
    const spent: Spent[] = []
    for (let id = 1; id <= Number(tickets); id++) {
      file(folder, id, [{ write: { file: `ticket-${id}.txt`, text: 'done\n' } }])
      await until(async () => (await get(`/api/tickets/${id}`)).status === 'done')
      const { events } = await get(`/api/events?ticket=${id}&limit=100`)
      const at = (wanted: (event: EntrySeen['event']) => boolean) =>
        events.find(({ event }) => wanted(event))!.at
      const claimed = at(({ type }) => type === 'claimed')
      spent.push({
        open: at(({ type, phase }) => type === 'advanced' && phase === 'working') - claimed,
        all: at(({ type }) => type === 'done') - claimed,
        clone: await clone(folder),
      })
    }
    const middle = (what: keyof Spent) => median(spent.map((each) => each[what]))
    return { open: middle('open'), all: middle('all'), clone: middle('clone') }
  } finally {
    end(folder, kind)
  }
}

/** Milliseconds that git takes for a clone with a checkout, on this machine's disk. */
async function clone(folder: string): Promise<number> {
  const to = mkdtempSync(join(tmpdir(), 'swarm-bench-clone-'))
  const began = performance.now()
  await promisify(execFile)('git', ['clone', '--quiet', join(folder, '.swarm', 'repo.git'), to])
  const spent = performance.now() - began
  rmSync(to, { recursive: true })
  return spent
}

async function atOnce(kind: string, agents: number): Promise<void> {
  const folder = project('swarm-bench-many-', 200)
  try {
    if (!starts(folder, kind, agents)) return
    const get = api(folder)
    const began = performance.now()
    const script = [{ run: `sleep ${STAY}` }]
    repeat(agents, (at) => file(folder, at + 1, script))
    let read: number[] = []
    await until(async () => {
      read = (await get('/api/status')).agents.flatMap(({ memory_bytes }) => memory_bytes ?? [])
      return read.length === agents || performance.now() - began > STAY * 1000
    })
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const megabytes = read.map((bytes) => bytes / 1e6)
    const sum = megabytes.reduce((one, other) => one + other, 0)
    console.log(
      `  ${kind.padEnd(10)}  ${read.length} of ${agents} at once after ${seconds} s: ${sum.toFixed(0)} MB in all, ${median(megabytes).toFixed(0)} MB each`,
    )
  } finally {
    end(folder, kind)
  }
}

const file = (folder: string, id: number, script: Step[]) =>
  ticket(folder, 'create', `Add ${id}`, '--description', `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``)

function starts(folder: string, kind: string, agents: number): boolean {
  try {
    const flags = ['--agents', String(agents), '--harness', 'scripted', '--sandbox', kind, '--port', '0']
    swarm(folder, 'start', ...flags)
    return true
  } catch (failure) {
    console.log(`  ${kind.padEnd(10)}  not here: ${(failure as Error).message.trim().split('\n').at(-1)}`)
    return false
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

function end(folder: string, kind: string): void {
  swarm(folder, 'stop')
  if (kind === 'docker') removeImages(folder)
  rmSync(folder, { recursive: true, force: true })
}

/** The folder's name, and so the image's, is no other's. */
function removeImages(folder: string): void {
  const named = [
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    `swarm-${basename(folder).toLowerCase()}-*`,
  ]
  const images = spawnSync('docker', named, { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)
  if (images.length > 0) spawnSync('docker', ['image', 'rm', ...images])
}
