import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Places, placesOf } from '../../src/main/project/paths.ts'
import { actionKeyOf, pushKeyOf, tokenOf } from '../../src/main/project/record.ts'
import { newFolder, swarm } from './terminal.ts'

const SECRETS: [string, (places: Places) => string, (places: Places) => string][] = [
  ['token', tokenOf, ({ token }) => token],
  ['key of action links', actionKeyOf, ({ actionKey }) => actionKey],
  ['key of messages to browsers', pushKeyOf, ({ pushKey }) => pushKey],
]

it.each(SECRETS)('keeps the %s, and makes another when its file was emptied', async (_, read, file) => {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const places = placesOf(folder)
  const first = read(places)
  expect(first).toMatch(/^[\w-]{43}$/)
  expect(read(places)).toBe(first)
  for (const spoilt of ['', '\n', '\0'.repeat(44)]) {
    writeFileSync(file(places), spoilt)
    const second = read(places)
    expect(second).toMatch(/^[\w-]{43}$/)
    expect([second === first, read(places)]).toEqual([false, second])
  }
  expect(readFileSync(file(places), 'utf8').trim()).toBe(read(places))
  expect(statSync(file(places)).mode & 0o777).toBe(0o600)
})
