/** Parts in which a change alters the meaning of a gate's commands. Reads through its parameters; touches nothing. */
import { shown } from '../../../ports/path-bytes.ts'
import type { ProtectedPart } from '../../../ticket/events.ts'
import { askedFor, inForce } from './conditions.ts'
import type { Parts } from './parts.ts'
import { ROWS, TABLES } from './rows.ts'
import { isProgram, programsIn, type Runs, runsOf } from './runs.ts'

/** Part that differs; null where it is the whole file. */
export type Part = Omit<ProtectedPart, 'part'> & { part: string | null }

/** Versions of a file before and after a change. */
export interface Versions {
  path: string
  /** Former path of a renamed file, for doubts. */
  from?: string | null
  /** Text before; null where the file is missing. */
  before: string | null
  after: string | null
}

/** Reads the text of a file of `main`; null when it is missing. */
export type Read = (path: string) => Promise<string | null>

/** True for files that the gate may depend on, by their names alone. */
export const mayMatter = (path: string, runs: Runs): boolean =>
  runs.asks.has(path) ||
  IN_BETWEEN.test(path) ||
  (!IGNORED.test(path) && (isProgram(path) || ROWS.some(({ file }) => file.test(path))))

/** Pattern of folders that hold tools and libraries which the gate installs or calls. */
const IN_BETWEEN = /(^|\/)node_modules\/|^vendor\/(bin|composer)\/|^vendor\/autoload\.php$/

/** Pattern of samples for tests, and code of others. */
export const IGNORED = /(^|\/)(node_modules|vendor|fixtures?|__fixtures__|testdata|samples?|examples?)\//i

/** Maximum depth of following names that the gate runs. */
const STEPS = 8

/** Finds everything that the gate runs, and that this runs in turn. */
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

/** Parts that the gate depends on and that differ between both versions. */
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

/**
 * True for a manifest that matters only in its folder: a new one weakens nothing, and some are reached by going there.
 */
const isAside = (path: string, before: string | null, { isWide }: Runs) =>
  (before === null && MANIFEST.test(path)) || (!isWide && SCRIPTS.test(path))

const MANIFEST = /\/(package\.json|composer\.json|deno\.jsonc?|pom\.xml|Cargo\.toml|build\.gradle(\.kts)?)$/
const SCRIPTS = /\/(package\.json|composer\.json|deno\.jsonc?)$/

/** True for a manifest at the root: without it a runner finds other tests, or none. */
const isManifest = (path: string, runs: Runs) =>
  !path.includes('/') &&
  IS_MANIFEST.test(path) &&
  ROWS.some(({ file, when }) => file.test(path) && when.test(runs.text))

const IS_MANIFEST =
  /^(package\.json|deno\.jsonc?|composer\.json|pyproject\.toml|Cargo\.toml|go\.(mod|work)|pom\.xml|(build|settings)\.gradle(\.kts)?|mix\.exs|(GNU)?makefile)$/i

/** Parts of a file that the gate depends on, if any. */
export function partsOf(path: string, text: string, runs: Runs): Parts {
  const rows = ROWS.filter(({ file, when }) => file.test(path) && when.test(runs.text))
  return Object.assign({}, ...rows.map(({ parts }) => parts(text, runs)))
}

/** Names that the gate runs by name only, as `package.json: scripts.test`: their content stands in another file. */
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

/** Pattern of parts that are commands; a file without known parts holds nothing else. */
export const COMMAND = /^$|^(scripts|tasks)\.|^target /

/** Name of a part, as `package.json: scripts.test`, or the path alone. */
export const nameOf = ({ path, part }: Pick<Part, 'path' | 'part'>): string =>
  part === null ? shown(path) : `${shown(path)}: ${part}`
