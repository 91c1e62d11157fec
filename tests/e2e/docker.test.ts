/** The Docker adapter: the contract of a sandbox in real containers, and what only this adapter has. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { dockerSandboxes } from '../../src/sandboxes/docker/docker.ts'
import { ENGINE, noEngine, packsOf, testImage } from '../contracts/engine.ts'
import { isolationContract } from '../contracts/isolation.ts'
import { folder } from '../contracts/repo.ts'
import { killedAfterItsFirstLine, type Source, sandboxContract, smallSource } from '../contracts/sandbox.ts'

const MARK = `test-${process.pid}`
const LIMITS = { memoryMb: 512, cpus: 2, pids: 256, diskMb: 256 }

const make = async () =>
  dockerSandboxes({
    engine: ENGINE,
    image: await testImage(),
    mark: MARK,
    limits: () => LIMITS,
    packs: packsOf,
    note: () => {},
  })

const containers = () =>
  execFileSync('docker', ['ps', '-aq', '--filter', `label=swarm.project=${MARK}`], {
    encoding: 'utf8',
  }).trim()

async function abandon(from: Source) {
  const module = (path: string) => JSON.stringify(join(import.meta.dirname, '../..', path))
  const before = containers().split('\n')
  await killedAfterItsFirstLine(`
    import { dockerSandboxes } from ${module('src/sandboxes/docker/docker.ts')}
    import { engineOf } from ${module('src/sandboxes/docker/engine.ts')}
    import { openPacks } from ${module('src/repos/git/packs.ts')}
    const signal = new AbortController().signal
    const sandboxes = dockerSandboxes({
      engine: engineOf(${JSON.stringify({ program: ENGINE.program, env: ENGINE.env })}),
      packs: (path) => openPacks({ path, folder: ${JSON.stringify(folder())} }),
      image: ${JSON.stringify(await testImage())}, mark: '${MARK}',
      limits: () => (${JSON.stringify(LIMITS)}), note: () => {},
    })
    const checkout = ${JSON.stringify({ ...from, history: false })}
    const sandbox = await sandboxes.open({ name: 'abandoned', checkout, env: {}, programs: {}, gateway: null }, signal)
    await sandbox.exec(['sh', '-c', 'echo up; sleep 1000'], { signal, onLine: console.log })
  `)
  return () =>
    containers()
      .split('\n')
      .some((id) => !before.includes(id))
}

const reason = await noEngine()

isolationContract('docker', { reason, make, source: smallSource })

sandboxContract('docker', {
  reason,
  make,
  source: smallSource,
  abandon,
  ofImage: ['NODE_VERSION', 'YARN_VERSION', 'NODE_EXTRA_CA_CERTS'],
})
