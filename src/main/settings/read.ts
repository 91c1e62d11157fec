/** Settings: flags, then the environment, then `.swarm/config.json`, then defaults. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { nearest } from '../../cli/nearest.ts'
import { Trouble } from '../../ports/trouble.ts'
import {
  DEFAULTS,
  flagOf,
  KEYS,
  type Key,
  keyNamed,
  parseSetting,
  type Settings,
  variableOf,
} from '../../settings/settings.ts'
import { takeLock } from '../project/lock.ts'
import { type Entry, parseConfig, withSetting } from './file.ts'

/** Origin of a setting. */
export type Origin = 'default' | 'file' | 'environment' | 'flag'

/** Settings with their origins. */
export interface Configured {
  settings: Settings
  /** Origin of each setting. */
  origin: Record<keyof Settings, Origin>
  /** Origin by name: a line of the file, a variable or a flag; null for a default. */
  place: Record<keyof Settings, string | null>
}

/** Sources of the settings. */
export interface Sources {
  /** Values by the flag's name without its dashes. */
  flags: Record<string, string | undefined>
  environment: Record<string, string | undefined>
  /** Path of the file; null outside of any project. A missing or empty file is a mistake, not all defaults. */
  file: string | null
}

/** Every setting that is not the file's, as the flags that would give it. */
export function asFlags({ flags, environment }: Omit<Sources, 'file'>): Record<string, string> {
  const given = KEYS.flatMap((key): [string, string][] => {
    const name = flagOf(key).slice(2)
    const value = flags[name] ?? (environment[variableOf(key)] || undefined)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(given)
}

/** Throws Trouble with one sentence for each mistake. */
export function readSettings({ flags, environment, file }: Sources): Configured {
  const mistakes: string[] = []
  const read: Configured = {
    settings: { ...DEFAULTS },
    origin: bySetting<Origin>('default'),
    place: bySetting<string | null>(null),
  }
  const take = (key: Key, origin: Origin, value: unknown, place: string) => {
    const parsed = parseSetting(key.setting, value)
    const where = origin === 'file' ? `${place}: "${key.name}"` : place
    if (parsed.success) put(read, key.setting, { value: parsed.data, origin, place })
    else if (key.says) mistakes.push(`${where}: ${key.says(parsed.error)}.`)
    else mistakes.push(`${where} must be ${key.expects}, not ${JSON.stringify(value)}.`)
  }
  for (const { key, value, where } of file === null ? [] : fromFile(file, mistakes))
    take(key, 'file', value, where)
  for (const key of KEYS) {
    const variable = givenOf(key, variableOf, (name) => environment[name] || undefined)
    if (variable) take(key, 'environment', key.fromText(variable.text), variable.name)
    const flag = givenOf(key, flagOf, (name) => flags[name.slice(2)])
    if (flag) take(key, 'flag', key.fromText(flag.text), flag.name)
  }
  if (mistakes.length > 0) throw new Trouble('config', mistakes.join('\n'), { retryable: false })
  return read
}

/** Finds a value under the key's name, or else under its older one. */
function givenOf(
  { name, alias }: Key,
  spelled: (key: Pick<Key, 'name'>) => string,
  read: (name: string) => string | undefined,
): { name: string; text: string } | null {
  for (const each of alias === undefined ? [name] : [name, alias]) {
    const text = read(spelled({ name: each }))
    if (text !== undefined) return { name: spelled({ name: each }), text }
  }
  return null
}

const bySetting = <T>(value: T) =>
  Object.fromEntries(KEYS.map(({ setting }) => [setting, value])) as Record<keyof Settings, T>

function put<K extends keyof Settings>(
  { settings, origin, place }: Configured,
  setting: K,
  given: { value: Settings[K]; origin: Origin; place: string },
): void {
  settings[setting] = given.value
  origin[setting] = given.origin
  place[setting] = given.place
}

function fromFile(file: string, mistakes: string[]): { key: Key; value: unknown; where: string }[] {
  const read = entriesOf(file)
  if ('mistakes' in read) {
    mistakes.push(...read.mistakes)
    return []
  }
  const found: { key: Key; value: unknown; where: string }[] = []
  for (const { name, value, line } of read.entries) {
    if (name === SCHEMA) continue
    const where = `${shown(file)}, line ${line}`
    const key = keyNamed(name)
    if (!key) mistakes.push(`${where}: ${unknown(name)}`)
    else if (found.some((each) => each.key === key))
      mistakes.push(`${where}: "${key.alias}" is the older name of "${key.name}"; keep one of them.`)
    else found.push({ key, value, where })
  }
  return found
}

/** Entries of the file, or the mistakes of the file as a whole: then nothing of it counts. */
function entriesOf(file: string): { text: string; entries: Entry[] } | { mistakes: string[] } {
  const read = readText(file)
  if ('mistake' in read) return { mistakes: [read.mistake] }
  const parsed = parseConfig(read.text)
  if ('entries' in parsed) return { text: read.text, entries: parsed.entries }
  return { mistakes: parsed.mistakes.map(({ line, says }) => `${shown(file)}, line ${line}: ${says}.`) }
}

/** Maximum bytes of the file. */
const LARGEST = 1 << 20

/** Reads the file. Somebody may remove it at any moment, or put something else in its place. */
function readText(file: string): { text: string } | { mistake: string } {
  try {
    const about = statSync(file)
    if (!about.isFile()) return { mistake: `${shown(file)} is not a file. Put a file there.` }
    if (about.size > LARGEST)
      return { mistake: `${shown(file)} is larger than 1 MiB, the limit for settings.` }
    const bytes = readFileSync(file)
    if (bytes.includes(0)) return { mistake: `${shown(file)} is not UTF-8 text. Save it as UTF-8.` }
    return { text: bytes.toString('utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      return { mistake: `${shown(file)} is missing. Restore it, or create one with defaults: swarm init .` }
    return { mistake: `${shown(file)} cannot be read (${code}).` }
  }
}

/** Entry by which editors know what the file may hold. */
const SCHEMA = '$schema'

function unknown(name: string): string {
  const near = nearest(
    name.replaceAll('-', '_'),
    KEYS.flatMap((key) => [key.name, key.alias ?? key.name]),
  )
  const hint = near ? `did you mean "${near}"?` : `known settings: ${KEYS.map((key) => key.name).join(', ')}.`
  return `there is no setting "${name}"; ${hint}`
}

/** Name of the file for people: its place in their project. */
const shown = (file: string) => file.split(/[\\/]/).slice(-2).join('/')

/**
 * Writes one setting into the file, whose comments stay; `undefined` removes it. Concurrent changes wait for a lock
 * beside it: none undoes another. Throws Trouble when the lock or the file cannot be used.
 */
export function changeSetting(file: string, name: string, value: unknown): void {
  const lock = takeLock(`${file}.lock`)
  if (lock === null) throw new Trouble('config', `Another program is changing ${shown(file)}. Try again.`)
  try {
    changeLocked(file, name, value)
  } finally {
    lock.release()
  }
}

function changeLocked(file: string, name: string, value: unknown): void {
  const read = entriesOf(file)
  if ('mistakes' in read) throw new Trouble('config', read.mistakes[0]!, { retryable: false })
  const key = keyNamed(name)
  const there = read.entries.find((entry) => entry.name === key?.name || entry.name === key?.alias)
  if (value === undefined && !there) return
  const beside = `${file}.${process.pid}`
  writeFileSync(beside, withSetting(read.text, there?.name ?? name, value))
  renameSync(beside, file)
}

/** Follows the settings file while the server runs. A mistake in it is logged once, and the last good settings stay. */
export function liveSettings(sources: Sources, note: (line: string) => void): () => Settings {
  let { settings } = readSettings(sources)
  let seen = stamp(sources.file)
  return () => {
    const now = stamp(sources.file)
    if (now === seen) return settings
    seen = now
    try {
      const before = settings
      settings = readSettings(sources).settings
      const late = KEYS.filter(({ restart, setting }) => restart && before[setting] !== settings[setting])
      note(`Settings reloaded.${late.length > 0 ? ` ${afterRestart(late)}` : ''}`)
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      note(`Settings unchanged: ${error.message}`)
    }
    return settings
  }
}

const afterRestart = (keys: Key[]) =>
  `These apply after a restart (swarm stop && swarm start): ${keys.map(({ name }) => name).join(', ')}.`

/** Writes the schema by which editors know the settings of this version. */
export function renewSchema(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  writeFileSync(path, text)
}

function stamp(file: string | null): string {
  const stat = file === null ? null : statSync(file, { throwIfNoEntry: false })
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : 'none'
}
