/** Where things are in a project, and on this machine. */
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

export interface ProjectPaths {
  /** The project. */
  root: string
  name: string
  /** `.swarm/`, which git never tracks. */
  own: string
  config: string
  /** What editors know the settings by. */
  schema: string
  tickets: string
  bare: string
  transcripts: string
  /** Copies of the tickets. */
  backups: string
  /** Archives of the packages that `main` names. */
  packages: string
  /** Archives of the sessions of harnesses, by ticket. */
  sessions: string
  /** Files on their way; each process has a folder of its own in it. */
  work: string
  lock: string
  /** Where the running server can be reached. */
  record: string
  token: string
  /** Run by root while the image of the sandboxes is built; the person's. */
  setup: string
  /** What action links are signed with. */
  actionKey: string
  /** What messages to browsers are signed with. */
  pushKey: string
  serverLog: string
  gateLog: string
  /** What `swarm audit --rerun` found. */
  auditLog: string
  /** What `*` in it keeps out of git. */
  ignore: string
}

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

/** The nearest folder upwards that has a `.swarm/`; null when there is none. */
export function projectAt(folder: string): ProjectPaths | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (isFolder(join(at, '.swarm'))) return pathsOf(at)
    if (at === dirname(at)) return null
  }
}

/** What is missing of what `swarm init` makes, by its name in the project. */
export const missing = (paths: ProjectPaths): (keyof ProjectPaths)[] =>
  (['config', 'tickets', 'bare', 'ignore'] as const).filter((part) => !existsSync(paths[part]))

/** Tells the project's sandboxes from those of others. */
export const markOf = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 16)

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
