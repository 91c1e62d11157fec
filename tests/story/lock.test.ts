import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isLocked, takeLock } from '../../src/main/project/lock.ts'
import { folder } from '../contracts/repo.ts'

function taken() {
  const path = join(folder(), 'server.lock')
  const lock = takeLock(path)!
  onTestFinished(() => lock.release())
  return { path, lock }
}

it('keeps the lock while its file stays, whatever is written into that', () => {
  const { path, lock } = taken()
  expect([lock.lost(), isLocked(path), takeLock(path)]).toEqual([null, true, null])
  writeFileSync(path, '')
  expect(lock.lost()).toBe(null)
})

it('says that the file was removed: another one could be locked now', () => {
  const { path, lock } = taken()
  rmSync(path)
  expect(lock.lost()).toBe('was removed')
})

it('says that the file was replaced, also by one that somebody else has locked', () => {
  const { path, lock } = taken()
  renameSync(path, `${path}.old`)
  const other = takeLock(path)!
  expect([lock.lost(), other.lost()]).toEqual(['was replaced', null])
  other.release()
})
