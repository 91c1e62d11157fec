/** The API for commands: over the network when a server runs, and the same handlers in this process when none does. */
import { client } from '../../api/client.ts'
import type { Link, Server } from '../../cli/swarm/host.ts'
import { Refused } from '../../cli/swarm/refused.ts'
import type { Environment } from '../machine/environment.ts'
import type { Places } from '../project/paths.ts'
import { findServer, tokenOf } from '../project/record.ts'
import { apiParts } from './api-parts.ts'

export async function linkTo(places: Places, environment: Environment): Promise<Link> {
  const server = findServer(places)
  if (server === 'starting')
    throw new Refused('Swarm is just starting or stopping here. Try again in a moment.')
  return server ? overNetwork(places, server) : inProcess(places, environment)
}

/** Milliseconds after which a server that says nothing counts as hung. */
const PATIENCE = 20_000

function overNetwork(places: Places, server: Server): Link {
  const patient = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(PATIENCE) })
  return {
    client: client({ baseUrl: server.url, token: tokenOf(places), fetch: patient }),
    server,
    close: async () => {},
  }
}

async function inProcess(places: Places, environment: Environment): Promise<Link> {
  const [{ openProject }, { api }, { linksOf, postOf }, { readSettings }, { settingsInForce }] =
    await Promise.all([
      import('../project/open.ts'),
      import('../../api/app.ts'),
      import('../notices/post.ts'),
      import('../settings/read.ts'),
      import('../settings/list.ts'),
    ])
  const opened = await openProject(places, environment)
  // Only what needs the settings meets their mistakes.
  const settings = () => readSettings({ flags: {}, environment, file: places.config }).settings
  const links = linksOf(places, settings)
  const { store } = opened
  const post = postOf({ places, environment, settings, links, store, url: () => null })
  const parts = apiParts({
    places,
    opened,
    post,
    links,
    token: 'in this process',
    settings: () => settingsInForce({ flags: {}, environment, file: places.config }, null),
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
