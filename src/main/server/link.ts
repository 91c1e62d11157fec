/** Link of commands to the API: over the network when a server runs, else by the same handlers in this process. */
import { client } from '../../api/client.ts'
import type { Link, Server } from '../../cli/swarm/host/server.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { findServer, tokenOf } from '../project/record.ts'
import { apiParts } from './api-parts.ts'

/** Opens the link. Throws Refused while the server starts or stops. */
export async function linkTo(paths: ProjectPaths, environment: Environment): Promise<Link> {
  const server = findServer(paths)
  if (server === 'starting')
    throw new Refused('Swarm is just starting or stopping here. Try again in a moment.')
  return server ? overNetwork(paths, server) : inProcess(paths, environment)
}

/** Milliseconds after which a silent server counts as hung. */
const PATIENCE = 20_000

function overNetwork(paths: ProjectPaths, server: Server): Link {
  const patient = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(PATIENCE) })
  return {
    client: client({ baseUrl: server.url, token: tokenOf(paths), fetch: patient }),
    server,
    close: async () => {},
  }
}

async function inProcess(paths: ProjectPaths, environment: Environment): Promise<Link> {
  const [{ openProject }, { api }, { linksOf, postOf }, { readSettings }, { settingsInForce }] =
    await Promise.all([
      import('../project/open.ts'),
      import('../../api/app.ts'),
      import('../notices/addresses.ts'),
      import('../settings/read.ts'),
      import('../settings/list.ts'),
    ])
  const opened = await openProject(paths, environment)
  // Only what needs the settings meets their mistakes.
  const settings = () => readSettings({ flags: {}, environment, file: paths.config }).settings
  const links = linksOf(paths, settings)
  const { store } = opened
  const post = postOf({ paths, environment, settings, links, store, url: () => null })
  const parts = apiParts({
    paths,
    opened,
    post,
    links,
    token: 'in this process',
    settings: () => settingsInForce({ flags: {}, environment, file: paths.config }, null),
    values: settings,
    note: () => {},
  })
  const app = api(parts, 'in-process')
  return {
    client: client({ baseUrl: '', token: parts.token, fetch: (url, init) => app.request(url, init) }),
    server: null,
    close: opened.close,
  }
}
