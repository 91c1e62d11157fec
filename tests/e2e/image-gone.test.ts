/** The image of the sandboxes is removed while a server runs, as by `docker image prune`. */
import { expect, it, onTestFinished } from 'vitest'
import { dockerSandboxes } from '../../src/sandboxes/docker/docker.ts'
import { imageOf, imageThere } from '../../src/sandboxes/docker/image.ts'
import { ENGINE, noEngine, packsOf, testImage } from '../contracts/engine.ts'
import { folder } from '../contracts/repo.ts'
import { smallSource } from '../contracts/sandbox.ts'

const reason = await noEngine()
const signal = new AbortController().signal

it.skipIf(reason !== null)('opens the next sandbox from an image that is made again', async () => {
  const mark = `test-gone-${process.pid}`
  const files = { Dockerfile: `ARG FROM\nFROM $FROM\nLABEL swarm.test=${mark}\n` }
  const recipe = { name: `swarm-${mark}`, from: (await testImage()).id, files }
  const renew = () => imageOf(ENGINE, recipe, { anew: false, folder: folder(), onLine: () => {}, signal })
  const image = await renew()
  const remove = async () => {
    const there = await imageThere(ENGINE, recipe)
    if (there !== null) await ENGINE.ask(['image', 'rm', '--force', there.id])
  }
  onTestFinished(remove)
  const sandboxes = dockerSandboxes({
    ...{ engine: ENGINE, mark, image, renew, packs: packsOf, note: () => {} },
    limits: () => ({ memoryMb: 512, cpus: 2, pids: 256, diskMb: 256 }),
  })
  await remove()
  expect(await imageThere(ENGINE, recipe)).toBeNull()
  const { source, ref, commit } = await smallSource()
  const checkout = { source, ref, commit, history: false }
  const opening = ['gone-1', 'gone-2'].map((name) =>
    sandboxes.open({ name, checkout, env: {}, programs: {}, gateway: null }, signal),
  )
  const opened = await Promise.all(opening)
  onTestFinished(async () => void (await sandboxes.endOpen()))
  for (const each of opened) expect((await each.exec(['cat', 'a.txt'], { signal })).output).toContain('a')
  expect(await imageThere(ENGINE, recipe)).not.toBeNull()
})
