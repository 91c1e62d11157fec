/**
 * `npm run check`: what is quick to tell that something is wrong: types, the rules of the code and the tables of tickets,
 * all at once. Prints what the failing parts print, and closes with one line. Exit 1 when any fails.
 */
import { spawn } from 'node:child_process'

/** Everything below node_modules/.bin/. What TypeScript found is kept for the next time. */
const PARTS: Record<string, string[]> = {
  types: ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'],
  dashboard: [
    'tsc',
    '--noEmit',
    '--project',
    'dashboard',
    '--incremental',
    '--tsBuildInfoFile',
    '.cache/dashboard.tsbuildinfo',
  ],
  // They leave nothing behind in the process, so the files may share one: that saves a third.
  rules: ['vitest', 'run', '--project', 'fast', '--no-isolate', 'tests/tidy', 'tests/ticket'],
}

interface Ended {
  name: string
  isGood: boolean
  output: string
}

const began = performance.now()
const ended = await Promise.all(Object.entries(PARTS).map(([name, command]) => run(name, command)))
const wrong = ended.filter(({ isGood }) => !isGood)
for (const { name, output } of wrong) console.log(`── ${name}\n${output}`)
const seconds = ((performance.now() - began) / 1000).toFixed(1)
const verdict = wrong.length === 0 ? 'all is well' : `wrong: ${wrong.map(({ name }) => name).join(', ')}`
console.log(`${Object.keys(PARTS).join(', ')}: ${verdict}, after ${seconds} s`)
process.exitCode = wrong.length === 0 ? 0 : 1

/** Runs a program to its end. One that cannot be started counts as failed. */
function run(name: string, [program = '', ...args]: string[]): Promise<Ended> {
  const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ name, isGood: false, output: message }))
    child.once('close', (code) => resolve({ name, isGood: code === 0, output }))
  })
}
