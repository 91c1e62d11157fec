import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { shortageOf } from '../../src/main/machine/disk.ts'
import { SETTINGS } from '../story/settings.ts'

const HERE = tmpdir()
const shortage = (minFree: number, folders = [HERE]) =>
  shortageOf(folders, () => ({ ...SETTINGS, minFree }))()
const freeMiB = () => {
  const { bavail, bsize } = statfsSync(HERE)
  return Math.floor((bavail * bsize) / 1024 / 1024)
}

it('has nothing against a disk with room', async () => {
  expect(await shortage(0)).toBeNull()
})

it('says which folder has too little room, how much there is and what lets agents go on', async () => {
  const said = await shortage(2 * freeMiB())
  expect(said).toMatch(
    new RegExp(
      `^The disk is nearly full: \\d+ MiB are free for ${HERE}, and min_free is \\d+\\. Agents resume when`,
    ),
  )
})

it('looks at every folder, and passes over one that is not there yet', async () => {
  const nowhere = join(HERE, 'not', 'there', 'yet')
  expect(await shortage(2 * freeMiB(), [nowhere])).toBeNull()
  expect(await shortage(2 * freeMiB(), [nowhere, HERE])).toContain(HERE)
})

it('follows the setting while the server runs', async () => {
  const settings = { ...SETTINGS, minFree: 0 }
  const look = shortageOf([HERE], () => settings)
  expect(await look()).toBeNull()
  settings.minFree = 2 * freeMiB()
  expect(await look()).not.toBeNull()
})
