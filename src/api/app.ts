/** API: every resource behind the same guards. */

import { authorize } from './auth.ts'
import { body, onError } from './errors.ts'
import { feed } from './feed.ts'
import { bodyOfLimitedSize, ownHost, securityHeaders, signedIn, wakes } from './guard.ts'
import { openApi } from './openapi.ts'
import { resource } from './route.ts'
import { actionPages } from './routes/action-pages.ts'
import { agents } from './routes/agents.ts'
import { attempts } from './routes/attempts.ts'
import { blockers } from './routes/blockers.ts'
import { board } from './routes/board.ts'
import { browsers } from './routes/browsers.ts'
import { comments } from './routes/comments.ts'
import { costs } from './routes/costs.ts'
import { diffs } from './routes/diffs.ts'
import { endings } from './routes/endings.ts'
import { events } from './routes/events.ts'
import { history } from './routes/history.ts'
import { imports } from './routes/imports.ts'
import { inbox } from './routes/inbox.ts'
import { judgements } from './routes/judgements.ts'
import { landings } from './routes/landings.ts'
import { login } from './routes/login.ts'
import { logs } from './routes/logs.ts'
import { notifications } from './routes/notifications.ts'
import { numbers } from './routes/numbers.ts'
import { pause } from './routes/pause.ts'
import { pulse } from './routes/pulse.ts'
import { ready } from './routes/ready.ts'
import { receipts } from './routes/receipts.ts'
import { settings } from './routes/settings.ts'
import { status } from './routes/status.ts'
import { stop } from './routes/stop.ts'
import { tickets } from './routes/tickets.ts'
import type { ApiServer, Reach } from './server.ts'

/** Hono app of the API. */
export type Api = ReturnType<typeof api>

/**
 * Makes the API. More may be mounted on it, such as the dashboard and the agents' API; the check of Host then covers
 * that, too.
 */
export function api(server: ApiServer, reach: Reach) {
  const app = resource()
  const auth = authorize(server.token, () => server.records.clock.now())

  app.onError(onError((line) => server.note(line)))
  app.notFound((c) => c.json(body('not_found', 'Nothing is at this address.'), 404))

  app.use(securityHeaders)
  if (reach === 'loopback') app.use(ownHost(server))
  app.use('/api/*', bodyOfLimitedSize, signedIn(server, auth), wakes(server))

  const resources = [
    status(server),
    tickets(server),
    comments(server),
    blockers(server),
    judgements(server),
    endings(server),
    ready(server),
    inbox(server),
    imports(server),
    events(server, feed(server)),
    attempts(server),
    diffs(server),
    board(server),
    pulse(server),
    numbers(server),
    pause(server),
    costs(server),
    landings(server),
    receipts(server),
    history(server),
    agents(server),
    logs(server),
    notifications(server),
    browsers(server),
    settings(server),
    stop(server),
    login(server, auth),
  ]
  for (const each of resources) app.route('/', each)
  app.route('/a', actionPages(server))
  return openApi(app)
}
