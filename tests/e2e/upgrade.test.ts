/** The programs are replaced, or taken away, while a server runs from them. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { mailPeer } from '../contracts/peers.ts'
import { DIST, shop } from './server.ts'
import { BUILD, installed, NEXT_BUILD } from './upgrade.ts'

const ADDRESSES = { from: 'swarm@example.org', to: 'ada@example.org' }
const UNTIL = { timeout: 120_000, interval: 200 }

/** What an agent may do: it splits its ticket, comments, asks a person, and lands. */
const EVERYTHING = [
  {
    on: 'start',
    do: [
      { comment: 'I begin.' },
      { create: { title: 'The other half', script: [{ write: { file: 'src/half.txt', text: 'half\n' } }] } },
      { ask: 'Which colour?' },
    ],
  },
  { on: 'again', do: [{ run: 'ticket list' }, { write: { file: 'src/whole.txt', text: 'whole\n' } }] },
]

it.each(['process', 'bubblewrap'])(
  'goes on when its programs are gone: agents split, comment and ask, the gate runs, a mail and a backup are made (%s)',
  async (sandbox) => {
    const program = installed()
    onTestFinished(program.clear)
    const mail = await mailPeer()
    const made = await shop(undefined, undefined, { SWARM_SANDBOX: sandbox }, program.dist)
    const channel = { channel: 'email', host: '127.0.0.1', port: mail.port, ...ADDRESSES }
    made.write('.swarm/config.json', JSON.stringify({ notify: [channel] }))
    const id = await made.file('Do everything', EVERYTHING)
    expect(await made.start('--agents', '0')).toMatchObject({ code: 0 })
    program.remove()
    const { swarm, ticket, status, json, folder } = made.from(DIST)
    expect(await swarm('scale', '2')).toMatchObject({ code: 0 })
    const asked = async () => (await json<{ tickets: { id: number }[] }>('inbox')).tickets[0]?.id
    await expect.poll(asked, UNTIL).toBeDefined()
    await expect.poll(() => mail.received.length, UNTIL).toBeGreaterThan(0)
    expect(await ticket('answer', String(await asked()), 'Blue.')).toMatchObject({ code: 0 })
    await expect.poll(() => status(id), UNTIL).toBe('done')
    await expect.poll(() => status(id + 1), UNTIL).toBe('done')
    const { out: log } = await ticket('log')
    expect(log).toContain('The other half')
    expect(log).not.toMatch(/bounced|lost/)
    const backups = join(folder, '.swarm/backups')
    await expect.poll(() => existsSync(backups) && readdirSync(backups).length, UNTIL).toBe(1)
    expect((await swarm('logs', 'server')).out).not.toContain('failed')
    expect(await swarm('stop')).toMatchObject({ code: 0 })
  },
)

it('says that two versions are in use after an upgrade, and what to do, until the server is started again', async () => {
  const program = installed()
  onTestFinished(program.clear)
  const made = await shop(undefined, undefined, {}, program.dist)
  expect(await made.start('--agents', '0')).toMatchObject({ code: 0 })
  expect((await made.swarm('status')).out).not.toContain('Two versions')
  program.upgrade()
  const told = `Two versions are in use: the server is 0.1.0 (${BUILD}), this program 0.1.0 (${NEXT_BUILD}). To use one: swarm stop && swarm start. Attempts keep their work.`
  expect((await made.swarm('status')).out).toContain(told)
  expect((await made.swarm()).out).toContain('swarm stop && swarm start')
  expect(await made.json('status')).toMatchObject({
    server: { build: BUILD, installed: { build: NEXT_BUILD } },
    program: { build: NEXT_BUILD },
  })
  expect(await made.swarm('stop')).toMatchObject({ code: 0 })
  expect(await made.start('--agents', '0')).toMatchObject({ code: 0 })
  expect((await made.swarm('status')).out).not.toContain('Two versions')
})
