/** Paths in a project, and on this machine. */
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Paths of a project. */
export interface ProjectPaths {
  /** Folder of the project. */
  root: string
  name: string
  /** Folder `.swarm/`, which git never tracks. */
  own: string
  config: string
  /** Schema of the settings, for editors. */
  schema: string
  tickets: string
  bare: string
  transcripts: string
  /** Folder of copies of the tickets. */
  backups: string
  /** Archives of the packages that `main` names. */
  packages: string
  /** Archives of harness sessions, by ticket. */
  sessions: string
  /** Working folder; each process has a folder of its own in it. */
  work: string
  lock: string
  /** Record of the running server, with its address. */
  record: string
  token: string
  /** Script of the person, run by root while the image of the sandboxes is built. */
  setup: string
  /** Key for signatures of action links. */
  actionKey: string
  /** Key for signatures of messages to browsers. */
  pushKey: string
  serverLog: string
  gateLog: string
  /** Results of `swarm audit --rerun`. */
  auditLog: string
  /** File whose `*` hides the folder from git. */
  ignore: string
}

/** Makes the paths of a project. */
export function pathsOf(root: string): ProjectPaths {
  const own = join(root, '.swarm')
  return {
    root,
    name: basename(root),
    own,
    config: join(own, 'config.json'),
    schema: join(own, 'config.schema.json'),
    tickets: join(own, 'tickets', 'tickets.db'),
    bare: join(own, 'repo.git'),
    transcripts: join(own, 'transcripts'),
    backups: join(own, 'backups'),
    packages: join(own, 'packages'),
    sessions: join(own, 'sessions'),
    work: join(own, 'work'),
    lock: join(own, 'server.lock'),
    record: join(own, 'server.json'),
    token: join(own, 'token'),
    setup: join(own, 'project-setup.sh'),
    actionKey: join(own, 'action-key'),
    pushKey: join(own, 'push-key'),
    serverLog: join(own, 'server.log'),
    gateLog: join(own, 'gate.log'),
    auditLog: join(own, 'audit.log'),
    ignore: join(own, '.gitignore'),
  }
}

/** Finds the nearest folder upwards with a `.swarm/`; null when there is none. */
export function projectAt(folder: string): ProjectPaths | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (isFolder(join(at, '.swarm'))) return pathsOf(at)
    if (at === dirname(at)) return null
  }
}

/** Lists the missing parts of those that `swarm init` makes. */
export const missing = (paths: ProjectPaths): (keyof ProjectPaths)[] =>
  (['config', 'tickets', 'bare', 'ignore'] as const).filter((part) => !existsSync(paths[part]))

/** Mark that distinguishes the project's sandboxes from those of others. */
export const markOf = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 16)

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
