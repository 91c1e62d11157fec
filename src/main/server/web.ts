/** Web server on the port: the API for people and their programs, and the dashboard. Agents have the gateway. */
import { api } from '../../api/app.ts'
import { dashboard } from '../../api/dashboard.ts'
import type { Listening } from '../../api/listen.ts'
import type { ApiServer } from '../../api/server.ts'
import type { Configured } from '../settings/read.ts'
import { dashboardAssets } from './assets.ts'
import { listenAt } from './port.ts'

/** Serves the API and the dashboard. Throws Trouble when no port is free. */
export function openWeb(parts: ApiServer, configured: Configured): Promise<Listening> {
  const app = api(parts, 'loopback')
  app.route('/', dashboard(dashboardAssets()))
  return listenAt(app, configured)
}
