/** `npm run sim`: histories from seeds, each watched for the invariants. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { readFlags, refuse, whenCalledOff, wholeNumber } from '../../demo/flags.ts'
import { INVARIANTS } from './invariants.ts'
import { plantAll } from './mutants/plant.ts'
import { type Plan, planOf } from './plan.ts'
import { shrink } from './shrink.ts'
import { type Outcome, room, simulate } from './simulation.ts'

const HELP = `npm run sim -- [--seeds 2000] [--from 1] [--jobs N] [--seed N [--history] [--shrink]] [--plan FILE] [--invariants] [--mutants]

Lives through one history for each seed, with everything that can go wrong, and checks the invariants all the while.
The last line is JSON; exit 1 when one did not hold.

  --seeds       how many histories (2000), from seed --from (1) on
  --jobs        how many processes share them (one for each core)
  --seed        one history; it is the same each time
  --history     print what happened in it
  --shrink      cut its plan down to what still breaks the same invariant, and print that
  --plan        one history from such a plan
  --invariants  list them
  --mutants     plant bugs on purpose, one after the other, and see that each is caught within 200 seeds by the
                invariant that it breaks (tests/sim/mutants)
  --only        of the mutants: those whose name holds this`

const asked = readFlags({
  seeds: { type: 'string', default: '2000' },
  from: { type: 'string', default: '1' },
  jobs: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string' },
  plan: { type: 'string' },
  history: { type: 'boolean', default: false },
  shrink: { type: 'boolean', default: false },
  invariants: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  only: { type: 'string' },
  share: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
})

interface Line {
  seed: number
  lives: number
  simulated: number
  violation: Outcome['violation']
  late: number
  counts: Outcome['counts']
}

/** One process's share of the seeds, as a line of JSON each. */
async function share(from: number, seeds: number, step: number): Promise<void> {
  const { make, close } = await room()
  const end = () => {
    close()
    process.exit(130)
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  // Nobody listens any more.
  process.stdout.once('error', end)
  for (let seed = from; seed < from + seeds * step; seed += step) {
    const { lives, simulated, violation, late, counts } = await simulate(planOf(seed), make())
    const line: Line = { seed, lives, simulated, violation, late: late.sent, counts }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
  close()
}

async function many(from: number, seeds: number, jobs: number): Promise<number> {
  const began = Date.now()
  const sum = { seeds: 0, lives: 0, hours: 0, violations: 0, kills: 0, pauses: 0, full_disks: 0, late: 0 }
  const own = fileURLToPath(import.meta.url)
  const shares = Array.from({ length: jobs }, async (_, at) => {
    const count = Math.ceil((seeds - at) / jobs)
    const [first, share] = [String(from + at), String(count)]
    const child = spawn(
      process.execPath,
      [own, '--share', '--from', first, '--seeds', share, '--jobs', String(jobs)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    for await (const line of createInterface(child.stdout)) add(sum, JSON.parse(line), began)
    if ((await ended) !== 0)
      throw new Error('a share of the seeds ended with a bug of the simulator; see above')
  })
  await Promise.all(shares)
  const seconds = (Date.now() - began) / 1000
  if (process.stderr.isTTY) process.stderr.write('\n')
  console.log(
    `${Math.round(sum.lives / seconds)} lives a second, ${((sum.hours * 60) / seconds).toFixed(1)} simulated hours a minute`,
  )
  console.log(
    JSON.stringify({ ...sum, hours: Math.round(sum.hours * 10) / 10, seconds: Math.round(seconds) }),
  )
  return sum.violations === 0 && sum.seeds === seeds ? 0 : 1
}

type Sum = Record<
  'seeds' | 'lives' | 'hours' | 'violations' | 'kills' | 'pauses' | 'full_disks' | 'late',
  number
>

function add(sum: Sum, { seed, lives, simulated, violation, late, counts }: Line, began: number): void {
  sum.seeds++
  sum.lives += lives
  sum.hours += simulated / 3_600_000
  sum.late += late
  sum.kills += counts.kills
  sum.pauses += counts.pauses
  sum.full_disks += counts.fullDisks
  if (violation) {
    sum.violations++
    console.log(`seed ${seed} breaks ${told(violation)}\n  npm run sim -- --seed ${seed} --history --shrink`)
  }
  const line = `${sum.seeds} seeds, ${sum.lives} lives, ${sum.hours.toFixed(1)} h, ${sum.violations} violations`
  if (process.stderr.isTTY) process.stderr.write(`\r${line}`)
  else if (sum.seeds % 250 === 0) console.error(`${line} after ${Math.round((Date.now() - began) / 1000)} s`)
}

const told = ({ number, invariant, sentence }: NonNullable<Outcome['violation']>) =>
  `invariant ${number} (${invariant}): ${sentence}`

async function one(plan: Plan): Promise<number> {
  const { make, close } = await room()
  whenCalledOff(close)
  const outcome = await simulate(plan, make())
  const { violation, history } = outcome
  if (asked.history) console.log(history.join('\n'))
  if (violation) console.log(`seed ${plan.seed} breaks ${told(violation)}`)
  if (violation && asked.shrink) {
    const breaks = async (tried: Plan) =>
      (await simulate(tried, make())).violation?.number === violation.number
    const smallest = await shrink(plan, breaks, 400)
    console.log((await simulate(smallest, make())).history.join('\n'))
    console.log(`The smallest plan that breaks it too; run it with --plan FILE:\n${JSON.stringify(smallest)}`)
  }
  close()
  const { lives, simulated } = outcome
  const hours = Math.round(simulated / 360_000) / 10
  console.log(JSON.stringify({ seeds: 1, lives, hours, violations: violation ? 1 : 0 }))
  return violation ? 1 : 0
}

/** Each bug must be found by one of its invariants within 200 seeds. */
async function mutants(jobs: number, only = ''): Promise<number> {
  const caught = await plantAll({ seeds: 200, seconds: 1800, jobs, only })
  if (caught.length === 0) refuse(`No planted bug has "${only}" in its name.`)
  const missed = caught.filter(({ seed }) => seed === null).length
  console.log(JSON.stringify({ mutants: caught.length, caught: caught.length - missed, missed }))
  return missed === 0 ? 0 : 1
}

async function main(): Promise<number> {
  if (asked.help) console.log(HELP)
  else if (asked.invariants)
    console.log(INVARIANTS.map(({ name, sentence }, at) => `${at + 1}. ${name}: ${sentence}`).join('\n'))
  else return act()
  return 0
}

async function act(): Promise<number> {
  const [seeds, jobs] = [wholeNumber('seeds', asked.seeds), wholeNumber('jobs', asked.jobs)]
  const from = wholeNumber('from', asked.from, 0)
  if (asked.plan) return one(planIn(asked.plan))
  if (asked.seed) return one(planOf(wholeNumber('seed', asked.seed, 0)))
  if (asked.share) {
    await share(from, seeds, jobs)
    return 0
  }
  // Their shares get the same signal, or find that nobody listens.
  whenCalledOff(() => {})
  return asked.mutants ? mutants(jobs, asked.only) : many(from, seeds, Math.min(jobs, seeds))
}

function planIn(path: string): Plan {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return refuse(`${path} holds no plan: ${(error as Error).message}.`)
  }
}

process.exitCode = await main()
