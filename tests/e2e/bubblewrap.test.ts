/** The bubblewrap adapter: the contract of a sandbox in real namespaces, and what only this adapter has. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { toolsFor } from '../../src/main/namespaces.ts'
import { bubblewrapSandboxes } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { noEngine, packsOf } from '../contracts/engine.ts'
import { installingContract } from '../contracts/installing.ts'
import { isolationContract } from '../contracts/isolation.ts'
import { folder } from '../contracts/repo.ts'
import { killedAfterItsFirstLine, type Source, sandboxContract, smallSource } from '../contracts/sandbox.ts'

const MARK = `test-${process.pid}`
const LIMITS = { memoryMb: 512, cpus: 2, pids: 256, diskMb: 256 }
const reason = await noEngine(() => toolsFor(process.env))

const make = async () =>
  bubblewrapSandboxes({
    tools: await toolsFor(process.env),
    machine: 'test',
    mark: MARK,
    limits: () => LIMITS,
    packs: packsOf,
  })

const groups = () => readdirSync('/sys/fs/cgroup/memory/swarm').filter((name) => name.startsWith(MARK))

async function abandon(from: Source) {
  const module = (path: string) => JSON.stringify(join(import.meta.dirname, '../..', path))
  const before = groups()
  await killedAfterItsFirstLine(`
    import { bubblewrapSandboxes } from ${module('src/sandboxes/bubblewrap/bubblewrap.ts')}
    import { openPacks } from ${module('src/repos/git/packs.ts')}
    const signal = new AbortController().signal
    const sandboxes = bubblewrapSandboxes({
      tools: ${JSON.stringify(await toolsFor(process.env))}, machine: 'test', mark: '${MARK}',
      limits: () => (${JSON.stringify(LIMITS)}),
      packs: (path) => openPacks({ path, folder: ${JSON.stringify(folder())} }),
    })
    const checkout = ${JSON.stringify({ ...from, history: false })}
    const sandbox = await sandboxes.open({ name: 'abandoned', checkout, env: {}, programs: {}, gateway: null }, signal)
    await sandbox.exec(['sh', '-c', 'echo up; sleep 1000'], { signal, onLine: console.log })
  `)
  return () => groups().some((name) => !before.includes(name))
}

isolationContract('bubblewrap', { reason, make, source: smallSource })

installingContract('bubblewrap', { reason, make })

sandboxContract('bubblewrap', { reason, make, source: smallSource, abandon })
