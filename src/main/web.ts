/** Everything that is served on the port: the API, the agents' part of it, and the dashboard. */
import { api } from '../api/app.ts'
import { dashboard } from '../api/dashboard.ts'
import type { Listening } from '../api/listen.ts'
import type { ApiServer } from '../api/server.ts'
import { agentApi } from '../gateway/agent-api.ts'
import type { Doors } from '../gateway/door.ts'
import { runTicket } from './agents-ticket.ts'
import { dashboardAssets } from './assets.ts'
import type { Configured } from './config.ts'
import { listenAt } from './port.ts'

export function openWeb(parts: ApiServer, doors: Doors, configured: Configured): Promise<Listening> {
  const app = api(parts, 'loopback')
  const ran = () => parts.running?.wake()
  app.route('/agent', agentApi({ doors, runTicket: runTicket(parts.desk, ran), note: parts.note }))
  app.route('/', dashboard(dashboardAssets()))
  return listenAt(app, configured)
}
