/** The Docker adapter, with Docker and with Podman: the contract of a sandbox in real containers. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { dockerSandboxes } from '../../src/sandboxes/docker/docker.ts'
import type { Engine } from '../../src/sandboxes/docker/engine.ts'
import { ENGINE, noEngine, noPodman, PODMAN, packsOf, testImage } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'
import { installingContract } from '../contracts/installing.ts'
import { isolationContract } from '../contracts/isolation.ts'
import { providerContract } from '../contracts/provider.ts'
import { folder } from '../contracts/repo.ts'
import { killedAfterItsFirstLine, type Source, sandboxContract, smallSource } from '../contracts/sandbox.ts'

const never = new AbortController().signal
const MARK = `test-${process.pid}`
const LIMITS = { memoryMb: 512, cpus: 2, pids: 256, diskMb: 256 }

function contracts(engine: Engine, reason: string | null): void {
  const make = async () =>
    dockerSandboxes({
      ...{ engine, mark: MARK, image: await testImage(engine), packs: packsOf },
      ...{ limits: () => LIMITS, note: () => {}, renew: () => testImage(engine) },
    })

  const containers = (...more: string[]) =>
    execFileSync(engine.program, ['ps', '-aq', '--filter', `label=swarm.project=${MARK}`, ...more], {
      ...{ encoding: 'utf8', env: engine.env },
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
        engine: engineOf(${JSON.stringify({ program: engine.program, env: engine.env })}),
        packs: (path) => openPacks({ path, folder: ${JSON.stringify(folder())} }),
        image: ${JSON.stringify(await testImage(engine))}, mark: '${MARK}',
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

  isolationContract(engine.program, { reason, make, source: smallSource, opensUsers: engine === PODMAN })

  installingContract(engine.program, { reason, make })

  providerContract(engine.program, { reason, make, source: smallSource })

  itUnless(reason, `${engine.program}: a container that is killed is nobody's fault`, async () => {
    const checkout = { ...(await smallSource()), history: false }
    const spec = { name: 'killed', checkout, env: {}, programs: {}, gateway: null }
    const sandbox = await (await make()).open(spec, never)
    onTestFinished(() => sandbox.close())
    const named = containers('--filter', 'label=swarm.name=killed')
    execFileSync(engine.program, ['kill', named], { env: engine.env, stdio: 'ignore' })
    const gone = { name: 'Trouble', code: 'sandbox', retryable: true }
    await expect(sandbox.exec(['true'], { signal: never })).rejects.toMatchObject(gone)
    const host = join(folder(), 'taken')
    const taken = sandbox.take(['true'], host, { signal: never, timeoutMs: 10_000, most: 1 })
    await expect(taken).rejects.toMatchObject(gone)
    expect(existsSync(host)).toBe(false)
  })

  sandboxContract(engine.program, {
    ...{ reason, make, source: smallSource, abandon },
    ofImage: [
      'NODE_VERSION',
      'YARN_VERSION',
      'NODE_EXTRA_CA_CERTS',
      ...(engine === PODMAN ? ['container'] : []),
    ],
  })
}

contracts(ENGINE, await noEngine())

// Whole, it takes two minutes: for a machine where somebody has put Podman.
const reason = await noPodman()
if (reason === null) contracts(PODMAN, null)
else itUnless(reason, 'podman: all of its contract', () => {})
