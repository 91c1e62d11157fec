/** Parts that the API is served from, by a running server or by a command that looks by itself. */
import type { ActionLinks, ApiServer, Piece, ServerInfo, SettingInForce } from '../../api/server.ts'
import type { Running } from '../../life/run.ts'
import type { Post } from '../../ports/notifier.ts'
import type { Reading } from '../../ports/sandbox.ts'
import type { Settings } from '../../settings/settings.ts'
import { readPiece } from '../project/log-file.ts'
import type { Opened } from '../project/open.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { changeSetting } from '../settings/read.ts'

/** Parts of the API; the last ones belong to a server. */
export interface Parts {
  paths: ProjectPaths
  opened: Opened
  values: () => Settings
  post: Post
  links: ActionLinks
  token: string
  settings: () => SettingInForce[]
  note: (line: string) => void
  /** State of the running server; absent, as all that follow, in a command that looks by itself. */
  running?: () => Running | null
  info?: () => ServerInfo | null
  stop?: () => void
  readings?: () => Promise<Reading[]>
}

/** Binds the parts to the server side of the API. */
export function apiParts({
  paths,
  opened,
  values,
  post,
  links,
  token,
  settings,
  note,
  running,
  info,
  stop,
  readings,
}: Parts): ApiServer {
  return {
    records: opened,
    world: opened,
    values,
    post,
    links,
    get running() {
      return running?.() ?? null
    },
    project: { path: paths.root, name: paths.name },
    info: info ?? (() => null),
    token,
    readings: readings ?? (async () => []),
    settings,
    async scale(agents) {
      changeSetting(paths.config, 'agents', agents)
      running?.()?.scale(agents)
    },
    readLog: (name, offset, limit) => readLog(paths, opened, { name, offset, limit }),
    onChange: opened.onChange,
    stop: stop ?? null,
    note,
  }
}

interface Asked {
  name: string
  offset: number
  limit: number
}

/** Reads a log. An agent's log is the transcript of its newest attempt. */
async function readLog(
  paths: ProjectPaths,
  { store, transcripts }: Opened,
  asked: Asked,
): Promise<Piece | null> {
  const { name, offset, limit } = asked
  if (name === 'server') return readPiece(paths.serverLog, offset, limit)
  if (name === 'gate') return readPiece(paths.gateLog, offset, limit)
  const attempts = await store.attempts({ limit: RECENT })
  const newest = attempts.find(({ holder, transcript }) => holder === name && transcript !== null)
  return newest?.transcript ? transcripts.read(newest.transcript, offset, limit) : null
}

const RECENT = 500
