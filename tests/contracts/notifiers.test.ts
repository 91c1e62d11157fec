import { createHmac } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { desktop } from '../../src/notifiers/desktop/desktop.ts'
import { discord } from '../../src/notifiers/discord/discord.ts'
import { email } from '../../src/notifiers/email/email.ts'
import { ntfy } from '../../src/notifiers/ntfy/ntfy.ts'
import { slack } from '../../src/notifiers/slack/slack.ts'
import { telegram } from '../../src/notifiers/telegram/telegram.ts'
import { webhook } from '../../src/notifiers/webhook/webhook.ts'
import type { Notifier } from '../../src/ports/notifier.ts'
import { item, message, notifierContract } from './notifier.ts'
import { httpPeer, mailPeer, rudeMailPeer } from './peers.ts'

const signal = new AbortController().signal
const NOW = Date.UTC(2026, 0, 31)

const OVER_HTTP: Record<string, (url: string) => Notifier> = {
  ntfy: (server) => ntfy({ server, topic: 'my-swarm', token: null }),
  slack: (url) => slack({ url: `${url}/services/T/B/secret` }),
  discord: (url) => discord({ url: `${url}/api/webhooks/1/secret` }),
  telegram: (server) => telegram({ server, token: '1:secret', chat: '7' }),
  webhook: (url) => webhook({ url, secret: 'whsec_c2VjcmV0', now: () => NOW }),
}

/** Every text in some JSON, as who reads it in that app would see it. */
function textsIn(value: unknown): string {
  if (typeof value === 'string')
    return value
      .replace(/\\([\W_])/g, '$1')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(textsIn).join('\n')
}

for (const [name, make] of Object.entries(OVER_HTTP)) {
  const peer = async (...answers: number[]) => {
    const { url, received, end } = await httpPeer(answers)
    return { notifier: make(url), end, arrived: () => received.map(({ json }) => textsIn(json())) }
  }
  notifierContract(name, { make: () => peer(), busy: () => peer(503), strict: () => peer(403) })

  describe(name, () => {
    it('waits as long as it is asked to', async () => {
      const { url } = await httpPeer([{ status: 429, retryAfter: '7' }])
      expect(await make(url).send(message(item()), signal)).toMatchObject({ kind: 'refused', waitMs: 7000 })
    })

    it('is not sure of a message whose connection broke off, and never names its address', async () => {
      const { url } = await httpPeer(['hang up'])
      const delivery = await make(url).send(message(item()), signal)
      expect(delivery).toMatchObject({ kind: 'unsure' })
      expect(JSON.stringify(delivery)).not.toContain('secret')
    })
  })
}

const mailer = (port: number): Notifier =>
  email({
    host: '127.0.0.1',
    port,
    secure: false,
    login: null,
    from: 'swarm@example.org',
    to: 'ada@example.org',
  })

const mailCase = async (options: Parameters<typeof mailPeer>[0] = {}) => {
  const { port, received, end } = await mailPeer(options)
  return { notifier: mailer(port), end, arrived: () => received.map(({ source }) => decoded(source)) }
}

/** Undoes the line breaks and escapes of quoted-printable. */
const decoded = (source: string) =>
  source
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

notifierContract('email', {
  make: () => mailCase(),
  busy: () => mailCase({ refuses: 451 }),
  strict: () => mailCase({ refuses: 550 }),
})

describe('an e-mail', () => {
  it.each<[string, (line: Socket) => void]>([
    ['the line breaks', (line) => line.destroy()],
    ['the server closes the line', (line) => line.end()],
    ['the server answers with nonsense', (line) => line.end('what?\r\n')],
  ])('is not sent again once the server has its text and %s', async (_, then) => {
    const { port, taken } = await rudeMailPeer(then)
    expect(await mailer(port).send(message(item()), signal)).toMatchObject({ kind: 'unsure' })
    expect(taken).toHaveLength(1)
  })

  it('is not sent again once the server has its text and is called off before it answers', async () => {
    const stop = new AbortController()
    const { port, taken } = await rudeMailPeer(() => stop.abort())
    expect(await mailer(port).send(message(item()), stop.signal)).toMatchObject({ kind: 'unsure' })
    expect(taken).toHaveLength(1)
  })

  it('is refused after its text when the server says so, and then sent again', async () => {
    const { port } = await rudeMailPeer((line) => line.write('451 later\r\n'))
    expect(await mailer(port).send(message(item()), signal)).toMatchObject({
      kind: 'refused',
      retryable: true,
    })
  })

  it('names a certificate that is not trusted as the cause', async () => {
    const pem = readFileSync(join(import.meta.dirname, '../samples/push-peer.pem'), 'utf8')
    const { port } = await mailPeer({ tls: { key: pem, cert: pem } })
    const options = { host: '127.0.0.1', port, secure: true, login: null }
    const sent = email({ ...options, from: 'swarm@example.org', to: 'ada@example.org' })
    expect(await sent.send(message(item()), signal)).toMatchObject({
      ...{ kind: 'refused', retryable: true },
      why: expect.stringMatching(
        /^The certificate of the mail server is not trusted here: .*NODE_EXTRA_CA_CERTS/,
      ),
    })
  })
})

/** A notify-send that writes down what it is shown. */
async function desktopCase(exit = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-desktop-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [program, shown] = [join(folder, 'notify-send'), join(folder, 'shown')]
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${shown}'\nexit ${exit}\n`)
  writeFileSync(shown, '')
  chmodSync(program, 0o755)
  return {
    notifier: desktop({ program, env: { PATH: process.env.PATH } }),
    end: async () => rmSync(program),
    arrived: () => [readFileSync(shown, 'utf8')].filter((text) => text !== ''),
  }
}

notifierContract('desktop', {
  make: () => desktopCase(),
  busy: () => desktopCase(),
  strict: () => desktopCase(1),
  skip: [
    {
      reason: 'a program that fails or is missing does not mend itself',
      tests: [
        'says that it may be tried again when the other side is busy',
        'says that it may be tried again when nobody is there',
      ],
    },
    {
      reason: 'a notice of a desktop has no links to click',
      tests: ['links to the ticket and to what can be done about it'],
    },
  ],
})

/** The text of a ticket as somebody hostile might write it. */
const HOSTILE = item({
  title: 'Question #1: <!channel> <b>@everyone</b> *bold* [x](https://evil.example)',
  body: '<!here> <script>alert(1)</script> @everyone <@123> [click](https://evil.example) & `code`',
})

const TURNED = item({ title: 'Pay \u202elib', body: 'Look \u2067there\nand \u200fhere' })
const MARKS = /[\u200f\u202e\u2067]/

describe('text of tickets', () => {
  const sent = async (make: (url: string) => Notifier) => {
    const { url, received } = await httpPeer()
    await make(url).send(message(HOSTILE), signal)
    return received[0]!.json()
  }

  it('mentions nobody on Slack and is no markup there', async () => {
    const body = await sent(OVER_HTTP.slack!)
    const { text, blocks } = body as { text: string; blocks: { text?: { type: string; text: string } }[] }
    expect(text).toContain('&lt;!channel&gt;')
    expect(blocks[0]!.text!.text).not.toContain('<!channel>')
    expect(blocks[1]!.text!.type).toBe('plain_text')
  })

  it('mentions nobody on Discord and is no markup there', async () => {
    const body = await sent(OVER_HTTP.discord!)
    expect(body).toMatchObject({ allowed_mentions: { parse: [] } })
    const [{ description }] = body.embeds as [{ description: string }]
    expect(description).toContain('\\[click\\]\\(https\\:')
    expect(description).toContain('\\<\\@123\\>')
  })

  it('is no HTML on Telegram', async () => {
    const { text } = (await sent(OVER_HTTP.telegram!)) as { text: string }
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text.match(/<[^>]*>/g)).toEqual(['<a href="http://127.0.0.1:3000/t/12">', '<b>', '</b>', '</a>'])
  })

  it.each(['slack', 'discord', 'telegram', 'ntfy'])('turns nothing round on %s', async (name) => {
    const { url, received } = await httpPeer()
    await OVER_HTTP[name]!(url).send(message(TURNED), signal)
    const { body } = received[0]!
    expect(body).not.toMatch(MARKS)
    expect(body.match(/u202e|u2067|u200f/g)).toEqual(expect.arrayContaining(['u202e', 'u2067', 'u200f']))
  })

  it('turns nothing round in an e-mail and on the desktop', async () => {
    for (const { notifier, arrived } of [await mailCase(), await desktopCase()]) {
      await notifier.send(message(TURNED), signal)
      const [shown = ''] = arrived()
      expect(Buffer.from(shown, 'latin1').toString() + shown).not.toMatch(MARKS)
      for (const mark of ['\\u202e', '\\u2067', '\\u200f']) expect(shown).toContain(mark)
    }
  })

  it('adds no header to an e-mail', async () => {
    const { port, received } = await mailPeer()
    const title = 'Question #1\r\nBcc: eve@evil.example\r\n\r\nHello'
    await mailer(port).send(message(item({ title, body: '.\r\nMAIL FROM:<eve@evil.example>' })), signal)
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ to: ['ada@example.org'] })
    const [head = ''] = received[0]!.source.split('\r\n\r\n')
    expect(head).not.toMatch(/^bcc:/im)
    expect(head).toMatch(/^subject: Question #1 Bcc: eve@evil\.example Hello$/im)
  })

  it('is an argument of the desktop program, never an option of it', async () => {
    const { notifier, arrived } = await desktopCase()
    await notifier.send(message(item({ title: '--hint=string:x:y' })), signal)
    expect(arrived()[0]).toContain('--\n--hint=string:x:y\n')
  })
})

describe('a webhook', () => {
  it('is signed as Standard Webhooks says: over its id, the time and the exact body', async () => {
    const { url, received } = await httpPeer()
    await OVER_HTTP.webhook!(url).send(message(item()), signal)
    const { headers, body } = received[0]!
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const expected = createHmac('sha256', 'secret').update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
    expect(headers['webhook-timestamp']).toBe(String(NOW / 1000))
    expect(headers['webhook-id']).toBe('swarm-0123')
    expect(JSON.parse(body)).toMatchObject({
      type: 'swarm.notice',
      timestamp: '2026-01-31T00:00:00.000Z',
      data: { urgent: true, items: [{ kind: 'question', ticket: 12 }] },
    })
  })
})

describe('ntfy', () => {
  it('shows a button for each action that opens its page, and a token only to its server', async () => {
    const { url, received } = await httpPeer()
    await ntfy({ server: url, topic: 'my-swarm', token: 'tk_1' }).send(message(item()), signal)
    expect(received[0]!.headers.authorization).toBe('Bearer tk_1')
    expect(received[0]!.json()).toMatchObject({
      topic: 'my-swarm',
      priority: 4,
      click: 'http://127.0.0.1:3000/t/12',
      actions: [{ action: 'view', label: 'Answer', url: 'https://swarm.example.org/a/token' }],
    })
  })
})
