/** Plants each bug in a copy of src that only the bundler sees, and lets seeds find it. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bundle } from '../../../scripts/bundle.mjs'
import { INVARIANTS } from '../invariants.ts'
import { type Edit, MUTANTS, type Mutant } from './list.ts'

/** The text with its edits made; throws when one does not fit. */
export function planted(text: string, edits: Edit[]): string {
  return edits.reduce((before, { file, find, replace }) => {
    const [head, ...tails] = before.split(find)
    if (tails.length !== 1) throw new Error(`${file} holds this ${tails.length} times, not once:\n${find}`)
    return `${head}${replace}${tails[0]}`
  }, text)
}

export interface Caught {
  name: string
  /** The seed that found it, null when none did. */
  seed: number | null
  found: string
}

export interface Limits {
  seeds: number
  seconds: number
  jobs: number
  /** Part of a name. */
  only: string
}

/** All of them, `jobs` at once; each is given so many seeds and seconds. */
export async function plantAll(limits: Limits): Promise<Caught[]> {
  const waiting = MUTANTS.filter(({ name }) => name.includes(limits.only))
  const caught: Caught[] = []
  const one = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const result = await plant(mutant, limits)
      caught.push(result)
      const { name, seed, found } = result
      console.log(
        `${seed === null ? 'MISSED' : 'caught'}  ${name.padEnd(36)} ${seed === null ? '' : `seed ${seed}`}  ${found}`,
      )
    }
  }
  await Promise.all(Array.from({ length: limits.jobs }, one))
  return caught
}

async function plant(
  { name, breaks, edits }: Mutant,
  { seeds, seconds }: { seeds: number; seconds: number },
): Promise<Caught> {
  const root = process.cwd()
  const out = join(root, '.cache', 'programs', 'mutants', `${name.replaceAll(' ', '-')}.mjs`)
  const changed = new Set<string>()
  const setup = (build: Build) =>
    build.onLoad({ filter: /\/src\/.*\.(ts|sql)$/ }, ({ path }) => {
      const own = edits.filter(({ file }) => join(root, file) === path)
      if (own.length === 0) return undefined
      changed.add(path)
      const loader = path.endsWith('.sql') ? ('text' as const) : ('ts' as const)
      return { contents: planted(readFileSync(path, 'utf8'), own), loader }
    })
  await bundle({ entry: join(root, 'tests/sim/main.ts'), out, plugins: [{ name: 'plant', setup }] })
  if (changed.size !== new Set(edits.map(({ file }) => file)).size)
    throw new Error(`${name} changes a file that is not there`)
  return { name, ...(await hunted(out, breaks, { seeds, seconds })) }
}

interface Build {
  onLoad(
    options: { filter: RegExp },
    load: (args: { path: string }) => { contents: string; loader: 'text' | 'ts' } | undefined,
  ): void
}

/** Seeds one after the other until one of the invariants is found broken. */
async function hunted(
  program: string,
  breaks: number[],
  { seeds, seconds }: { seeds: number; seconds: number },
): Promise<Omit<Caught, 'name'>> {
  const args = ['--share', '--from', '1', '--seeds', String(seeds), '--jobs', '1']
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const over = setTimeout(() => child.kill(), seconds * 1000)
  let other = ''
  let crash = ''
  child.stderr.on('data', (chunk) => {
    crash = `${crash}${chunk}`.slice(-2000)
  })
  try {
    for await (const line of createInterface(child.stdout)) {
      const { seed, violation } = JSON.parse(line)
      if (violation && breaks.includes(violation.number))
        return { seed, found: `${violation.number} ${INVARIANTS[violation.number - 1]!.name}` }
      if (violation) other ||= `only ${violation.number}: ${violation.sentence}`
    }
    return { seed: null, found: other || crash || 'nothing was found' }
  } finally {
    clearTimeout(over)
    child.kill()
  }
}
