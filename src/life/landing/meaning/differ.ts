/** Says in which parts a change alters what a gate's commands mean. Reads through what it is given; touches nothing. */
import { shown } from '../../../ports/path-bytes.ts'
import type { ProtectedPart } from '../../../ticket/events.ts'
import { askedFor, inForce } from './conditions.ts'
import type { Parts } from './parts.ts'
import { ROWS, TABLES } from './rows.ts'
import { isProgram, programsIn, type Runs, runsOf } from './runs.ts'

/** A part that differs; null where it is the whole file. */
export type Part = Omit<ProtectedPart, 'part'> & { part: string | null }

export interface Versions {
  path: string
  /** What it was called before, if it is renamed; for doubts. */
  from?: string | null
  /** Null where it is not there. */
  before: string | null
  after: string | null
}

/** The text of a file of `main`; null when there is none. */
export type Read = (path: string) => Promise<string | null>

/** By its name alone, whether the gate may depend on it. */
export const mayMatter = (path: string, runs: Runs): boolean =>
  runs.asks.has(path) ||
  IN_BETWEEN.test(path) ||
  (!IGNORED.test(path) && (isProgram(path) || ROWS.some(({ file }) => file.test(path))))

/** What lies there is taken for the tools and libraries that the gate installs or calls. */
const IN_BETWEEN = /(^|\/)node_modules\/|^vendor\/(bin|composer)\/|^vendor\/autoload\.php$/

/** Samples for tests, and code of others. */
export const IGNORED = /(^|\/)(node_modules|vendor|fixtures?|__fixtures__|testdata|samples?|examples?)\//i

/** What the gate runs by name is followed at most so far. */
const STEPS = 8

/** What the gate runs, and what that runs in turn. */
export async function follow(gate: string, read: Read): Promise<Runs> {
  const known = new Map<string, string | null>()
  const look = async (path: string) => {
    if (!known.has(path)) known.set(path, await read(path))
    return known.get(path) ?? null
  }
  for (const path of askedFor(gate)) await look(path)
  const start = inForce(gate, (path) => typeof known.get(path) === 'string')
  let runs = runsOf([start])
  for (let step = 0; step < STEPS; step++) {
    const texts = [start]
    for (const path of [...TABLES, ...programsIn(runs)]) {
      const text = await look(path)
      if (text !== null) texts.push(...(isProgram(path) ? [text] : Object.values(partsOf(path, text, runs))))
    }
    const more = runsOf(texts)
    if (more.text === runs.text) break
    runs = more
  }
  return runs
}

/** The parts that the gate depends on and that are not the same in both versions. */
export function differing(runs: Runs, { path, before, after }: Versions): Part[] {
  if (before === after || !mayMatter(path, runs)) return []
  const whole = [{ path, part: null, before, after }]
  const folder = path.match(/^(.*\/)?node_modules\//)?.[0]
  if (folder !== undefined) return [{ path: folder, part: null, before: null, after: null }]
  if (IN_BETWEEN.test(path)) return whole
  if (after === null && (runs.asks.has(path) || isManifest(path, runs))) return whole
  if (before === null && runs.switches.has(path)) return whole
  if (isProgram(path)) return programsIn(runs).includes(path) ? whole : []
  if (path.includes('/') && isAside(path, before, runs)) return []
  const [old, now] = [before, after].map((text) => (text === null ? {} : partsOf(path, text, runs))) as [
    Parts,
    Parts,
  ]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return names
    .filter((name) => old[name] !== now[name])
    .map((name) => ({ path, part: name || null, before: old[name] ?? null, after: now[name] ?? null }))
}

/** A manifest below the root speaks for its folder: a new one weakens nothing, and some are reached by going there. */
const isAside = (path: string, before: string | null, { isWide }: Runs) =>
  (before === null && MANIFEST.test(path)) || (!isWide && SCRIPTS.test(path))

const MANIFEST = /\/(package\.json|composer\.json|deno\.jsonc?|pom\.xml|Cargo\.toml|build\.gradle(\.kts)?)$/
const SCRIPTS = /\/(package\.json|composer\.json|deno\.jsonc?)$/

/** At the root it says what the project is: without it a runner finds other tests, or none. */
const isManifest = (path: string, runs: Runs) =>
  !path.includes('/') &&
  IS_MANIFEST.test(path) &&
  ROWS.some(({ file, when }) => file.test(path) && when.test(runs.text))

const IS_MANIFEST =
  /^(package\.json|deno\.jsonc?|composer\.json|pyproject\.toml|Cargo\.toml|go\.(mod|work)|pom\.xml|(build|settings)\.gradle(\.kts)?|mix\.exs|(GNU)?makefile)$/i

/** What of a file the gate depends on, if anything. */
export function partsOf(path: string, text: string, runs: Runs): Parts {
  const rows = ROWS.filter(({ file, when }) => file.test(path) && when.test(runs.text))
  return Object.assign({}, ...rows.map(({ parts }) => parts(text, runs)))
}

/** What the gate runs by its name only, as `package.json: scripts.test`: what that is stands in another file. */
export async function byNameOnly(gate: string, read: Read): Promise<string[]> {
  const runs = await follow(gate, read)
  const found = await Promise.all(
    TABLES.map(async (path) => {
      const text = await read(path)
      const names = text === null ? [] : Object.keys(partsOf(path, text, runs))
      return names.filter((name) => COMMAND.test(name)).map((name) => nameOf({ path, part: name || null }))
    }),
  )
  return found.flat()
}

/** The names of parts that are commands; a file of which no part is known holds nothing else. */
export const COMMAND = /^$|^(scripts|tasks)\.|^target /

/** `package.json: scripts.test`, or the path alone. */
export const nameOf = ({ path, part }: Pick<Part, 'path' | 'part'>): string =>
  part === null ? shown(path) : `${shown(path)}: ${part}`
