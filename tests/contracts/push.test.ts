/** Web Push: sealed as the standards say, sent only out to the internet, told once, and forgotten when nobody is there. */
import { createECDH } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isPublic } from '../../src/gateway/egress/addresses.ts'
import { deliver } from '../../src/life/notices/deliver.ts'
import { recordNotices } from '../../src/life/notices/record.ts'
import { file } from '../../src/life/tickets/file.ts'
import { browsersIn, pushChannels } from '../../src/main/notices/browsers.ts'
import { publicPost } from '../../src/notifiers/push/public-post.ts'
import { push } from '../../src/notifiers/push/push.ts'
import { publicKeyOf, sealed, vouched } from '../../src/notifiers/push/seal.ts'
import { NOTICE_STATES } from '../../src/ports/notices.ts'
import { SILENT } from '../story/settings.ts'
import { fixture, served } from './api-server.ts'
import { item, message, notifierContract } from './notifier.ts'
import { pushService } from './push-peer.ts'

const signal = new AbortController().signal
const PRIVATE = 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'
const bytes = (text: string) => Buffer.from(text, 'base64url')

it('seals the message of RFC 8291, appendix A, to the very bytes that stand there', () => {
  const own = createECDH('prime256v1')
  own.setPrivateKey(bytes(PRIVATE))
  const keys = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  }
  const salt = bytes('DGv6ra1nlYgDCS1FRnbzlw')
  const text = Buffer.from('When I grow up, I want to be a watermelon')
  expect(sealed(text, keys, { salt, own }).toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

async function subscribed(answers: number[] = []) {
  const service = await pushService(answers)
  const browser = service.subscribe()
  const gone: string[] = []
  const notifier = push({
    ...browser,
    ...{ privateKey: PRIVATE, contact: 'mailto:swarm@example.org', now: Date.now },
    post: publicPost(service.reach),
    gone: async () => void gone.push('gone'),
  })
  const arrived = () =>
    service.arrived.map(({ text }) => {
      const { actions, ...rest } = JSON.parse(text)
      return [...Object.values(rest), ...actions.map(({ url }: { url: string }) => url)].join('\n')
    })
  return { service, browser, notifier, arrived, gone, end: service.end }
}

notifierContract('push', {
  make: () => subscribed(),
  busy: () => subscribed([503]),
  strict: () => subscribed([403]),
})

it('says who sends, for this service alone and not for long, and how urgent it is', async () => {
  const { notifier, service } = await subscribed()
  await notifier.send(message(item()), signal)
  expect(service.problems).toEqual([])
  const [came] = service.arrived
  expect(came).toMatchObject({
    sender: publicKeyOf(PRIVATE),
    claims: { aud: service.origin, sub: 'mailto:swarm@example.org' },
    headers: { urgency: 'high', topic: 'swarm-0123', 'content-encoding': 'aes128gcm' },
  })
  const hours = (came!.claims.exp * 1000 - Date.now()) / 3_600_000
  expect([hours > 1, hours <= 24]).toEqual([true, true])
  expect(vouched(service.origin, PRIVATE, { contact: '', now: 0 })).not.toContain(PRIVATE)
})

describe('an address that a browser gave', () => {
  const inside = [
    '127.0.0.1',
    '::1',
    '10.0.0.8',
    '192.168.1.1',
    '169.254.169.254',
    '::ffff:127.0.0.1',
    'fd00::1',
  ]
  const content = { body: new Uint8Array(), headers: {} }
  const asked = async (url: string, resolve: (host: string) => Promise<string[]>) => {
    const { reach } = await pushService()
    return publicPost({ ...reach, resolve, allows: (address) => isPublic(address, []) })(url, content, signal)
  }

  it.each(inside)(
    'is not asked where its name leads to %s, also beside an address outside',
    async (address) => {
      for (const addresses of [[address], ['93.184.216.34', address]])
        expect(await asked('https://push.example.org/x', async () => addresses)).toMatchObject({
          ...{ kind: 'refused', retryable: false },
          why: 'The address is not on the public internet, or not over TLS.',
        })
    },
  )

  it('is not asked without TLS, nor as a bare address of this machine', async () => {
    const same = async (host: string) => [host]
    for (const url of ['http://93.184.216.34/x', 'https://127.0.0.1/x', 'https://[::1]/x'])
      expect([url, await asked(url, same)]).toMatchObject([url, { kind: 'refused', retryable: false }])
  })

  it('is not believed without a certificate of its name, and follows nobody elsewhere', async () => {
    const { reach, subscribe } = await pushService([302])
    const { endpoint } = subscribe()
    expect(await publicPost(reach)(endpoint.replace('push.', 'other.'), content, signal)).toMatchObject({
      kind: 'unsure',
      why: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    })
    const moved = await subscribed([302])
    expect(await moved.notifier.send(message(item()), signal)).toMatchObject({
      ...{ kind: 'refused', retryable: false, why: 'It answered 302.' },
    })
  })
})

describe('a browser that the person is told in', () => {
  async function told() {
    const on = await fixture()
    const service = await pushService()
    const browsers = browsersIn(on.store, () => PRIVATE)
    const channels = () =>
      pushChannels({
        ...{ browsers, privateKey: () => PRIVATE, publicUrl: '', timeZone: 'UTC' },
        reach: service.reach,
      })
    const post = { ...SILENT, browsers, channels }
    const agent = { kind: 'swarm', name: 'agent-1' } as const
    const ask = (title: string) =>
      file(
        on.server.records,
        {
          title,
          description: 'SQLite or PostgreSQL?',
          type: 'question',
          assignedTo: 'human',
          createdBy: 'agent-1',
        },
        agent,
      )
    const office = { ...on.server.records, post, note: (line: string) => void on.asked.push(line) }
    const round = async () => {
      await recordNotices(on.server.records, await channels())
      on.pass(5000)
      for (const channel of await channels()) while (await deliver(office, channel, signal));
    }
    const states = async () =>
      (await on.store.notices({ states: NOTICE_STATES, limit: 9 })).map(({ channel, state }) => [
        channel,
        state,
      ])
    await round()
    return { ...on, service, browsers, ask, round, states }
  }

  it('is told once of each thing, sealed for it alone', async () => {
    const on = await told()
    const [one, other] = [on.service.subscribe(), on.service.subscribe()]
    const ids = [
      await on.browsers.add({ ...one, since: 1 }),
      await on.browsers.add({ ...other, since: 2 }),
      await on.browsers.add({ ...one, since: 3 }),
    ]
    expect(ids[2]).toBe(ids[0])
    await on.ask('Which database?')
    await on.round()
    await on.round()
    expect(on.service.problems).toEqual([])
    const texts = on.service.arrived.map(({ text }) => JSON.parse(text))
    expect(texts).toHaveLength(2)
    expect(texts[0]).toMatchObject({
      ...{ title: 'Question #1: Which database?', text: 'SQLite or PostgreSQL?', urgent: true, link: null },
    })
    expect((await on.states()).map(([, state]) => state)).toEqual(['sent', 'sent'])
  })

  it('is forgotten when its push service says that nobody is there any more', async () => {
    const on = await told()
    const [one, other] = [on.service.subscribe(), on.service.subscribe()]
    for (const each of [one, other]) await on.browsers.add({ ...each, since: 1 })
    on.service.unsubscribe(one)
    await on.ask('Which database?')
    await on.round()
    expect((await on.browsers.list()).map(({ endpoint }) => endpoint)).toEqual([other.endpoint])
    expect((await on.states()).map(([, state]) => state).sort()).toEqual(['dead', 'sent'])
  })

  it('is one of twenty at most: the oldest makes room', async () => {
    const on = await told()
    for (let at = 0; at < 23; at++) await on.browsers.add({ ...on.service.subscribe(), since: at })
    expect((await on.browsers.list()).map(({ since }) => since)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 3),
    )
  })
})

describe('the door for browsers', () => {
  const endpoint = 'https://push.example.org/send/abc'
  async function withBrowsers() {
    const on = await served()
    const post = { ...SILENT, browsers: browsersIn(on.store, () => PRIVATE) }
    return { ...on, client: (await served({ post })).client, keys: (await pushService()).subscribe().keys }
  }

  it('lets a browser in and out again, by the key that it needs', async () => {
    const { client, keys } = await withBrowsers()
    expect(await client.browsers()).toEqual({ key: publicKeyOf(PRIVATE), browsers: [] })
    const { id } = await client.addBrowser({ endpoint, keys })
    expect(await client.addBrowser({ endpoint, keys })).toMatchObject({ id })
    expect((await client.browsers()).browsers).toMatchObject([{ id }])
    expect(await client.removeBrowser(id)).toEqual({ browsers: [] })
  })

  it.each([
    'http://push.example.org/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://2130706433/x',
    'https://localhost/x',
    'https://printer.local/x',
    'https://intranet/x',
    'https://push.example.org:8443/x',
    'https://me:word@push.example.org/x',
    `https://push.example.org/${'x'.repeat(2000)}`,
  ])('does not take the address %s', async (address) => {
    const { client, keys } = await withBrowsers()
    await expect(client.addBrowser({ endpoint: address, keys })).rejects.toMatchObject({ status: 400 })
    expect((await client.browsers()).browsers).toEqual([])
  })

  it('does not take keys that nothing can be sealed with', async () => {
    const { client, keys } = await withBrowsers()
    const wrong = [
      { p256dh: 'AAAA' },
      { p256dh: Buffer.alloc(65, 4).toString('base64url') },
      { auth: 'AAAA' },
    ]
    for (const each of wrong)
      await expect(client.addBrowser({ endpoint, keys: { ...keys, ...each } })).rejects.toMatchObject({
        status: 400,
      })
  })
})
