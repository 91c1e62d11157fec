/** The bubblewrap adapter: the contract of a sandbox in real namespaces, and what only this adapter has. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { toolsFor } from '../../src/main/sandbox/namespaces.ts'
import { bubblewrapSandboxes } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { makeGroup, removeGroups } from '../../src/sandboxes/bubblewrap/cgroup.ts'
import { noEngine, packsOf } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'
import { installingContract } from '../contracts/installing.ts'
import { CALL, callOf, isolationContract } from '../contracts/isolation.ts'
import { providerContract } from '../contracts/provider.ts'
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

/** Opens a sandbox in a process of its own, which is killed after the first line that a program inside prints. */
async function inAProcessThatDies(from: Source, command: string[], launcher?: string[]): Promise<string> {
  const module = (path: string) => JSON.stringify(join(import.meta.dirname, '../..', path))
  const code = `
    import { bubblewrapSandboxes } from ${module('src/sandboxes/bubblewrap/bubblewrap.ts')}
    import { openPacks } from ${module('src/repos/git/packs.ts')}
    const signal = new AbortController().signal
    const sandboxes = bubblewrapSandboxes({
      tools: ${JSON.stringify(await toolsFor(process.env))}, machine: 'test', mark: '${MARK}',
      limits: () => (${JSON.stringify(LIMITS)}),
      packs: (path) => openPacks({ path, folder: ${JSON.stringify(shared())} }),
    })
    const checkout = ${JSON.stringify({ ...from, history: false })}
    const sandbox = await sandboxes.open({ name: 'abandoned', checkout, env: {}, programs: {}, gateway: null }, signal)
    await sandbox.exec(${JSON.stringify(command)}, { signal, onLine: (line) => console.log(line) })
    setInterval(() => {}, 1000)`
  return killedAfterItsFirstLine(code, launcher)
}

async function abandon(from: Source) {
  const before = groups()
  await inAProcessThatDies(from, ['sh', '-c', 'echo up; sleep 1000'])
  return () => groups().some((name) => !before.includes(name))
}

const test = (title: string, run: () => Promise<void>) => itUnless(reason, title, run)

/** A folder that any user of this machine may use. */
function shared(): string {
  const made = folder()
  chmodSync(made, 0o777)
  return made
}

const isRoot = process.getuid?.() === 0

/** Who is not root already. */
const AS_NOBODY = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []

test('needs no root: an ordinary user’s programs run inside', async () => {
  const from = await smallSource()
  execFileSync('chmod', ['-R', 'a+rwX', dirname(from.source)])
  expect(await inAProcessThatDies(from, ['sh', '-c', 'cat a; sleep 1000'], AS_NOBODY)).toBe('a')
})

itUnless(
  isRoot ? null : 'only root may mount control groups',
  'leaves no control group of version 2 behind',
  async () => {
    const root = folder()
    execFileSync('mount', ['-t', 'cgroup2', 'none', root])
    try {
      const group = makeGroup(`${MARK}.left`, LIMITS, root)
      expect(group?.joins).toEqual([join(root, `${MARK}.left`, 'cgroup.procs')])
      const sleeper = spawn('sleep', ['1000'])
      writeFileSync(group!.joins[0]!, String(sleeper.pid))
      await removeGroups((name) => name === `${MARK}.left`, root)
      expect(readdirSync(root)).not.toContain(`${MARK}.left`)
      await expect.poll(() => sleeper.signalCode).toBe('SIGKILL')
    } finally {
      execFileSync('umount', [root])
    }
  },
)

/** Starts a program with a session of keys of its own, which holds one. */
const WITH_A_KEY = `
  my ($join, $add) = splice @ARGV, 0, 2;
  syscall($join + 0, 1, 0) < 0 and die $!;
  my @key = qw(user canary secret);
  syscall($add + 0, @key, 6, -3) < 0 and die $!;
  exec @ARGV`

test('no key of whoever started the server is found inside', async () => {
  const launcher = ['perl', '-e', WITH_A_KEY, ...callOf('keyctl'), ...callOf('add_key')]
  const search = ['perl', '-e', CALL, ...callOf('keyctl'), '10', '-3', 'user', 'canary', '0']
  expect(await inAProcessThatDies(await smallSource(), search, launcher)).toBe('refused 1')
  await (await make()).reap()
})

isolationContract('bubblewrap', { reason, make, source: smallSource })

installingContract('bubblewrap', { reason, make })

providerContract('bubblewrap', { reason, make, source: smallSource })

sandboxContract('bubblewrap', { reason, make, source: smallSource, abandon })
