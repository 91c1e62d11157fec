import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { git, newFolder, picture, swarm } from './terminal.ts'

/** A repository with these files committed on `branch`. */
function repository(files: Record<string, string>, { branch = 'main', name = 'shop' } = {}): string {
  const folder = newFolder(name)
  git(folder, 'init', '-q', `--initial-branch=${branch}`)
  commit(folder, files)
  return folder
}

function commit(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'Work')
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const landed = (folder: string, branch = 'main') =>
  git(folder, `--git-dir=${folder}/.swarm/repo.git`, 'ls-tree', '-r', '--name-only', branch)
const modeOf = (folder: string, path: string) =>
  git(folder, `--git-dir=${folder}/.swarm/repo.git`, 'ls-tree', 'HEAD', '--', path).slice(0, 6)
const yes = (folder: string) => swarm(['init', '.', '--yes'], { folder })

describe('swarm init', () => {
  it('makes a repository of an empty folder', async () => {
    const folder = newFolder()
    const { code, out } = await yes(folder)
    expect(code).toBe(0)
    expect(out).toContain('Creates a git repository there, with the branch main.')
    expect(git(folder, 'status', '--short')).toBe('')
    expect(landed(folder).split('\n')).toEqual(['PROJECT.md', 'verify.sh'])
    expect(modeOf(folder, 'verify.sh')).toBe('100755')
    expect(statSync(join(folder, 'verify.sh')).mode & 0o777).toBe(0o755)
    expect(readFileSync(join(folder, 'PROJECT.md'), 'utf8')).toContain('# shop')
  })

  it('makes the folder when it is not there', async () => {
    const folder = newFolder()
    expect((await swarm(['init', 'a/new', '--yes'], { folder })).code).toBe(0)
    expect(landed(join(folder, 'a/new'))).toContain('verify.sh')
  })

  it('makes everything that later commands need, where git never sees it', async () => {
    const folder = newFolder()
    await yes(folder)
    for (const part of ['config.json', 'tickets/tickets.db', 'repo.git/HEAD'])
      expect(existsSync(join(folder, '.swarm', part)), part).toBe(true)
    expect(readFileSync(join(folder, '.swarm/.gitignore'), 'utf8')).toContain('*')
    expect(statSync(join(folder, '.swarm')).mode & 0o777).toBe(0o700)
    git(folder, 'add', '-A')
    expect(git(folder, 'status', '--short')).toBe('')
    const { out } = await swarm(['status', '--format', 'json'], { folder })
    expect(JSON.parse(out)).toMatchObject({ branch: 'main', server: null, counts: { open: 0 } })
  })

  it('takes the files of a repository without a commit, but not what never belongs into one', async () => {
    const folder = newFolder()
    git(folder, 'init', '-q', '--initial-branch=main')
    for (const path of [
      'app.py',
      '.env',
      '.env.example',
      'node_modules/x/index.js',
      'server.key',
      'build/out.o',
    ])
      write(folder, path, 'x')
    write(folder, '.gitignore', 'build/\n')
    git(folder, 'add', 'app.py')
    const { out } = await yes(folder)
    expect(out).toContain('Includes: 3 files, in a first commit on main')
    expect(out).toContain('Excluded from that commit: .env, node_modules/x/index.js, server.key')
    expect(landed(folder).split('\n')).toEqual([
      '.env.example',
      '.gitignore',
      'PROJECT.md',
      'app.py',
      'verify.sh',
    ])
    expect(git(folder, 'status', '--short').split('\n')).toEqual([
      '?? .env',
      '?? node_modules/',
      '?? server.key',
    ])
  })

  it('takes files whose names are not UTF-8 into the first commit, and shows the others quoted', async () => {
    const folder = newFolder('odd')
    writeFileSync(Buffer.from(join(folder, 'caf\xe9.txt'), 'latin1'), 'x')
    writeFileSync(Buffer.from(join(folder, 'key\xff.pem'), 'latin1'), 'x')
    const { code, out } = await yes(folder)
    expect([code, out]).toEqual([0, expect.stringContaining('Excluded from that commit: "key\\377.pem"')])
    expect(landed(folder).split('\n')).toEqual(['PROJECT.md', '"caf\\351.txt"', 'verify.sh'])
  })

  it('keeps the branch called master', async () => {
    const folder = repository({ 'a.txt': 'a' }, { branch: 'master' })
    await yes(folder)
    expect(landed(folder, 'master').split('\n')).toEqual(['PROJECT.md', 'a.txt', 'verify.sh'])
    expect(git(folder, 'log', '--format=%s', 'master').split('\n')).toEqual([
      'Add verify.sh and PROJECT.md for swarm',
      'Work',
    ])
  })

  it('takes the default branch, and leaves the one that is checked out alone', async () => {
    const folder = repository({ 'a.txt': 'a' })
    git(folder, 'switch', '-q', '-c', 'idea')
    commit(folder, { 'b.txt': 'b' })
    const before = [git(folder, 'rev-parse', 'idea'), git(folder, 'status', '--short')]
    await yes(folder)
    expect(landed(folder).split('\n')).toEqual(['PROJECT.md', 'a.txt', 'verify.sh'])
    expect([git(folder, 'rev-parse', 'idea'), git(folder, 'status', '--short')]).toEqual(before)
    expect(existsSync(join(folder, 'verify.sh'))).toBe(false)
  })

  it("believes origin's word for the default branch", async () => {
    const folder = repository({ 'a.txt': 'a' }, { branch: 'release' })
    git(folder, 'branch', 'main')
    git(folder, 'update-ref', 'refs/remotes/origin/release', 'HEAD')
    git(folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/release')
    const { out } = await yes(folder)
    expect(out).toContain('Taken: branch release at')
    expect(git(folder, 'rev-parse', 'main')).not.toBe(git(folder, 'rev-parse', 'release'))
  })

  it('says what is not committed and therefore not taken, and keeps it as it is', async () => {
    const folder = repository({ 'a.txt': 'a', 'b.txt': 'b' })
    write(folder, 'a.txt', 'changed')
    write(folder, 'staged.txt', 'staged')
    write(folder, 'new.txt', 'new')
    git(folder, 'add', 'staged.txt')
    const { out } = await yes(folder)
    expect(out).toMatch(/Not included, because not committed: .*a\.txt/)
    expect(git(folder, 'status', '--short').split('\n')).toEqual(['M a.txt', 'A  staged.txt', '?? new.txt'])
    expect(landed(folder)).not.toContain('staged.txt')
  })

  it('asks nothing and commits nothing where the project has its own verify.sh and PROJECT.md', async () => {
    const folder = repository({ 'verify.sh': '#!/bin/sh\nexit 1\n', 'PROJECT.md': 'Ours' })
    const tip = git(folder, 'rev-parse', 'main')
    const { code, out } = await swarm(['init', '.'], { folder })
    expect(code).toBe(0)
    expect(out).toContain('verify.sh is not executable, so nothing could land')
    expect(git(folder, 'rev-parse', 'main')).toBe(tip)
  })

  it("commits the person's own verify.sh as it is", async () => {
    const folder = repository({ 'a.txt': 'a' })
    write(folder, 'verify.sh', '#!/bin/sh\nmake\n')
    const { out } = await yes(folder)
    expect(out).toContain('the file in your folder')
    expect(readFileSync(join(folder, 'verify.sh'), 'utf8')).toBe('#!/bin/sh\nmake\n')
    expect(git(folder, 'show', 'main:verify.sh')).toBe('#!/bin/sh\nmake')
    expect(modeOf(folder, 'verify.sh')).toBe('100755')
    expect(git(folder, 'status', '--short')).toBe('')
  })

  it('says that it was there before when run again, and changes nothing', async () => {
    const folder = newFolder()
    await yes(folder)
    const before = picture(folder)
    const { code, out } = await yes(folder)
    expect([code, out]).toEqual([
      0,
      `${folder} is already initialised, and nothing is missing. Next: swarm start.\n`,
    ])
    expect(picture(folder)).toBe(before)
  })

  it('says what is missing when run again, and makes it anew when told to', async () => {
    const folder = repository({ 'verify.sh': 'x', 'PROJECT.md': 'y' })
    await yes(folder)
    rmSync(join(folder, '.swarm/repo.git'), { recursive: true })
    rmSync(join(folder, '.swarm/config.json'))
    const asked = await swarm(['init', '.'], { folder })
    expect(asked.out).toContain('parts are missing: .swarm/config.json, .swarm/repo.git.')
    expect(asked.code).toBe(1)
    expect((await yes(folder)).out).toContain('Restored: .swarm/config.json, .swarm/repo.git.')
    expect(landed(folder).split('\n')).toEqual(['PROJECT.md', 'verify.sh'])
  })

  it('goes on with a project of the original swarm, whose history lies before ours', async () => {
    const folder = repository({ 'verify.sh': 'x', 'PROJECT.md': 'y' })
    commit(folder, { 'a.txt': 'theirs' })
    await yes(folder)
    rmSync(join(folder, '.swarm/.gitignore'))
    git(folder, `--git-dir=${folder}/.swarm/repo.git`, 'update-ref', '-d', 'refs/swarm/start')
    expect((await yes(folder)).out).toContain('Restored: .swarm/.gitignore.')
    expect(await swarm(['audit'], { folder })).toMatchObject({
      code: 0,
      out: expect.stringContaining('before swarm'),
    })
  })

  it('works in a folder whose name has spaces and letters of the world', async () => {
    const folder = repository({ 'ä ö.txt': 'a' }, { name: 'mein Läden 店 $(x)' })
    expect((await yes(folder)).code).toBe(0)
    expect(
      git(
        folder,
        '-c',
        'core.quotePath=false',
        `--git-dir=${folder}/.swarm/repo.git`,
        'ls-tree',
        '-r',
        '--name-only',
        'main',
      ),
    ).toContain('ä ö.txt')
    expect((await swarm(['status'], { folder })).code).toBe(0)
  })

  it('runs no hook and no filter of the project', async () => {
    const folder = repository({ 'a.txt': 'a', '.gitattributes': '* filter=evil\n' })
    const mark = join(folder, '..', 'ran')
    for (const hook of ['pre-commit', 'post-commit', 'reference-transaction', 'post-index-change']) {
      write(folder, `.husky/${hook}`, `#!/bin/sh\ntouch '${mark}'\n`)
      chmodSync(join(folder, `.husky/${hook}`), 0o755)
    }
    git(folder, 'config', 'core.hooksPath', '.husky')
    git(folder, 'config', 'filter.evil.clean', `touch '${mark}'; cat`)
    expect((await yes(folder)).code).toBe(0)
    expect(existsSync(mark)).toBe(false)
  })
})
