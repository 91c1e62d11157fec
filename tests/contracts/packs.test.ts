/** Packs for sandboxes that cannot see the repository. */
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Packs } from '../../src/ports/packs.ts'
import { openPacks } from '../../src/repos/git/packs.ts'
import { folderElsewhere, oneDisk } from './disks.ts'
import { itUnless } from './gaps.ts'
import { folder, git } from './repo.ts'
import { type Source, smallSource } from './sandbox.ts'

/** What a sandbox would have, made of these packs alone. */
function objectsOf(files: string[]): string[] {
  const empty = join(folder(), 'sandbox.git')
  git('/', 'init', '--quiet', '--bare', empty)
  for (const file of files) copyFileSync(file, join(empty, 'objects/pack', basename(file)))
  return git('/', '--git-dir', empty, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)').split(
    '\n',
  )
}

const open = (from: Source, place: string) => openPacks({ path: from.source, folder: place })

const all = (packs: Packs, { commit, tip }: Source) => packs.pack({ want: [commit, tip], have: [] })

describe('packs', () => {
  itUnless(oneDisk(), 'are written on another file system than the repository is on', async () => {
    const from = await smallSource()
    const place = folderElsewhere()
    const { files } = await all(open(from, place), from)
    expect(files.map((file) => statSync(file).dev)).toEqual(files.map(() => statSync(place).dev))
    expect(statSync(place).dev).not.toBe(statSync(from.source).dev)
    expect(objectsOf(files)).toEqual(expect.arrayContaining([from.commit, from.tip]))
  })

  it('are made again when somebody has cleaned their folder away, whole or in part', async () => {
    const from = await smallSource()
    const place = join(folder(), 'work', 'packs')
    const packs = open(from, place)
    await all(packs, from)
    rmSync(dirname(place), { recursive: true })
    const again = await all(packs, from)
    expect(again.files.map((file) => existsSync(file))).toEqual(again.files.map(() => true))
    rmSync(again.files.find((file) => file.endsWith('.idx'))!)
    const once = await all(packs, from)
    expect(once.files.map((file) => existsSync(file))).toEqual(once.files.map(() => true))
    expect(once.files).not.toEqual(again.files)
  })

  it('leave nothing but the warm one, and nothing in the repository', async () => {
    const from = await smallSource()
    const place = folder()
    const packs = open(from, place)
    const before = readdirSync(join(from.source, 'objects/pack'))
    const { release } = await packs.pack({ want: [from.tip], have: [from.commit] })
    await release()
    await (await all(packs, from)).release()
    expect(readdirSync(place)).toHaveLength(1)
    expect(readdirSync(join(from.source, 'objects/pack'))).toEqual(before)
  })
})
