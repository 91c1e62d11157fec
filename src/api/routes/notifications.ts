/** Channels to people: their settings, recent notices, and a test of each. */

import { tryOut } from '../../life/notices/deliver.ts'
import { NOTICE_STATES } from '../../ports/notices.ts'
import type { Channel, Delivery } from '../../ports/notifier.ts'
import { within } from '../../ports/patience.ts'
import { NOTICE_KINDS } from '../../ticket/notice.ts'
import { found } from '../errors.ts'
import { answers, createRoute, needs, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

const minute = z.number().int().describe('Minutes after midnight')

const ChannelSchema = z
  .object({
    name: z.string(),
    kinds: z.array(z.enum(NOTICE_KINDS)),
    quiet_hours: z.object({ from: minute, to: minute }).nullable(),
    digest: minute.nullable(),
    time_zone: z.string(),
    actions: z.boolean(),
  })
  .openapi('Channel')

const NoticeSchema = z
  .object({
    channel: z.string(),
    kind: z.enum(NOTICE_KINDS),
    ticket_id: z.number().int().nullable(),
    at: z.number().int(),
    due: z.number().int(),
    state: z.enum(NOTICE_STATES),
    tries: z.number().int(),
    detail: z.string().nullable(),
  })
  .openapi('Notice')

const TrySchema = z.object({
  channel: z.string(),
  outcome: z.enum(['sent', 'refused', 'unsure']),
  why: z.string().nullable(),
})

export const getNotifications = createRoute({
  method: 'get',
  path: '/api/notifications',
  summary: 'The channels, and the newest notices with what became of them',
  responses: answers(
    z.object({ channels: z.array(ChannelSchema), notices: z.array(NoticeSchema) }),
    'Channels and notices, the newest first',
  ),
})

export const tryNotifications = createRoute({
  method: 'post',
  path: '/api/notifications/tests',
  summary: 'Send a message that says it is a test, through every channel or one',
  request: { body: needs(z.strictObject({ channel: z.string().optional() })) },
  responses: answers(z.object({ tries: z.array(TrySchema) }), 'What became of each'),
})

const RECENT = 50
const PATIENCE_MS = 30_000

/** Makes the routes of notifications. */
export function notifications({ records, post }: ApiServer) {
  const app = resource()

  app.openapi(getNotifications, async (c) => {
    const notices = await records.store.notices({ states: NOTICE_STATES, limit: RECENT })
    const told = notices.map(({ ticket, id: _, about: __, body: ___, batch: ____, ...rest }) => ({
      ...rest,
      ticket_id: ticket,
    }))
    return c.json({ channels: (await post.channels()).map(channelJson), notices: told }, 200)
  })

  app.openapi(tryNotifications, async (c) => {
    const { channel: wanted } = c.req.valid('json')
    const all = await post.channels()
    const none = `There is no channel "${wanted}"; see swarm notify list.`
    const chosen = wanted === undefined ? all : [found(all.find(({ name }) => name === wanted) ?? null, none)]
    const signal = within(PATIENCE_MS, c.req.raw.signal)
    const now = records.clock.now()
    const tries = chosen.map(async (each) => tryJson(each, await tryOut(each, now, signal)))
    return c.json({ tries: await Promise.all(tries) }, 200)
  })

  return app
}

const channelJson = ({ name, kinds, quietHours, digest, timeZone, actions }: Channel) => ({
  name,
  kinds: [...kinds],
  quiet_hours: quietHours,
  digest,
  time_zone: timeZone,
  actions,
})

const tryJson = ({ name }: Channel, delivery: Delivery) => ({
  channel: name,
  outcome: delivery.kind,
  why: delivery.kind === 'sent' ? null : delivery.why,
})
