/** `npm run soak`: one real server under a steady load, and whether anything that it takes grows. */
import { oneOf, readFlags, wholeNumber } from '../../demo/flags.ts'
import { COMMON, runProgram } from '../chaos/program.ts'
import { type Judged, judgeAll } from './series.ts'
import { type Soaked, soak } from './soak.ts'

const HELP = `npm run soak -- [--minutes 30] [--agents 3] [--seed N] [--plant memory] [--keep]

A real server from dist/, real git, real SQLite and scripted agents in process sandboxes, in a project of their own.
Tickets are filed as fast as they land, pages are opened and closed. What the server takes is measured again and again;
after a warm-up (a quarter of the time, two minutes at most) a straight line through each series must not rise by more
than it may (tests/soak/series.ts), by four times its standard error. Exit 1 when one does. The last line is JSON.

  --minutes  how long (30)
  --agents   how many work at once (3)
  --seed     what chance begins with
  --plant    let the server lose memory, descriptors, processes or files all the while: the soak must find it
  --keep     leave the project there for a look`

const asked = readFlags({
  ...COMMON,
  minutes: { type: 'string', default: '30' },
  agents: { type: 'string', default: '3' },
  plant: { type: 'string', default: '' },
})

const wantedSoak = () => ({
  minutes: wholeNumber('minutes', asked.minutes),
  agents: wholeNumber('agents', asked.agents),
  seed: wholeNumber('seed', asked.seed, 0),
  plant: oneOf('plant', asked.plant, ['', 'memory', 'descriptors', 'processes', 'files']),
})

/** So few say nothing about a server at work. */
const FEWEST_TICKETS = 5

/** Descriptors that a server opens once, when it first needs them. */
const OPENED_ONCE = 4

function report({ moments, tickets, beat, atRest, wrong }: Soaked, wanted: object): number {
  const judged = judgeAll(moments)
  const [before, after] = atRest
  const left = (['descriptors', 'processes', 'leftovers'] as const).filter(
    (what) => after[what] > before[what] + (what === 'descriptors' ? OPENED_ONCE : 0),
  )
  const sentences = [
    ...wrong,
    ...left.map((what) => `${what} at rest: ${before[what]} at the beginning, ${after[what]} at the end`),
    ...(tickets < FEWEST_TICKETS ? [`only ${tickets} tickets came to their end`] : []),
  ]
  for (const each of judged) console.log(shown(each))
  for (const sentence of sentences) console.log(sentence)
  const grows = judged.filter(({ verdict }) => verdict === 'grows').map(({ name }) => name)
  const series = Object.fromEntries(judged.map((each) => [each.name, asJson(each)]))
  console.log(JSON.stringify({ ...wanted, tickets, beat_ms: round(beat), series, grows, wrong: sentences }))
  return grows.length + sentences.length > 0 ? 1 : 0
}

function asJson({ line, most, verdict }: Judged) {
  if (line === null) return { verdict }
  const { slope, error, mean, span } = line
  return {
    mean: round(mean),
    slope_per_hour: round(slope),
    error: round(error),
    most_per_hour: round(most / span),
    verdict,
  }
}

function shown({ name, unit, line, most, verdict }: Judged): string {
  if (line === null) return `${name.padEnd(12)} too little to say`
  const { slope, error, mean, span } = line
  return `${name.padEnd(12)} ${(verdict ?? 'too noisy').padEnd(9)} ${round(mean)} ${unit}; ${round(slope)} ± ${round(error)} an hour, may rise by ${round(most / span)}`
}

const round = (value: number) => Number(value.toPrecision(4))

process.exitCode = await runProgram({
  name: 'soak',
  help: HELP,
  asked,
  read: wantedSoak,
  run: async (above, wanted) => {
    console.log(`seed ${wanted.seed}`)
    return report(await soak(above, wanted), wanted)
  },
})
