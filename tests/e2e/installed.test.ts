/** The package as npm installs it elsewhere: what it holds is enough, and its programs start by their names. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const { name } = JSON.parse(readFileSync('package.json', 'utf8'))

const npm = (folder: string, ...argv: string[]) =>
  execFileSync('npm', [...argv, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
  })

/** A folder that goes when the test is over, and the packed package in it. */
function delivered(prefix: string): { home: string; tarball: string } {
  const home = mkdtempSync(join(tmpdir(), prefix))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const [{ filename }] = JSON.parse(
    npm(process.cwd(), 'pack', '--json', '--ignore-scripts', '--pack-destination', home),
  )
  return { home, tarball: join(home, filename) }
}

/** The packages that the lockfile names for who only uses ours, where npm looks for them. */
function copyDependencies(folder: string): void {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  for (const path of Object.keys(packages))
    if (path !== '' && !packages[path].dev && existsSync(path))
      cpSync(path, join(folder, path), { recursive: true, dereference: true })
}

it('runs from the package alone, also when its folder has a space in its name', () => {
  const { home, tarball } = delivered('swarm installed ')
  npm(home, 'install', '--global', '--prefix', home, tarball)

  const shop = join(home, 'shop')
  const env = { PATH: `${join(home, 'bin')}:${process.env.PATH}`, HOME: home }
  const run = (folder: string, program: string, ...argv: string[]) =>
    execFileSync(program, argv, { cwd: folder, env, encoding: 'utf8' })
  run(home, 'git', 'init', '-q', '--initial-branch=main', shop)
  const ann = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org']
  run(shop, 'git', ...ann, 'commit', '-q', '--allow-empty', '-m', 'Begin')
  expect(run(shop, 'swarm', 'init', '.', '--yes')).toContain('is ready')
  run(shop, 'ticket', 'create', 'Add search')
  expect(run(shop, 'ticket', 'list')).toContain('Add search')
  expect(run(shop, 'swarm', 'status')).toContain('1 ready to claim')
})

it('shows the demo by npx, in an empty folder', { timeout: 600_000 }, () => {
  const { home, tarball } = delivered('swarm-npx-')
  const empty = join(home, 'empty')
  mkdirSync(empty)
  writeFileSync(join(empty, 'package.json'), '{ "private": true }\n')
  copyDependencies(empty)
  npm(empty, 'install', '--offline', tarball)
  const shown = execFileSync('npx', ['--offline', name, 'demo', '--format', 'json', '--timeout', '500'], {
    cwd: empty,
    env: { ...process.env, TMPDIR: home },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { tickets, landed, commits, green } = JSON.parse(shown.trim().split('\n').at(-1)!)
  expect({ landed, green }).toEqual({ landed: tickets, green: commits })
  expect(landed).toBeGreaterThanOrEqual(20)
})
