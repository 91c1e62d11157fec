import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type ProjectPaths, pathsOf } from '../../src/main/project/paths.ts'
import { actionKeyOf, pushKeyOf, tokenOf } from '../../src/main/project/record.ts'
import { newFolder, swarm } from './terminal.ts'

const SECRETS: [string, (paths: ProjectPaths) => string, (paths: ProjectPaths) => string][] = [
  ['token', tokenOf, ({ token }) => token],
  ['key of action links', actionKeyOf, ({ actionKey }) => actionKey],
  ['key of messages to browsers', pushKeyOf, ({ pushKey }) => pushKey],
]

it.each(SECRETS)('keeps the %s, and makes another when its file was emptied', async (_, read, file) => {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const paths = pathsOf(folder)
  const first = read(paths)
  expect(first).toMatch(/^[\w-]{43}$/)
  expect(read(paths)).toBe(first)
  for (const spoilt of ['', '\n', '\0'.repeat(44)]) {
    writeFileSync(file(paths), spoilt)
    const second = read(paths)
    expect(second).toMatch(/^[\w-]{43}$/)
    expect([second === first, read(paths)]).toEqual([false, second])
  }
  expect(readFileSync(file(paths), 'utf8').trim()).toBe(read(paths))
  expect(statSync(file(paths)).mode & 0o777).toBe(0o600)
})
