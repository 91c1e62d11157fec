/** `swarm regenerate` with a real engine: what agents run in is built, hook and all, and its steps are shown. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { removeImages } from '../../demo/images.ts'
import { ENGINE, noEngine, testImage } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'
import { folder } from '../contracts/repo.ts'

const SWARM = join(import.meta.dirname, '../../dist/swarm.mjs')

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8', stdio: 'pipe' }).trim()

/** An image that has all that is installed, so that the test need not wait for Debian. */
async function furnishedImage(): Promise<string> {
  const [context, tag] = [folder(), `swarm-test-furnished-${process.pid}`]
  const dockerfile = `FROM ${(await testImage()).id}\nUSER root\nRUN ln -s /bin/true /usr/local/bin/apt-get && userdel keeper\n`
  writeFileSync(join(context, 'Dockerfile'), dockerfile)
  docker('build', '--quiet', '--tag', tag, context)
  onTestFinished(() => void docker('image', 'rm', '--force', tag))
  return tag
}

const TITLE = 'builds what agents run in, by the hook of the project, and shows the steps'

itUnless(await noEngine(), TITLE, async () => {
  const project = folder()
  mkdirSync(join(project, '.swarm'))
  writeFileSync(join(project, '.swarm/config.json'), '{}')
  onTestFinished(() => removeImages(project))
  writeFileSync(join(project, '.swarm/project-setup.sh'), 'cat /proc/sys/kernel/random/uuid > /built\n')
  const kinds = { SWARM_SANDBOX: 'docker', SWARM_HARNESS: 'scripted' }
  const env = { ...ENGINE.env, ...kinds, SWARM_IMAGE: await furnishedImage() }
  const args = [SWARM, 'regenerate', '--format', 'json']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: project,
    env,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toMatchObject({ status: 0 })
  expect(stderr).toMatch(/^Building the image swarm-[\w-]+:\w{16} …$/m)
  expect(stderr).toMatch(/^(Step \d+\/\d+ : |#\d+ \[.*\] )RUN sh \/tmp\/project-setup\.sh/m)
  const { image } = JSON.parse(stdout)
  expect(docker('run', '--rm', '--network', 'none', image, 'cat', '/built')).toMatch(/^[\da-f-]{36}$/)
})
