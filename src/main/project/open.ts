/** Tickets and repository of a project, opened. */

import type { Archives } from '../../ports/archives.ts'
import type { Repo } from '../../ports/repo.ts'
import type { Store } from '../../ports/store.ts'
import type { Transcripts } from '../../ports/transcripts.ts'
import type { Records } from '../../ports/world.ts'
import { openGit } from '../../repos/git/git.ts'
import { inBare } from '../../repos/git/run.ts'
import { fileArchives } from '../../stores/files/archives.ts'
import { fileTranscripts } from '../../stores/files/transcripts.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'
import { clock } from '../machine/clock.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from './paths.ts'

/** Opened project. */
export interface Opened extends Records {
  repo: Repo
  transcripts: Transcripts
  sessions: Archives
  /**
   * Calls the listener after each commit of this process, and when another process has changed something. Gives its
   * removal.
   */
  onChange(listener: () => void): () => void
  /** Calls the listeners. */
  changed(): void
  close(): Promise<void>
}

/** Opens a project. Throws Trouble when the repository or the tickets cannot be used. */
export async function openProject(paths: ProjectPaths, environment: Environment): Promise<Opened> {
  const { repo } = await openRepo(paths, environment)
  const { store, onChange, changed } = watched(await openSqlite({ path: paths.tickets }))
  return {
    store,
    clock,
    repo,
    transcripts: fileTranscripts(paths.transcripts, clock.now),
    sessions: fileArchives(paths.sessions, MOST_SESSIONS),
    onChange,
    changed,
    close: () => store.close(),
  }
}

/** Maximum number of saved sessions, each of at most 64 MB; the least recently used go first. */
const MOST_SESSIONS = 50

/** Opens the repository alone, and gives the path to its git. Throws Trouble when it cannot be used. */
export async function openRepo(
  paths: ProjectPaths,
  { PATH }: Environment,
): Promise<{ repo: Repo; host: { searchPath?: string } }> {
  const host = PATH ? { searchPath: PATH } : {}
  const { stdout } = await inBare(paths.bare, host)(['symbolic-ref', 'HEAD'], { blame: broken })
  const branch = stdout.toString().trim().replace('refs/heads/', '')
  return { repo: openGit({ path: paths.bare, branch, ...host }), host }
}

const broken = 'The repository in .swarm/ cannot be used: move .swarm/repo.git away and run swarm init again'

function watched(opened: Store) {
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const store: Store = {
    ...opened,
    async transact(work) {
      const result = await opened.transact(work)
      changed()
      return result
    },
  }
  const onChange = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return { store, onChange, changed }
}
