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
import { fileShelf } from '../../src/stores/files/shelf.ts'
import { folder } from './repo.ts'

const filled = (text: string) => async (path: string) => writeFileSync(path, text)

it('finds what it keeps, by its key, and nothing else', async () => {
  const shelf = fileShelf(join(folder(), 'new'), 3)
  expect(await shelf.find('one')).toBeNull()
  await shelf.keep('one', filled('whole'))
  const path = await shelf.find('one')
  expect(readFileSync(path!, 'utf8')).toBe('whole')
  expect(statSync(path!).mode & 0o777).toBe(0o400)
  expect(await shelf.find('other')).toBeNull()
})

it('has nothing of what was not filled to its end, also when that was an earlier process', async () => {
  const place = folder()
  const shelf = fileShelf(place, 3)
  const breaking = shelf.keep('one', async (path) => {
    writeFileSync(path, 'half')
    throw new Error('the disk is full')
  })
  await expect(breaking).rejects.toThrow('the disk is full')
  expect(await shelf.find('one')).toBeNull()
  writeFileSync(join(place, 'two.unfinished'), 'half')
  await shelf.keep('three', filled('whole'))
  expect(readdirSync(place)).toEqual(['three.tar'])
})

it('keeps on when somebody cleans it away, also while it is being filled', async () => {
  const place = join(folder(), 'shelf')
  const shelf = fileShelf(place, 3)
  await shelf.keep('one', filled('whole'))
  rmSync(place, { recursive: true })
  expect(await shelf.find('one')).toBeNull()
  const cleaned = shelf.keep('two', async (path) => {
    writeFileSync(path, 'whole')
    rmSync(place, { recursive: true })
  })
  await expect(cleaned).rejects.toMatchObject({ name: 'Trouble', code: 'disk', retryable: true })
  await shelf.keep('three', filled('whole'))
  expect(readdirSync(place)).toEqual(['three.tar'])
})

it('is trouble of the disk, and no bug, where nothing can be kept', async () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  const keeping = fileShelf(join(file, 'shelf'), 3).keep('one', filled('whole'))
  await expect(keeping).rejects.toMatchObject({ name: 'Trouble', code: 'disk' })
})

it('keeps three, and those that were used last', async () => {
  const shelf = fileShelf(folder(), 3)
  const old = (path: string | null, minutes: number) => {
    const at = Date.now() / 1000 - minutes * 60
    utimesSync(path!, at, at)
  }
  for (const [at, key] of ['one', 'two', 'three'].entries()) {
    await shelf.keep(key, filled(key))
    old(await shelf.find(key), 10 - at)
  }
  const two = await shelf.find('two')
  old(two, 20)
  const one = await shelf.find('one')
  await shelf.keep('four', filled('four'))
  expect([one, two].map((path) => existsSync(path!))).toEqual([true, false])
})

it('is filled by several at once', async () => {
  const place = folder()
  const shelf = fileShelf(place, 3)
  let finish = () => {}
  const slow = shelf.keep('slow', async (path) => {
    writeFileSync(path, 'ha')
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    appendFileSync(path, 'lf')
  })
  await shelf.keep('quick', filled('whole'))
  finish()
  await slow
  expect(readFileSync((await shelf.find('slow'))!, 'utf8')).toBe('half')
})

it('removes an archive, whether or not there is one', async () => {
  const shelf = fileShelf(folder(), 3)
  await shelf.keep('one', filled('whole'))
  await shelf.keep('two', filled('whole'))
  await shelf.remove('one')
  await shelf.remove('none')
  expect([await shelf.find('one'), await shelf.find('two')]).toEqual([null, expect.any(String)])
})
