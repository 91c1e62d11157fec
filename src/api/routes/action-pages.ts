/**
 * Pages behind action links. A look changes nothing: mail programs open every link. The button sends the page's own
 * form, which only counts when it comes from this very page. No script runs here.
 */
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { act, lookAt } from '../../life/tickets/act.ts'
import { type ActionLink, linkIn } from '../../life/tickets/action-link.ts'
import { isRefusal, type Refusal, refuse } from '../../ticket/commands.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { CODES } from '../errors.ts'
import { PERSON } from '../person.ts'
import { type Env, resource } from '../route.ts'
import type { ApiServer } from '../server.ts'
import { asked, HEADERS, refused, taken } from './action-html.ts'

const MAX_BODY = 64 * 1024

/** Makes the routes of action pages. */
export function actionPages(server: ApiServer) {
  const app = resource()
  const { records, links } = server
  const no = (c: Context<Env>, { refused: code, sentence }: Refusal) =>
    c.html(refused(sentence), code === 'late' ? 410 : CODES[code], HEADERS)

  app.get('/:token', async (c) => {
    const link = linkOf(server, c)
    if (isRefusal(link)) return no(c, link)
    const ticket = await lookAt(records.store, link, records.clock.now())
    if (isRefusal(ticket)) return no(c, ticket)
    return c.html(asked(link.action, ticket, await evidence(server, ticket)), 200, HEADERS)
  })

  const limit = bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => c.html(refused('The text is too long: the maximum is 64 KiB.'), 413, HEADERS),
  })

  app.post('/:token', limit, async (c) => {
    const link = linkOf(server, c)
    if (isRefusal(link)) return no(c, link)
    if (!isFromOwnPage(server, c))
      return no(c, refuse('forbidden', 'Only the page of this link may send this. Open the link again.'))
    const { text, seen } = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>)
    const deed = { text: typeof text === 'string' ? text : '', seen: Number(seen) }
    const done = await act(records, link, deed, PERSON)
    if (isRefusal(done)) return no(c, done)
    server.running?.wake()
    return c.html(taken(link.action, done), 200, HEADERS)
  })

  // Not on purpose in JSON, like the rest of the API: people read it.
  app.all('*', (c) => no(c, NO_LINK))
  return app.onError((error, c) => {
    server.note(`bug in ${c.req.method} an action link: ${error.stack ?? error.message}`)
    return c.html(refused('Internal error in swarm. See its log.'), 500, HEADERS)
  })

  function linkOf({ links }: ApiServer, c: Context<Env>): ActionLink | Refusal {
    if (links.publicUrl() === '') return NO_LINK
    return linkIn(c.req.param('token') ?? '', links.key()) ?? NO_LINK
  }

  function isFromOwnPage({ info }: ApiServer, c: Context<Env>): boolean {
    const site = c.req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin') return false
    const port = info()?.port
    const own = [new URL(links.publicUrl()).origin, `http://127.0.0.1:${port}`, `http://localhost:${port}`]
    return own.includes(c.req.header('origin') ?? '')
  }
}

const NO_LINK = refuse('not_found', 'This link is not valid for this swarm. Copy it completely.')

const DIFF = 20_000

/** Diff of the work against its base, for the person who has to approve it. */
async function evidence({ records, world }: ApiServer, ticket: Ticket): Promise<string | null> {
  if (!world || ticket.stage.status !== 'ready') return null
  const attempt = await records.store.attempt(ticket.id, ticket.stage.attempt)
  const work = attempt?.work ? await world.repo.find(attempt.work) : null
  return work?.parents[0] ? world.repo.diff(work.parents[0], work.commit, DIFF) : null
}
