/** Browsers that receive messages: their subscriptions are stored beside the tickets. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isPublic } from '../../gateway/egress/addresses.ts'
import { publicPost, type Reach } from '../../notifiers/push/public-post.ts'
import { push } from '../../notifiers/push/push.ts'
import { publicKeyOf } from '../../notifiers/push/seal.ts'
import type { Browsers, Channel, Subscription } from '../../ports/notifier.ts'
import type { Reads, Store } from '../../ports/store.ts'
import { USUAL_KINDS } from '../../ticket/notice.ts'
import { clock } from '../machine/clock.ts'
import { network } from '../machine/network.ts'

const SETTING = 'push.browsers'
/** Maximum number, more than a person has; the oldest makes room. */
const MOST = 20

const Kept = z.array(
  z.object({
    endpoint: z.string(),
    keys: z.object({ p256dh: z.string(), auth: z.string() }),
    since: z.int(),
  }),
)

/** Opens the subscriptions. `privateKey` is read anew at each use. */
export const browsersIn = (store: Store, privateKey: () => string): Browsers => ({
  key: () => publicKeyOf(privateKey()),
  list: () => kept(store),
  async add(fresh) {
    await change(store, (all) => {
      const others = all.filter(({ endpoint }) => endpoint !== fresh.endpoint)
      return [...others, fresh].slice(-MOST)
    })
    return idOf(fresh.endpoint)
  },
  remove: (id) => change(store, (all) => all.filter(({ endpoint }) => idOf(endpoint) !== id)),
})

const idOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('hex').slice(0, 12)

async function kept(store: Reads): Promise<Subscription[]> {
  const text = await store.setting(SETTING)
  return text === null
    ? []
    : Kept.parse(JSON.parse(text)).map((each) => ({ ...each, id: idOf(each.endpoint) }))
}

type Given = Omit<Subscription, 'id'>

const change = (store: Store, next: (all: Given[]) => Given[]): Promise<void> =>
  store.transact(async (tx) => {
    const all = (await kept(tx)).map(({ id: _, ...given }) => given)
    await tx.putSetting(SETTING, JSON.stringify(next(all)))
  })

/** Parts that the channels of browsers are made of. */
export interface PushParts {
  browsers: Browsers
  privateKey: () => string
  /** URL of the server from outside; empty when it has none. */
  publicUrl: string
  timeZone: string
  reach?: Reach
}

/** Makes a channel for each browser. One that has unsubscribed is removed when its service says so. */
export async function pushChannels({ browsers, reach = OUTSIDE, ...parts }: PushParts): Promise<Channel[]> {
  const contact = parts.publicUrl.startsWith('https://') ? parts.publicUrl : 'mailto:swarm@example.org'
  return (await browsers.list()).map(({ id, endpoint, keys }) => ({
    ...{ name: `push-${id}`, kinds: USUAL_KINDS, actions: true },
    ...{ quietHours: null, digest: null, timeZone: parts.timeZone },
    notifier: push({
      ...{ endpoint, keys, contact, now: clock.now, post: publicPost(reach) },
      privateKey: parts.privateKey(),
      gone: () => browsers.remove(id),
    }),
  }))
}

const OUTSIDE: Reach = {
  resolve: network.resolve,
  allows: (address) => isPublic(address, network.own()),
}
