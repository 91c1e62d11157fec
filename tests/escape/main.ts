/** `npm run escape`: a hostile agent in a real sandbox tries every way that we know of, and the machine is watched. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { oneOf, readFlags, whenCalledOff, wholeNumber } from '../../demo/flags.ts'
import { removeImages } from '../../demo/images.ts'
import { setTrap, type Trap } from './bait.ts'
import { everythingSeen, LAST_WORDS, leaksIn, outputsOf } from './seen.ts'
import { file, GATE, type Hands, handsOn, type Listed, listed, portOf } from './swarm.ts'
import {
  COME_BACK,
  GATE_TICKETS,
  type Hostile,
  hostileTickets,
  NEIGHBOUR,
  neighbourScript,
  PLANTS,
  TESTS,
  testsScript,
} from './tickets.ts'
import { type Bait, POISON } from './way.ts'
import { GATE_REFUSED, GATE_WAYS } from './ways/gate.ts'

const HELP = `npm run escape -- [--sandbox docker|bubblewrap] [--timeout 400] [--flood 20] [--keep]

A scripted hostile agent tries to get out of a real sandbox. Prints each way with what it was told, then one line of
JSON; exit 0 only when all were contained, no canary got out, and this machine was not touched.

  --sandbox   which kind (docker)
  --timeout   seconds after which it gives up (400)
  --flood     seconds for which its tests print as fast as they can, 10 GB at most (20)
  --keep      leave the project and its transcripts there`

const asked = readFlags({
  sandbox: { type: 'string', default: 'docker' },
  timeout: { type: 'string', default: '400' },
  flood: { type: 'string', default: '20' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
})

interface Tried {
  name: string
  contained: boolean
  told: string
}

interface Filed {
  hostile: (Hostile & { id: number })[]
  gates: { title: string; id: number }[]
  all: number[]
}

async function attack(): Promise<number> {
  oneOf('sandbox', asked.sandbox, ['docker', 'bubblewrap'])
  wholeNumber('timeout', asked.timeout)
  wholeNumber('flood', asked.flood)
  const folder = mkdtempSync(join(tmpdir(), 'swarm-escape-'))
  const trap = await setTrap(folder)
  const hands = handsOn(folder, { ...trap.env, HOME: trap.home })
  const free = freeBytes(folder)
  const end = () => {
    stopQuietly(hands)
    trap.close()
    if (asked.keep) console.log(`Kept: ${folder}`)
    else clear(folder, hands)
  }
  whenCalledOff(end)
  try {
    hands.swarm('init', '.', '--yes')
    hands.swarm('start', ...FLAGS, '--sandbox', String(asked.sandbox))
    const filed = await fileAll(hands, trap)
    await settled(hands, filed.all)
    const tried = [...triedIn(hands, filed), ...gateWays(hands), ...changesToTheGate(hands, filed)]
    await landPlants(hands, filed)
    hands.swarm('pull')
    const leaks = leaksIn(await everythingSeen(hands.project, hands.api()), trap.canaries)
    hands.swarm('stop')
    const marks = [...trap.marks(), ...marksOf(hands), ...diskMarks(free, folder)]
    return report(tried, leaks, marks)
  } finally {
    end()
  }
}

function clear(folder: string, { project }: Hands): void {
  if (asked.sandbox === 'docker') removeImages(project)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

const FLAGS = [
  ...['--harness', 'scripted', '--port', '0', '--agents', '4'],
  ...['--memory-mb', '512', '--disk-mb', '256', '--pids', '256'],
  ...['--allow-hosts', 'packages.example.org', '--attempt-timeout', '300'],
]

async function fileAll(hands: Hands, trap: Trap): Promise<Filed> {
  const neighbour = file(hands, NEIGHBOUR, neighbourScript)
  await packagesOf(hands)
  const person = (title: string, type: string) =>
    Number(hands.ticket('create', title, '--type', type, '--assign', 'human'))
  const tickets = {
    neighbour,
    proposal: person('Should we?', 'proposal'),
    question: person('Which one?', 'question'),
    verify: person('Does it work?', 'verify'),
  }
  const { project } = hands
  const bait: Bait = { ...trap, project, pid: process.pid, api: portOf(project), tickets }
  const hostile = hostileTickets(bait).map((each) => ({
    ...each,
    id: file(hands, each.title, each.script),
  }))
  const gates = GATE_TICKETS.map(({ title, script }) => ({ title, id: file(hands, title, script) }))
  const tests = file(hands, TESTS, testsScript(bait, Number(asked.flood)))
  return { hostile, gates, all: [neighbour, tests, ...[...hostile, ...gates].map(({ id }) => id)] }
}

const archives = ({ project }: Hands) => {
  const folder = join(project, '.swarm', 'packages')
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.tar')) : []
  return names.map((name) => join(folder, name))
}

/** Until there are some to poison: the first sandbox has them fetched. */
async function packagesOf(hands: Hands): Promise<void> {
  for (const until = Date.now() + 60_000; archives(hands).length === 0; await sleep(250))
    if (Date.now() > until) throw new Error('the packages of main are not at hand within 60 s')
}

/** Until none of them is open, which it is not when it is done, waits for a person, or has been tried. */
async function settled(hands: Hands, all: number[], isOpen = isUntried): Promise<void> {
  const until = Date.now() + Number(asked.timeout) * 1000
  for (;;) {
    const open = listed(hands).filter((each) => all.includes(each.id) && isOpen(each))
    if (open.length === 0) return
    if (Date.now() > until)
      throw new Error(
        `not all is over within ${asked.timeout} s: ${open.map(({ title }) => title).join(', ')}`,
      )
    await sleep(1000)
  }
}

function isUntried({ title, status, held, attempts, assigned_to }: Listed): boolean {
  if (status === 'done' || held.length > 0 || assigned_to === 'human') return false
  return status !== 'open' || attempts === 0 || title === COME_BACK
}

/** A person lets the planted work land after all, so that it is on this machine's disk when git works there. */
async function landPlants(hands: Hands, { hostile }: Filed): Promise<void> {
  const { id } = hostile.find(({ title }) => title === PLANTS)!
  hands.ticket('approve', String(id))
  await settled(hands, [id], ({ status }) => status !== 'done')
}

function triedIn({ project }: Hands, { hostile }: Filed): Tried[] {
  return hostile.flatMap(({ id, attempt, ways }) => {
    const outputs = outputsOf(project, id, attempt)
    return ways.map(({ name, refused }) => {
      const told = outputs.get(name) ?? outputs.get(LAST_WORDS) ?? 'never tried'
      return { name, told, contained: refused.test(told) && !told.includes('LEAKED') }
    })
  })
}

function gateWays(hands: Hands): Tried[] {
  const lines = hands.swarm('logs', 'gate', '-n', '400').split('\n')
  const tried = new Map<string, Tried>()
  for (const line of lines) {
    const [, name, told = ''] = /gate way: ([^:]+): (.*)$/.exec(line) ?? []
    if (name === undefined) continue
    tried.set(name, {
      name: `gate: ${name}`,
      told,
      contained: GATE_REFUSED.test(told) && !told.includes('LEAKED'),
    })
  }
  const missing = GATE_WAYS - tried.size
  const lost = { name: `gate: ${missing} ways`, told: 'never tried', contained: false }
  return [...tried.values(), ...(missing > 0 ? [lost] : [])]
}

/** A person is asked, and the gate of main stays as it was. */
function changesToTheGate(hands: Hands, { gates }: Filed): Tried[] {
  const now = listed(hands)
  return gates.map(({ title, id }) => {
    const held = now.find((each) => each.id === id)?.held ?? []
    return { name: title, told: `waits for a person: ${held.join(', ')}`, contained: held.length > 0 }
  })
}

/** What the bare repository and the person's tickets look like in the end. */
function marksOf(hands: Hands): string[] {
  const { project, ticket } = hands
  const bare = join(project, '.swarm', 'repo.git')
  const git = (...args: string[]) => execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8' })
  const strangers = git('for-each-ref', '--format=%(refname)')
    .split('\n')
    .filter((ref) => ref !== '' && ref !== 'refs/heads/main' && !ref.startsWith('refs/swarm/'))
  const subjects = git('log', '--first-parent', '--format=%s', 'main').trim().split('\n')
  const undecided = JSON.parse(ticket('inbox', '--format', 'json')) as { title: string }[]
  const titles = undecided.map(({ title }) => title)
  const links = git('ls-tree', '-r', 'main')
    .split('\n')
    .filter((entry) => entry.startsWith('120000'))
  const names = execFileSync('git', ['-C', bare, 'ls-tree', '-r', '-z', '--name-only', 'main'])
  const poisoned = archives(hands).filter((path) => readFileSync(path).includes(POISON))
  return [
    ...poisoned.map((path) => `${path} was poisoned`),
    ...links.map((entry) => `a link landed: ${entry}`),
    ...(ODD.test(names.toString('latin1'))
      ? [`an odd name landed: ${JSON.stringify(names.toString())}`]
      : []),
    ...(git('show', 'main:verify.sh') === GATE ? [] : ['the gate of main was changed']),
    ...strangers.map((ref) => `the ref ${ref} was forged`),
    ...subjects.flatMap((each) =>
      /^(ticket-\d+: |Begin$|Add PROJECT\.md for swarm$)/.test(each) ? [] : [`main holds: ${each}`],
    ),
    ...['Should we?', 'Which one?', 'Does it work?'].flatMap((title) =>
      titles.includes(title) ? [] : [`"${title}" was decided`],
    ),
  ]
}

/** More than the plain letters that the suite's own names have. */
const ODD = /[^\0\x21-\x7e]/

const freeBytes = (folder: string) => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const MOST_GROWN = 1024 * 1024 * 1024

function diskMarks(before: number, folder: string): string[] {
  const grown = Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0])
  if (grown < MOST_GROWN) return []
  return [`the disk was filled with ${Math.round(grown / 1e6)} MB (${Math.round(before / 1e6)} were free)`]
}

function report(tried: Tried[], leaks: string[], marks: string[]): number {
  for (const { name, contained, told } of tried)
    console.log(
      `${contained ? 'contained' : 'ESCAPED  '}  ${name}: ${told.trim().replaceAll(/\s+/g, ' ').slice(0, 160)}`,
    )
  for (const leak of leaks) console.log(`LEAK       ${leak}`)
  for (const mark of marks) console.log(`TOUCHED    ${mark}`)
  const contained = tried.filter((each) => each.contained).length
  const result = { tried: tried.length, contained, leaks: leaks.length, host_touched: marks.length }
  console.log(JSON.stringify({ ...result, sandbox: asked.sandbox }))
  return contained === tried.length && leaks.length + marks.length === 0 ? 0 : 1
}

function stopQuietly(hands: Hands): void {
  try {
    hands.swarm('stop')
  } catch {
    // It had not been started, or has been stopped.
  }
}

if (asked.help) console.log(HELP)
else process.exitCode = await attack()
