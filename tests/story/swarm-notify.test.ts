import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { httpPeer } from '../contracts/peers.ts'
import { newFolder, swarm } from './terminal.ts'

it('tries every channel, shows what became of it, and fails when one did', async () => {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const say = (...argv: string[]) => swarm(argv, { folder, environment: { HOOK: 'whsec_c2VjcmV0' } })
  expect(await say('notify', 'test')).toMatchObject({ code: 1, out: expect.stringMatching(/^No channel/) })

  const [up, down] = [await httpPeer(), await httpPeer([403])]
  const notify = [
    { channel: 'webhook', name: 'desk', url: `${up.url}/hook`, secret: 'env:HOOK' },
    { channel: 'ntfy', name: 'phone', server: down.url, topic: 'shop' },
  ]
  writeFileSync(join(folder, '.swarm/config.json'), JSON.stringify({ notify }))
  expect((await say('config', 'get', 'notify')).out).toBe('desk,phone\n')
  const { code, out } = await say('notify', 'test')
  expect(code).toBe(1)
  expect(out).toMatch(/^ {2}desk {3}sent\n {2}phone {2}refused {2}\S.*\n\n1 channel of 2 failed\.\n$/)
  expect(up.received[0]).toMatchObject({
    path: '/hook',
    headers: { 'webhook-signature': expect.any(String) },
  })
  expect(await say('notify', 'test', '--channel', 'desk')).toMatchObject({
    code: 0,
    out: '  desk  sent\n\nThe test reached every channel.\n',
  })
  expect(down.received).toHaveLength(1)
  expect((await say('notify', 'list')).out).toMatch(/desk +at once +question/)
})
