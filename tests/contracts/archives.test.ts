import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileArchives } from '../../src/stores/files/archives.ts'
import { folder } from './repo.ts'

const filled = (text: string) => async (path: string) => writeFileSync(path, text)

it('finds what it keeps, by its key, and nothing else', async () => {
  const archives = fileArchives(join(folder(), 'new'), 3)
  expect(await archives.find('one')).toBeNull()
  await archives.keep('one', filled('whole'))
  const path = await archives.find('one')
  expect(readFileSync(path!, 'utf8')).toBe('whole')
  expect(statSync(path!).mode & 0o777).toBe(0o400)
  expect(await archives.find('other')).toBeNull()
})

it('has nothing of what was not filled to its end, also when that was an earlier process', async () => {
  const place = folder()
  const archives = fileArchives(place, 3)
  const breaking = archives.keep('one', async (path) => {
    writeFileSync(path, 'half')
    throw new Error('the disk is full')
  })
  await expect(breaking).rejects.toThrow('the disk is full')
  expect(await archives.find('one')).toBeNull()
  writeFileSync(join(place, 'two.unfinished'), 'half')
  await archives.keep('three', filled('whole'))
  expect(readdirSync(place)).toEqual(['three.tar'])
})

it('keeps on when somebody cleans it away, also while it is being filled', async () => {
  const place = join(folder(), 'shelf')
  const archives = fileArchives(place, 3)
  await archives.keep('one', filled('whole'))
  rmSync(place, { recursive: true })
  expect(await archives.find('one')).toBeNull()
  const cleaned = archives.keep('two', async (path) => {
    writeFileSync(path, 'whole')
    rmSync(place, { recursive: true })
  })
  await expect(cleaned).rejects.toMatchObject({ name: 'Trouble', code: 'disk', retryable: true })
  await archives.keep('three', filled('whole'))
  expect(readdirSync(place)).toEqual(['three.tar'])
})

it('is trouble of the disk, and no bug, where nothing can be kept', async () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  const keeping = fileArchives(join(file, 'shelf'), 3).keep('one', filled('whole'))
  await expect(keeping).rejects.toMatchObject({ name: 'Trouble', code: 'disk' })
})

it('keeps three, and those that were used last', async () => {
  const archives = fileArchives(folder(), 3)
  const old = (path: string | null, minutes: number) => {
    const at = Date.now() / 1000 - minutes * 60
    utimesSync(path!, at, at)
  }
  for (const [at, key] of ['one', 'two', 'three'].entries()) {
    await archives.keep(key, filled(key))
    old(await archives.find(key), 10 - at)
  }
  const two = await archives.find('two')
  old(two, 20)
  const one = await archives.find('one')
  await archives.keep('four', filled('four'))
  expect([one, two].map((path) => existsSync(path!))).toEqual([true, false])
})

it('is filled by several at once', async () => {
  const place = folder()
  const archives = fileArchives(place, 3)
  let finish = () => {}
  const slow = archives.keep('slow', async (path) => {
    writeFileSync(path, 'ha')
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    appendFileSync(path, 'lf')
  })
  await archives.keep('quick', filled('whole'))
  finish()
  await slow
  expect(readFileSync((await archives.find('slow'))!, 'utf8')).toBe('half')
})

it('removes an archive, whether or not there is one', async () => {
  const archives = fileArchives(folder(), 3)
  await archives.keep('one', filled('whole'))
  await archives.keep('two', filled('whole'))
  await archives.remove('one')
  await archives.remove('none')
  expect([await archives.find('one'), await archives.find('two')]).toEqual([null, expect.any(String)])
})
