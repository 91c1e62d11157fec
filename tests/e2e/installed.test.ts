/** The package as npm installs it elsewhere: what it holds is enough, and both programs start by their names. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

it('runs from the package alone, also when its folder has a space in its name', () => {
  const home = mkdtempSync(join(tmpdir(), 'swarm installed '))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const npm = (...argv: string[]) =>
    execFileSync('npm', [...argv, '--no-audit', '--no-fund', '--loglevel=error'], { encoding: 'utf8' })
  const [{ filename }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', home))
  npm('install', '--global', '--prefix', home, join(home, filename))

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
