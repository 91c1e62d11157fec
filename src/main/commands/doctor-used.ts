/** Rows of `swarm doctor` about the disk space that a project uses: one for each kind, with advice when it is large. */
import { existsSync, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Check } from '../../cli/swarm/host/machine.ts'
import { inBare } from '../../repos/git/run.ts'
import type { Settings } from '../../settings/settings.ts'
import { bytesIn } from '../machine/disk.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { sandboxRoots } from '../project/working.ts'
import { engineFor } from '../sandbox/containers.ts'

interface Asked {
  /** Project; null outside of any. */
  paths: ProjectPaths | null
  environment: Environment
  settings: Settings
}

type Row = Omit<Check, 'name'>

interface Used {
  bytes: number
  /** Words for its place. */
  of: string
}

interface Kind {
  used: (asked: Asked & { paths: ProjectPaths }) => Promise<Used | null>
  /** Advice when there is more than `large` of it. */
  advice: string
  large: number
}

const GB = 1e9
const KEEP_LESS =
  'Keep what is over for less long, such as a week: swarm config set keep_finished_work 604800. The running server then removes it.'

const within =
  (place: (paths: ProjectPaths) => string) =>
  async ({ paths }: { paths: ProjectPaths }) => {
    const folder = place(paths)
    return { bytes: await bytesIn(folder), of: folder }
  }

const KINDS: Record<string, Kind> = {
  repository: { used: within(({ bare }) => bare), advice: KEEP_LESS, large: 5 * GB },
  'saved work': { used: savedWork, advice: KEEP_LESS, large: GB },
  transcripts: { used: within(({ transcripts }) => transcripts), advice: KEEP_LESS, large: GB },
  sessions: {
    used: within(({ sessions }) => sessions),
    advice: 'They may be removed at any time: the next attempts begin sessions of their own.',
    large: 2 * GB,
  },
  logs: {
    used: logs,
    advice: 'Remove audit.log; the others keep 10 MiB and one older file each.',
    large: GB / 10,
  },
  backups: {
    used: within(({ backups }) => backups),
    advice: 'The newest 24 are kept; those named replaced-… were put aside by a restore, and may be removed.',
    large: 5 * GB,
  },
  caches: {
    used: caches,
    advice: 'Packages may be removed at any time; the rest is cleared by the next start.',
    large: 5 * GB,
  },
  images: {
    used: images,
    advice:
      "Remove those of projects that you are done with: see docker image ls 'swarm-*', then docker image rm NAME.",
    large: 10 * GB,
  },
}

/** Rows of each kind, by its name. */
export const USED_ROWS: Record<string, (asked: Asked) => Promise<Row>> = Object.fromEntries(
  Object.entries(KINDS).map(([name, kind]) => [name, (asked: Asked) => rowOf(kind, asked)]),
)

async function rowOf({ used, advice, large }: Kind, asked: Asked): Promise<Row> {
  const { paths } = asked
  if (paths === null) return { state: 'good', found: 'none: no project is here', advice: null }
  const found = await used({ ...asked, paths })
  if (found === null) return { state: 'good', found: 'none', advice: null, bytes: 0 }
  const { bytes, of } = found
  const row = { found: `${sized(bytes)} ${of.startsWith('/') ? `in ${of}` : of}`, bytes }
  return bytes > large ? { state: 'doubtful', ...row, advice } : { state: 'good', ...row, advice: null }
}

const sized = (bytes: number) =>
  bytes < GB ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / GB).toFixed(1)} GB`

/** Bytes that the repository has only for attempts: `main` does not reach them. */
async function savedWork({ paths, environment }: { paths: ProjectPaths; environment: Environment }) {
  const git = inBare(paths.bare, environment.PATH ? { searchPath: environment.PATH } : {})
  const { stdout } = await git(
    ['rev-list', '--objects', '--disk-usage', '--glob=refs/swarm/*', '--not', '--branches'],
    { timeoutMs: 60_000 },
  )
  return { bytes: Number(stdout), of: 'of the repository, in refs/swarm/' }
}

async function logs({ paths }: { paths: ProjectPaths }): Promise<Used> {
  const files = [paths.serverLog, paths.gateLog, paths.auditLog].flatMap((log) => [log, `${log}.1`])
  const bytes = files.map((file) => lstatSync(file, { throwIfNoEntry: false })?.size ?? 0)
  return { bytes: bytes.reduce((sum, each) => sum + each, 0), of: dirname(paths.serverLog) }
}

async function caches({
  paths,
  environment,
}: {
  paths: ProjectPaths
  environment: Environment
}): Promise<Used> {
  const roots = sandboxRoots(paths, environment).filter((root, at) => at === 0 || existsSync(root))
  const folders = [paths.work, paths.packages, ...roots]
  const each = await Promise.all(folders.map(bytesIn))
  const of = folders.map((folder, at) => `${sized(each[at] as number)} in ${folder}`).join(', ')
  return { bytes: each.reduce((sum, bytes) => sum + bytes, 0), of: `in all: ${of}` }
}

/** Bytes of the images of all projects on this machine. */
async function images({ environment, settings }: Asked): Promise<Used | null> {
  const program = settings.sandbox === 'podman' ? 'podman' : 'docker'
  const found = await engineFor(program, environment).catch(() => null)
  if (found === null) return null
  const ask = (args: string[]) => found.engine.ask(args, { timeoutMs: 20_000 })
  const ids = new Set(
    (await ask(['image', 'ls', '--quiet', '--no-trunc', '--filter', 'reference=swarm-*']))
      .split(/\s+/)
      .filter(Boolean),
  )
  if (ids.size === 0) return null
  const sizes = (await ask(['image', 'inspect', '--format', '{{.Size}}', ...ids]))
    .split(/\s+/)
    .filter(Boolean)
  const bytes = sizes.reduce((sum, size) => sum + Number(size), 0)
  return {
    bytes,
    of: `in ${ids.size === 1 ? '1 image' : `${ids.size} images`} of ${program}, layers that they share counted for each`,
  }
}
