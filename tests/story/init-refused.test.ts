import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { git, newFolder, picture, swarm } from './terminal.ts'

function repository(): string {
  const folder = newFolder()
  git(folder, 'init', '-q', '--initial-branch=main')
  writeFileSync(join(folder, 'a.txt'), 'a')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'Work')
  writeFileSync(join(folder, 'a.txt'), 'changed')
  return folder
}

describe('swarm init leaves everything as it was', () => {
  it('when nobody can be asked', async () => {
    const folder = repository()
    const before = picture(folder)
    const said = await swarm(['init', '.'], { folder })
    expect(said).toMatchObject({ code: 1 })
    expect(said.err).toBe(
      'Nothing was changed: committing verify.sh and PROJECT.md on main needs your confirmation. Run it again with --yes.\n',
    )
    expect(picture(folder)).toBe(before)
  })

  it('when the person says no, also to a folder that is empty or not there', async () => {
    for (const [folder, name] of [
      [repository(), '.'],
      [newFolder(), '.'],
      [newFolder(), 'new'],
    ] as const) {
      const before = picture(folder)
      const said = await swarm(['init', name], { folder, answer: false })
      expect(said.code).toBe(1)
      expect(said.err).toContain('Nothing was changed.')
      expect(picture(folder)).toBe(before)
    }
  })

  it('when it is interrupted', async () => {
    for (const folder of [repository(), newFolder()]) {
      const before = picture(folder)
      const signal = AbortSignal.abort()
      await expect(swarm(['init', '.', '--yes'], { folder, signal })).rejects.toThrow()
      expect(picture(folder)).toBe(before)
      expect(folder.endsWith('shop') && existsSync(join(folder, '.swarm'))).toBe(false)
    }
  })

  it('when something else is called .swarm', async () => {
    const folder = repository()
    writeFileSync(join(folder, '.swarm'), 'in the way')
    const before = picture(folder)
    const said = await swarm(['init', '.', '--yes'], { folder })
    expect([said.code, said.err]).toEqual([
      1,
      '.swarm is there already, but not from swarm init. Move it away first.\n',
    ])
    expect(picture(folder)).toBe(before)
  })

  it('when a late step fails', async () => {
    const folder = repository()
    writeFileSync(join(folder, '.git/index.lock'), '')
    const before = picture(folder)
    const said = await swarm(['init', '.', '--yes'], { folder })
    expect(said.code).toBe(1)
    expect(said.err).toContain('found the repository locked')
    expect(picture(folder)).toBe(before)
  })

  it('when the folder cannot be written', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), '')
    const said = await swarm(['init', 'file/new', '--yes'], { folder })
    expect(said).toMatchObject({ code: 1, out: expect.any(String) })
    expect(said.err.trim().split('\n')).toHaveLength(1)
  })

  it('when git is not there', async () => {
    const folder = newFolder()
    const said = await swarm(['init', '.', '--yes'], { folder, environment: { PATH: '/nowhere' } })
    expect(said).toMatchObject({ code: 1, err: 'git is not on PATH. Install git 2.38 or later.\n' })
    expect(picture(folder)).toBe(picture(newFolder()))
  })
})

describe('swarm init refuses', () => {
  it('a folder inside of a repository, and one that would come to lie there', async () => {
    const folder = repository()
    mkdirSync(join(folder, 'src'))
    for (const name of ['src', 'src/new']) {
      const said = await swarm(['init', name, '--yes'], { folder })
      expect(said.code, name).toBe(1)
      expect(said.err).toContain('repository')
    }
  })

  it('a project in which git tracks .swarm/', async () => {
    const folder = repository()
    mkdirSync(join(folder, '.swarm'))
    writeFileSync(join(folder, '.swarm/docker-compose.yml'), 'privileged: true')
    git(folder, 'add', '-f', '.swarm')
    const said = await swarm(['init', '.', '--yes'], { folder })
    expect(said.err).toContain('git tracks .swarm/docker-compose.yml')
    git(folder, 'commit', '-q', '-m', 'Compose')
    git(folder, 'rm', '-rq', '--cached', '.swarm')
    expect((await swarm(['init', '.', '--yes'], { folder })).err).toContain('Branch main has .swarm/ in it')
  })

  it('a repository in the middle of a merge', async () => {
    const folder = repository()
    writeFileSync(join(folder, '.git/MERGE_HEAD'), `${git(folder, 'rev-parse', 'HEAD')}\n`)
    expect((await swarm(['init', '.', '--yes'], { folder })).err).toContain('A merge or rebase is under way')
  })

  it('a shallow clone, and a branch that is checked out elsewhere', async () => {
    const folder = repository()
    git(folder, 'commit', '-qam', 'More')
    const shallow = join(folder, '..', 'shallow')
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${folder}`, shallow], { stdio: 'pipe' })
    expect((await swarm(['init', '.', '--yes'], { folder: shallow })).err).toContain('shallow clone')
    const other = join(folder, '..', 'other')
    git(folder, 'worktree', 'add', '-q', '-b', 'idea', other)
    expect((await swarm(['init', '.', '--yes'], { folder: other })).err).toContain(
      `Branch main is checked out in ${folder}`,
    )
  })
})
