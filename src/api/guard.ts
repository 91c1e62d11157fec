/** Guards of every request: Host, size, identity, and origin. */
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import type { Auth } from './auth.ts'
import { Denied } from './errors.ts'
import type { Env } from './route.ts'
import type { ApiServer } from './server.ts'

type Guard = MiddlewareHandler<Env>

const MAX_BODY = 1024 * 1024

export const SECURITY_HEADERS: Record<string, string> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Sets the security headers; a page of the dashboard may set its own. */
export const securityHeaders: Guard = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    if (!c.res.headers.has(name)) c.res.headers.set(name, value)
}

/** Accepts only names of this server: a foreign name that resolves to 127.0.0.1 is an attack. */
export const ownHost =
  (server: ApiServer): Guard =>
  async (c, next) => {
    const host = c.req.header('host') ?? ''
    const isOwn = hosts(server).includes(host) || (c.req.path.startsWith('/a/') && isPublicHost(server, host))
    if (!isOwn)
      throw new Denied(
        'misdirected',
        'This server answers only to 127.0.0.1, localhost and [::1] at its own port.',
      )
    await next()
  }

/** True for the name by which people come from outside: valid for the action pages, and for nothing else. */
function isPublicHost({ links }: ApiServer, host: string): boolean {
  const publicUrl = links.publicUrl()
  if (publicUrl === '') return false
  const { protocol, host: name, port } = new URL(publicUrl)
  const withPort = port === '' ? `${name}:${protocol === 'https:' ? 443 : 80}` : name
  return [name, withPort].includes(host.toLowerCase())
}

const hosts = (server: ApiServer) => {
  const port = server.info()?.port
  return port === undefined ? [] : [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
}

/** Maximum bytes of an import, which brings all tickets at once. */
const MAX_IMPORT = 64 * MAX_BODY

const limited = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Denied('too_large', `The body is larger than ${maxSize / MAX_BODY} MiB.`)
    },
  })
const ordinary = limited(MAX_BODY)
const large = limited(MAX_IMPORT)

/** Limits the size of a body. */
export const bodyOfLimitedSize: Guard = (c, next) =>
  c.req.path === '/api/imports' ? large(c, next) : ordinary(c, next)

/** Name of the cookie. Cookies ignore ports, so each server has its own name. */
export const cookieName = (server: ApiServer) => `swarm-${server.info()?.port ?? 0}`

/**
 * Requires the token of a program, or the cookie of a browser together with proof that our own page sent the request.
 */
export const signedIn =
  (server: ApiServer, auth: Auth): Guard =>
  async (c, next) => {
    const origin = c.req.header('origin')
    if (origin !== undefined && origin !== ownOrigin(c)) throw foreign()
    const header = c.req.header('authorization')
    if (header !== undefined) {
      if (!auth.isToken(header.replace(/^Bearer /i, ''))) throw unauthorized()
    } else {
      if (!auth.isSession(getCookie(c, cookieName(server)) ?? '')) throw unauthorized()
      fromOwnPage(c)
    }
    await next()
  }

function fromOwnPage(c: Context<Env>): void {
  if (!['same-origin', 'none', undefined].includes(c.req.header('sec-fetch-site'))) throw foreign()
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  if (c.req.header('origin') === undefined || c.req.header('x-swarm') !== '1') throw foreign()
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    throw new Denied('unsupported', "The body must be JSON: 'application/json'.")
}

const ownOrigin = (c: Context<Env>) => `http://${c.req.header('host')}`

const foreign = () => new Denied('forbidden', "Only swarm's own page may send this with a browser's cookie.")

const unauthorized = () =>
  new Denied(
    'unauthorized',
    "Show swarm's token as a bearer token, or open the link that 'swarm start' prints.",
  )

/** Wakes the swarm after a write. */
export const wakes =
  (server: ApiServer): Guard =>
  async (c, next) => {
    await next()
    if (c.req.method !== 'GET' && c.res.ok) server.running?.wake()
  }
