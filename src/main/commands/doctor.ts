/** Checks of `swarm doctor`: one function per row, each with its finding and advice. */
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import type { Check } from '../../cli/swarm/host/machine.ts'
import { upstreamOf } from '../../gateway/model/upstream.ts'
import { type DeadChannel, deadChannels } from '../../life/notices/dead-channels.ts'
import { within } from '../../ports/patience.ts'
import type { Settings } from '../../settings/settings.ts'
import { isSafe, loadDriver } from '../../stores/sqlite/driver.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'
import { findCredential, masked, payer } from '../credentials/find.ts'
import { clock } from '../machine/clock.ts'
import { lackOf, shortageOf } from '../machine/disk.ts'
import type { Environment } from '../machine/environment.ts'
import { channelsOf } from '../notices/channels.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { findServer, flagsOfServer } from '../project/record.ts'
import { sandboxRoots } from '../project/working.ts'
import { engineFor } from '../sandbox/containers.ts'
import { HARNESSES } from '../sandbox/harness.ts'
import { toolsFor } from '../sandbox/namespaces.ts'
import { isFree } from '../server/port.ts'
import { readSettings } from '../settings/read.ts'
import { engineRow, imageRow } from './doctor-engine.ts'
import { USED_ROWS } from './doctor-used.ts'

/** Place to examine. */
export interface Site {
  /** Project; null outside of any: then the settings are those of the environment. */
  paths: ProjectPaths | null
  environment: Environment
  signal: AbortSignal
}

interface Ward extends Site {
  settings: Settings
  /** Flags that a running server was started with. */
  flags: Record<string, string>
}

type Row = (ward: Ward) => Promise<Omit<Check, 'name'>>

/** Runs all checks at once; one that fails becomes a row. Throws Trouble for invalid settings. */
export async function examine(site: Site): Promise<Check[]> {
  const file = site.paths?.config ?? null
  // A server that runs goes by what it was started with.
  const flags = site.paths ? flagsOfServer(site.paths) : {}
  const { settings } = readSettings({ flags, environment: site.environment, file })
  const ward = { ...site, settings, flags }
  return Promise.all(
    Object.entries(ROWS).map(async ([name, row]) => {
      const looked = row(ward).catch((failure: Error) => wrong(failure.message, 'See the message.'))
      return { name, ...(await looked) }
    }),
  )
}

const good = (found: string) => ({ state: 'good', found, advice: null }) as const
const doubtful = (found: string, advice: string) => ({ state: 'doubtful', found, advice }) as const
const wrong = (found: string, advice: string) => ({ state: 'wrong', found, advice }) as const

const ROWS: Record<string, Row> = {
  Node: async () => nodeSays(process.versions.node),
  git: async ({ environment }) => gitSays(await says('git', ['--version'], environment)),
  SQLite: async () => sqlite(),
  sandbox,
  engine: engineRow,
  bubblewrap: async ({ environment }) => {
    const found = await answer(toolsFor(environment))
    if ('value' in found) return good('namespaces can be made')
    return doubtful(found.error, 'Only needed where no container engine is: install bubblewrap.')
  },
  image: imageRow,
  harness,
  credential,
  clock: skew,
  disk,
  ...USED_ROWS,
  channels,
  port,
}

/** Checks the version of Node. */
export function nodeSays(version: string): Omit<Check, 'name'> {
  const [major, minor] = version.split('.').map(Number) as [number, number]
  if (major > 20 || (major === 20 && minor >= 19)) return good(version)
  return wrong(version, 'Install Node 20.19 or newer.')
}

/** Checks the version of git: merges without a checkout came with 2.38. */
export function gitSays(text: string | null): Omit<Check, 'name'> {
  const version = /(\d+)\.(\d+)(\.\d+)?/.exec(text ?? '')
  if (!version) return wrong('git is not on PATH', 'Install git 2.38 or newer.')
  const [major, minor] = [Number(version[1]), Number(version[2])]
  if (major > 2 || (major === 2 && minor >= 38)) return good(version[0])
  return wrong(version[0], 'Install git 2.38 or newer.')
}

async function says(program: string, args: string[], { PATH }: Environment): Promise<string | null> {
  const run = promisify(execFile)(program, args, { env: { PATH }, timeout: 10_000 })
  return run.then(
    ({ stdout }) => stdout,
    () => null,
  )
}

async function answer<T>(asked: Promise<T>): Promise<{ value: T } | { error: string }> {
  return asked.then(
    (value) => ({ value }),
    (failure: Error) => ({ error: failure.message }),
  )
}

function sqlite(): Omit<Check, 'name'> {
  const database = loadDriver().open(':memory:')
  try {
    const version = String(database.prepare('SELECT sqlite_version() AS version').all()[0]?.version)
    return isSafe(version)
      ? good(version)
      : wrong(version, 'This version can corrupt databases: update Node, or reinstall swarm.')
  } finally {
    database.close()
  }
}

async function sandbox({ settings, environment, flags }: Ward): Promise<Omit<Check, 'name'>> {
  const kind = settings.sandbox
  if (kind === 'process')
    return doubtful(
      'process, which does not isolate',
      flags.sandbox === undefined
        ? 'Take containers or bubblewrap: swarm config unset sandbox'
        : 'The server was started so. Take containers or bubblewrap: swarm stop, and swarm start without it.',
    )
  const engines = kind === 'podman' ? (['podman'] as const) : (['docker'] as const)
  if (kind !== 'bubblewrap')
    for (const program of engines)
      if ('value' in (await answer(engineFor(program, environment)))) return good(program)
  if (kind === 'auto' || kind === 'bubblewrap')
    if ('value' in (await answer(toolsFor(environment)))) return good('bubblewrap')
  return wrong(
    `${kind === 'auto' ? 'neither an engine nor bubblewrap' : kind} can be used`.replace(
      /^(\w+) can be/,
      '$1 cannot be',
    ),
    'Install and start Docker or Podman, or on Linux bubblewrap.',
  )
}

async function harness({ settings, environment }: Ward): Promise<Omit<Check, 'name'>> {
  const { title, program } = HARNESSES[settings.harness]
  if (program === null) return good(title)
  try {
    return good(`${title} at ${program.find(environment)}`)
  } catch (failure) {
    const isInImage =
      settings.sandbox === 'docker' || settings.sandbox === 'podman' || settings.sandbox === 'auto'
    const { message } = failure as Error
    return isInImage
      ? doubtful(message, 'Containers bring their own; swarm interview and bubblewrap need it here.')
      : wrong(message, program.advice)
  }
}

const needsCredential = ({ harness }: Settings) => HARNESSES[harness].withoutCredential !== null

async function credential({ settings, environment }: Ward): Promise<Omit<Check, 'name'>> {
  if (!needsCredential(settings)) return good('not needed')
  const found = await findCredential(environment)
  if (found === null)
    return wrong(
      'none is set',
      'swarm auth set api-key, or swarm auth set setup-token. Then swarm auth test.',
    )
  const { credential: given, source } = found
  return good(`${given.kind} ${masked(given)} from ${source}. ${payer(given)}`)
}

const SKEW_MS = 120_000

/** Compares clocks by the date in an answer of the model's side: limits end by its clock. */
async function skew({ settings, environment, signal }: Ward): Promise<Omit<Check, 'name'>> {
  if (!needsCredential(settings)) return good('not needed')
  const found = await findCredential(environment)
  const base = found ? upstreamOf(found.credential).base : new URL('https://api.anthropic.com')
  const timeout = within(10_000, signal)
  const asked = await answer(fetch(base.origin, { method: 'HEAD', redirect: 'manual', signal: timeout }))
  if ('error' in asked)
    return doubtful(`${base.host} does not answer`, 'Check the network: the gateway must reach the model.')
  return clockSays(asked.value.headers.get('date'), clock.now())
}

/** Compares a date header with `now`, in milliseconds since the epoch. */
export function clockSays(date: string | null, now: number): Omit<Check, 'name'> {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return doubtful('the model sends no time', 'Check the clock of this machine.')
  const seconds = Math.round((now - theirs) / 1000)
  if (Math.abs(seconds) * 1000 <= SKEW_MS)
    return good(`within ${Math.max(1, Math.abs(seconds))} s of the model's`)
  return wrong(
    `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the model's`,
    'Set the clock, such as by: timedatectl set-ntp true',
  )
}

async function port({ paths, settings }: Ward): Promise<Omit<Check, 'name'>> {
  const server = paths && findServer(paths)
  if (server !== null)
    return good(server === 'starting' ? 'the server starts' : `the server runs at ${server.url}`)
  if (settings.port === 0 || (await isFree(settings.port))) return good(`${settings.port} is free`)
  return doubtful(
    `${settings.port} is used by another program`,
    'The next free port is used. To choose one: swarm config set port NUMBER',
  )
}

/**
 * Checks free space. A lack of it stops agents, but not in the temporary folder, which only commands and others use.
 */
async function disk({ paths, settings, environment }: Ward): Promise<Omit<Check, 'name'>> {
  const { HOME = tmpdir() } = environment
  const worked = paths ? [paths.own, ...sandboxRoots(paths, environment)] : [HOME]
  const shortage = await shortageOf(worked, () => settings)()
  if (shortage !== null) return wrong(shortage, 'Make room, or change min_free.')
  const free = await lackOf(tmpdir(), settings.minFree)
  if (free === null) return good(`at least ${settings.minFree} MiB are free`)
  return doubtful(
    `only ${free} MiB are free for ${tmpdir()}, the temporary folder`,
    'Make room there, or name another one: TMPDIR.',
  )
}

/** Checks for channels that have delivered nothing for a day. */
async function channels({ paths, settings, environment }: Ward): Promise<Omit<Check, 'name'>> {
  const names = paths === null ? [] : channelsOf(settings, paths, environment).map(({ name }) => name)
  if (paths === null || names.length === 0) return good('none: no notices are sent')
  const store = await openSqlite({ path: paths.tickets })
  try {
    const dead = await deadChannels(store, names, clock.now())
    if (dead.length === 0) return good(names.join(', '))
    const [{ name, why }] = dead as [DeadChannel]
    return doubtful(`${name} has delivered nothing for a day: ${why}`, "Try it: 'swarm notify test'.")
  } finally {
    await store.close()
  }
}
