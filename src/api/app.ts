/** The API: every resource behind the same guards. */

import { actionPages } from './action-pages.ts'
import { agents } from './agents.ts'
import { attempts } from './attempts.ts'
import { authorize } from './auth.ts'
import { blockers } from './blockers.ts'
import { board } from './board.ts'
import { browsers } from './browsers.ts'
import { comments } from './comments.ts'
import { costs } from './costs.ts'
import { diffs } from './diffs.ts'
import { endings } from './endings.ts'
import { body, onError } from './errors.ts'
import { events } from './events.ts'
import { feed } from './feed.ts'
import { bodyOfLimitedSize, ownHost, securityHeaders, signedIn, wakes } from './guard.ts'
import { history } from './history.ts'
import { imports } from './imports.ts'
import { inbox } from './inbox.ts'
import { judgements } from './judgements.ts'
import { landings } from './landings.ts'
import { login } from './login.ts'
import { logs } from './logs.ts'
import { notifications } from './notifications.ts'
import { numbers } from './numbers.ts'
import { openApi } from './openapi.ts'
import { pause } from './pause.ts'
import { pulse } from './pulse.ts'
import { ready } from './ready.ts'
import { receipts } from './receipts.ts'
import { resource } from './route.ts'
import type { ApiServer, Reach } from './server.ts'
import { settings } from './settings.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { tickets } from './tickets.ts'

export type Api = ReturnType<typeof api>

/** More may be mounted on it, such as the dashboard and the agents' API: it is behind the check of Host, too. */
export function api(server: ApiServer, reach: Reach) {
  const app = resource()
  const auth = authorize(server.token, () => server.desk.clock.now())

  app.onError(onError((line) => server.note(line)))
  app.notFound((c) => c.json(body('not_found', 'There is nothing at this address.'), 404))

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
