/** Login of a browser: a link for one use, made with the token, that sets a cookie. */
import { setCookie } from 'hono/cookie'
import type { Auth } from '../auth.ts'
import { Denied } from '../errors.ts'
import { cookieName } from '../guard.ts'
import { createRoute, creates, resource, z } from '../route.ts'
import { Id } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

export const createLoginLink = createRoute({
  method: 'post',
  path: '/api/login-links',
  summary: 'A link that signs one browser in, once',
  responses: creates(z.object({ url: z.string(), expires_at: z.number().int() }), 'The link'),
})

const openLoginLink = createRoute({
  method: 'get',
  path: '/login',
  summary: 'Signs the browser in and shows the dashboard',
  security: [],
  request: {
    query: z.object({ code: z.string().max(200), ticket: Id.optional().describe('Shows its page at once') }),
  },
  responses: {
    303: { description: 'To the dashboard, with a cookie' },
    401: { description: 'Used or too old' },
  },
})

/** Makes the routes of the login. */
export function login(server: ApiServer, auth: Auth) {
  const app = resource()

  app.openapi(createLoginLink, (c) => {
    const port = server.info()?.port
    if (port === undefined) throw new Denied('conflict', 'No server is running. Start it first: swarm start.')
    const { code, expiresAt } = auth.loginCode()
    return c.json({ url: `http://127.0.0.1:${port}/login?code=${code}`, expires_at: expiresAt }, 201)
  })

  app.openapi(openLoginLink, (c) => {
    const { code, ticket } = c.req.valid('query')
    const session = auth.redeem(code)
    if (!session)
      throw new Denied(
        'unauthorized',
        'This link was already used or has expired. Get a new one: swarm open.',
      )
    const options = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: session.seconds } as const
    setCookie(c, cookieName(server), session.cookie, options)
    return c.redirect(ticket === undefined ? '/' : `/tickets/${ticket}`, 303)
  })

  return app
}
