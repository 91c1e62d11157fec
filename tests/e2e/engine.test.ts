/** A server whose engine cannot make containers any more. */
import { expect, it } from 'vitest'
import { slowEngine } from '../contracts/slow-engine.ts'
import { shop } from './server.ts'

const FULL =
  "docker: Error response from daemon: write /var/lib/docker/x: no space left on device.\n\nRun 'docker run --help' for more information\n"

it('asks a person within a minute when the disk of the engine is full, blames no ticket, and goes on when there is room', async () => {
  const engine = slowEngine()
  const made = await shop(undefined, undefined, { PATH: `${engine.bin}:${process.env.PATH}` })
  expect(await made.start('--agents', '2', '--sandbox', 'docker')).toMatchObject({ code: 0 })
  engine.fails('run', FULL)
  const id = await made.file('One', [{ pause: 120_000 }])
  const asked = async () => (await made.json<{ tickets: { title: string }[] }>('inbox')).tickets
  await expect
    .poll(asked, { timeout: 60_000, interval: 500 })
    .toMatchObject([{ title: 'Agents cannot work: no sandbox' }])
  expect((await made.swarm('status')).out).toContain(
    'The disk of the docker engine is full; make room: docker system prune.',
  )
  expect(await made.status(id)).toBe('open')
  const log = JSON.parse((await made.ticket('log', '--format', 'json')).out)
  const sendsBack = log.filter(({ action }: { action: string }) => action === 'bounced')
  expect(sendsBack).not.toEqual([])
  for (const { detail } of sendsBack)
    expect(detail).toMatch(/^no sandbox: The disk of the docker engine is full/)
  engine.fails('run', null)
  await made.swarm('resume')
  await expect.poll(engine.atWork, { timeout: 60_000, interval: 200 }).toBe(1)
})
