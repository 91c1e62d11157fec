/** `npm run chaos`: the real programs on a real project, and everything that runs is killed again and again. */
import { spawnSync } from 'node:child_process'
import { oneOf, readFlags, refuse, wholeNumber } from '../../demo/flags.ts'
import { POINTS } from '../../src/main/server/points.ts'
import { crashEverywhere } from './points.ts'
import { COMMON, runProgram } from './program.ts'
import { type Storm, smallDiskIn, storm } from './storm.ts'

const HELP = `npm run chaos -- [--kills 300] [--tickets 500] [--seed N] [--sandbox process] [--keep]
npm run chaos -- --points [--only NAME] [--jobs 2]

Real servers from dist/, real git, real SQLite and scripted agents, in a project of their own. Kills the server,
agents, harnesses, gates and git at random with kill -9, starts the server again, and checks at the end that nothing
is lost, nothing is done twice and every commit of main is green from a fresh clone. The last line is JSON.

  --kills     how many processes are killed (300)
  --tickets   how many tickets are filed (500)
  --pauses    how often the whole server is stopped past its leases, a minute each (0)
  --full      how often the disk is full; needs root, who can make a small one (0)
  --engine    how often the container engine dies, with its containers; with --sandbox docker (0)
  --agents    how many work at once (6)
  --seed      what chance begins with
  --sandbox   where agents and gates run: process, docker or bubblewrap (process)
  --patience  seconds for everything to end once nothing is killed any more (900)
  --keep      leave the project there for a look

  --points    let the server die at each named point before and after whatever lasts, one after the other
  --only      of the points: those whose name holds this
  --jobs      how many points at once (2)`

const asked = readFlags({
  ...COMMON,
  kills: { type: 'string', default: '300' },
  tickets: { type: 'string', default: '500' },
  pauses: { type: 'string', default: '0' },
  full: { type: 'string', default: '0' },
  engine: { type: 'string', default: '0' },
  agents: { type: 'string', default: '6' },
  sandbox: { type: 'string', default: 'process' },
  patience: { type: 'string', default: '900' },
  points: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  jobs: { type: 'string', default: '2' },
})

function stormAsked(): Storm {
  const number = (flag: Exclude<keyof Storm, 'sandbox'>, least: number) =>
    wholeNumber(flag, asked[flag], least)
  const sandbox = oneOf('sandbox', asked.sandbox, ['process', 'docker', 'bubblewrap'])
  const engine = number('engine', 0)
  if (engine > 0 && sandbox !== 'docker') refuse('--engine needs --sandbox docker.')
  return {
    ...{ sandbox, engine, seed: number('seed', 0), kills: number('kills', 0), tickets: number('tickets', 1) },
    ...{ pauses: number('pauses', 0), full: number('full', 0) },
    ...{ agents: number('agents', 1), patience: number('patience', 1) },
  }
}

function pointsAsked(): string[] {
  const points = POINTS.filter((point) => point.includes(asked.only))
  if (points.length === 0) refuse(`No point has "${asked.only}" in its name.`)
  return points
}

process.exitCode = await runProgram({
  name: 'chaos',
  help: HELP,
  asked,
  read: () => ({ jobs: wholeNumber('jobs', asked.jobs), wanted: stormAsked(), points: pointsAsked() }),
  run: async (above, { jobs, wanted, points }) => {
    const isGood = asked.points ? await crashEverywhere(above, { points, jobs }) : await storm(above, wanted)
    return isGood ? 0 : 1
  },
  release: (above) => void spawnSync('umount', ['--lazy', smallDiskIn(above)]),
})
