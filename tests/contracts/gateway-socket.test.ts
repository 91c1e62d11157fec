/** Where sandboxes have no loopback of the host's, the gateway is a socket in a folder. */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openedWith } from './gateway.ts'
import { folder } from './repo.ts'

/** The status of an answer to somebody who works in the folder of the socket, as sandboxes do. */
function statusIn(socketFolder: string): Promise<number | undefined> {
  const back = process.cwd()
  process.chdir(socketFolder)
  const asked = new Promise<number | undefined>((resolve, reject) => {
    const sent = request({ socketPath: 'gateway.sock', path: '/agent' }, (given) => {
      given.resume()
      resolve(given.statusCode)
    })
    sent.on('error', reject).end()
  })
  return asked.finally(() => process.chdir(back))
}

const deep = () => join(folder(), ...Array<string>(9).fill('a folder of some length'))

it('listens in a folder whose path is too long for a socket, and leaves no other name of it', async () => {
  const [place, temporary] = [deep(), folder()]
  vi.stubEnv('TMPDIR', temporary)
  const opening = await openedWith({ folder: place }, 'socket').finally(() => vi.unstubAllEnvs())
  expect(readdirSync(opening.socketFolder!)).toEqual(['gateway.sock'])
  expect(readdirSync(temporary)).toEqual([])
  expect(await statusIn(opening.socketFolder!)).toBe(401)
  await opening.close()
  expect(existsSync(opening.socketFolder!)).toBe(false)
})

it('finds a short name also when the temporary folder is gone, or deep itself', async () => {
  const [place, deepToo] = [deep(), deep()]
  for (const temporary of ['/nowhere', deepToo]) {
    vi.stubEnv('TMPDIR', temporary)
    const opening = await openedWith({ folder: place }, 'socket').finally(() => vi.unstubAllEnvs())
    expect(await statusIn(opening.socketFolder!)).toBe(401)
  }
})

it('makes its folder again when somebody has cleaned it away, for its owner alone', async () => {
  const place = join(folder(), 'work', 'gateway')
  const first = await openedWith({ folder: place }, 'socket')
  await first.close()
  rmSync(join(place, '..'), { recursive: true })
  const second = await openedWith({ folder: place }, 'socket')
  expect(await statusIn(second.socketFolder!)).toBe(401)
  expect(statSync(place).mode & 0o077).toBe(0)
})

it('is trouble, and ends nothing else, when it cannot listen', async () => {
  const file = join(folder(), 'no folder')
  writeFileSync(file, '')
  await expect(openedWith({ folder: file }, 'socket')).rejects.toMatchObject({
    name: 'Trouble',
    code: 'disk',
  })
})
