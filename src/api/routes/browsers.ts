/** Browsers that receive messages by Web Push. */
import { ECDH } from 'node:crypto'
import { isIP } from 'node:net'
import { answers, createRoute, creates, needs, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

/** Address that a push service gave a browser. The server will send there, so it must be on the internet, over TLS. */
const Endpoint = z
  .url({ protocol: /^https$/ })
  .max(2000)
  .refine(isOutside, 'must be the address of a push service')

const Point = z.string().refine(isPoint, 'must be a point of P-256, as base64url')
const Secret = z.string().refine((text) => Buffer.from(text, 'base64url').length === 16, 'must be 16 bytes')

const BrowserSchema = z
  .object({
    id: z.string().describe('Its channel is called `push-` and this'),
    since: z.number().int(),
  })
  .openapi('Browser')

export const listBrowsers = createRoute({
  method: 'get',
  path: '/api/browsers',
  summary: 'Browsers that the person is told in, and the key that a browser needs to subscribe',
  responses: answers(z.object({ key: z.string(), browsers: z.array(BrowserSchema) }), 'The oldest first'),
})

export const addBrowser = createRoute({
  method: 'post',
  path: '/api/browsers',
  summary: 'Tell the person in a browser, which has subscribed at its push service',
  request: {
    body: needs(
      z.strictObject({ endpoint: Endpoint, keys: z.strictObject({ p256dh: Point, auth: Secret }) }),
    ),
  },
  responses: creates(BrowserSchema, 'The browser; the same one when it was told of before'),
})

export const removeBrowser = createRoute({
  method: 'delete',
  path: '/api/browsers/{id}',
  summary: 'Tell nothing more in a browser',
  request: { params: z.object({ id: z.string().regex(/^[0-9a-f]{12}$/) }) },
  responses: answers(z.object({ browsers: z.array(BrowserSchema) }), 'Those that are left'),
})

/** Makes the routes of browsers. */
export function browsers({ records, post: { browsers } }: ApiServer) {
  const app = resource()
  const list = async () => (await browsers.list()).map(({ id, since }) => ({ id, since }))

  app.openapi(listBrowsers, async (c) => c.json({ key: browsers.key(), browsers: await list() }, 200))

  app.openapi(addBrowser, async (c) => {
    const { endpoint, keys } = c.req.valid('json')
    const since = records.clock.now()
    const id = await browsers.add({ endpoint, keys, since })
    return c.json({ id, since }, 201)
  })

  app.openapi(removeBrowser, async (c) => {
    await browsers.remove(c.req.valid('param').id)
    return c.json({ browsers: await list() }, 200)
  })

  return app
}

/**
 * Accepts host names of the internet: names of this machine and bare addresses are no push service. The addresses of a
 * name are checked at each send.
 */
function isOutside(text: string): boolean {
  const { hostname, username, password, port } = new URL(text)
  if (username !== '' || password !== '' || port !== '') return false
  return (
    isIP(hostname.replace(/^\[|\]$/g, '')) === 0 &&
    hostname.includes('.') &&
    !/\.?local(host)?\.?$/.test(hostname)
  )
}

function isPoint(text: string): boolean {
  try {
    const point = Buffer.from(text, 'base64url')
    return point.length === 65 && ECDH.convertKey(point, 'prime256v1').length === 65
  } catch {
    return false
  }
}
