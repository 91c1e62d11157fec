/** Machines that have less than usual: a user without a name, no watcher on files that is left. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { DIST, shop } from './server.ts'

const SWARM = join(DIST, 'swarm.mjs')

it.skipIf(process.getuid?.() !== 0)('serves a user whose number has no name, as in many containers', () => {
  const home = mkdtempSync(join(tmpdir(), 'swarm-nobody-'))
  chownSync(home, 54_321, 54_321)
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, {
      cwd: home,
      uid: 54_321,
      gid: 54_321,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, SWARM_SANDBOX: 'process', SWARM_HARNESS: 'scripted' },
    })
  const swarm = (...args: string[]) => run(process.execPath, SWARM, ...args)
  run('sh', '-c', "git init -q -b main . && printf '#!/bin/sh\\n' > verify.sh && chmod +x verify.sh")
  expect(swarm('init', '.', '--yes').status).toBe(0)
  const started = swarm('start', '--port', '0')
  swarm('stop')
  expect(started).toMatchObject({ status: 0, stderr: '' })
  expect(swarm('doctor').stdout).not.toContain('uv_os_get_passwd')
})

const NONE = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"'
const canTell = () => {
  try {
    execFileSync('unshare', ['-Ur', 'sh', '-c', NONE, 'sh', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it.skipIf(!canTell())('works where editors and bundlers have left no watcher on files', async () => {
  const { folder, file, status } = await shop()
  const id = await file('Write a line', [{ write: { file: 'line.txt', text: 'x\n' } }])
  const env = { PATH: process.env.PATH, HOME: join(folder, '..'), SWARM_SANDBOX: 'process' }
  const start = [process.execPath, SWARM, 'start', '--harness', 'scripted', '--port', '0']
  const began = spawnSync('unshare', ['-Ur', 'sh', '-c', NONE, 'sh', ...start], { cwd: folder, env })
  expect(began.status).toBe(0)
  await expect.poll(() => status(id), { timeout: 60_000, interval: 250 }).toBe('done')
})
