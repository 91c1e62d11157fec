import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { tryOut } from '../../src/life/notices/deliver.ts'
import { channelsOf } from '../../src/main/notices/channels.ts'
import { pathsOf } from '../../src/main/project/paths.ts'
import { readSettings } from '../../src/main/settings/read.ts'
import { USUAL_KINDS } from '../../src/ticket/notice.ts'
import { httpPeer } from '../contracts/peers.ts'

function project(config: object) {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-channels-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  const paths = { ...pathsOf(folder), own: folder }
  const read = () => readSettings({ flags: {}, environment: {}, file }).settings
  const channels = (environment = {}) => channelsOf(read(), paths, environment)
  return { folder, read, channels }
}

const signal = new AbortController().signal
const tryFirst = async (channels: ReturnType<typeof channelsOf>) => tryOut(channels[0]!, 1, signal)

const SECRET = 'https://hooks.slack.example/services/T0/B0/verysecret'

it.each([
  [
    [{ channel: 'slack', url: SECRET }],
    'channel 1: "url" must name the place of the secret: env:NAME or file:PATH',
  ],
  [
    [{ channel: 'telegram', token: 'verysecret', chat: 1 }],
    'channel 1: "token" must name the place of the secret',
  ],
  [
    [{ channel: 'desktop' }, { channel: 'pager', url: SECRET }],
    'channel 2: "channel" must be one of ntfy, slack,',
  ],
  [[{ channel: 'ntfy' }], 'channel 1 needs a "topic"'],
  [[{ channel: 'ntfy', topic: 'a', secret: SECRET }], 'channel 1 has no "secret"'],
  [[{ channel: 'ntfy', topic: 'a', kinds: ['verysecret'] }], 'channel 1: "kinds"'],
  [[{ channel: 'ntfy', topic: 'a', quiet_hours: '10pm' }], 'must be two times such as 22:00-07:00'],
  [[{ channel: 'ntfy', topic: 'a', time_zone: 'Mars' }], 'must be a time zone such as Europe/Berlin'],
  [
    [{ channel: 'desktop' }, { channel: 'desktop' }],
    'it needs a different "name" for each channel of the same kind',
  ],
  [SECRET, 'it must be a list of channels'],
  [[SECRET], 'channel 1 must be an object with a "channel"'],
])('says what is wrong with %j and never shows a value', (notify, sentence) => {
  const { read } = project({ notify })
  expect(read).toThrow(sentence)
  try {
    read()
  } catch (error) {
    expect(String(error)).not.toContain('verysecret')
  }
})

it('finds a secret in a variable, or in a file that is only the person’s', async () => {
  const { url, received } = await httpPeer()
  const { channels } = project({ notify: [{ channel: 'slack', url: 'env:SLACK' }] })
  expect(await tryFirst(channels({ SLACK: url }))).toEqual({ kind: 'sent' })
  const other = project({ notify: [{ channel: 'discord', url: 'file:discord-url' }] })
  writeFileSync(join(other.folder, 'discord-url'), `${url}\n`, { mode: 0o600 })
  expect(await tryFirst(other.channels())).toEqual({ kind: 'sent' })
  expect(received).toHaveLength(2)
  chmodSync(join(other.folder, 'discord-url'), 0o644)
  expect(await tryFirst(other.channels())).toMatchObject({
    kind: 'refused',
    why: 'Other users can read discord-url. Run chmod 600 on it first.',
  })
})

it('says which secret is missing, and lets the other channels be', async () => {
  const { url } = await httpPeer()
  const ntfy = { channel: 'ntfy', topic: 'a', server: url }
  const { channels } = project({ notify: [{ channel: 'slack', url: 'env:SLACK' }, ntfy] })
  const all = channels()
  expect(await tryOut(all[0]!, 1, signal)).toMatchObject({
    kind: 'refused',
    retryable: false,
    why: "The variable SLACK is not set in the server's environment.",
  })
  expect(await tryOut(all[1]!, 1, signal)).toEqual({ kind: 'sent' })
})

it('still knows the topic of the original', () => {
  const { channels } = project({ ntfy_topic: 'swarm-123' })
  expect(channels()).toMatchObject([{ name: 'ntfy', kinds: USUAL_KINDS, actions: false }])
})

it('takes times, zones and names as they are set', () => {
  const { channels } = project({
    time_zone: 'Asia/Tokyo',
    notify: [
      { channel: 'ntfy', topic: 'a', quiet_hours: '22:00-07:30', digest: '18:00', kinds: ['landed'] },
      { channel: 'ntfy', topic: 'b', name: 'other', time_zone: 'Europe/Berlin', actions: false },
    ],
  })
  expect(channels()).toMatchObject([
    {
      name: 'ntfy',
      quietHours: { from: 1320, to: 450 },
      digest: 1080,
      timeZone: 'Asia/Tokyo',
      kinds: ['landed'],
    },
    { name: 'other', quietHours: null, digest: null, timeZone: 'Europe/Berlin', actions: false },
  ])
})
