/** The process adapter: the contract of a sandbox, and what only this adapter has. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { processSandboxes } from '../../src/sandboxes/process/process.ts'
import { startOf } from '../../src/sandboxes/table.ts'
import { isAlive, killedAfterItsFirstLine, type Source, sandboxContract, smallSource } from './sandbox.ts'
import { standStill } from './still.ts'

const base = mkdtempSync(join(tmpdir(), 'swarm process '))
const root = join(base, 'sand boxes')
const searchPath = process.env.PATH!
const never = new AbortController().signal

afterAll(() => rmSync(base, { recursive: true, force: true }))

/** Whoever prints waits until the sandbox's record knows of the process, as a server that lives a while longer would. */
async function abandon(from: Source) {
  const module = join(import.meta.dirname, '../../src/sandboxes/process/process.ts')
  const checkout = { ...from, history: false }
  const line = await killedAfterItsFirstLine(`
    import { readFileSync } from 'node:fs'
    import { processSandboxes } from ${JSON.stringify(module)}
    const signal = new AbortController().signal
    const sandboxes = processSandboxes(${JSON.stringify({ root, searchPath })})
    const spec = ${JSON.stringify({ name: 'abandoned', checkout, env: {}, programs: {}, gateway: null })}
    const sandbox = await sandboxes.open(spec, signal)
    const record = sandbox.home.replace(/.home$/, '.processes')
    const told = (pid) => {
      if (readFileSync(record, 'utf8').includes(pid + ' ')) console.log(pid + ' ' + sandbox.home)
      else setTimeout(told, 5, pid)
    }
    await sandbox.exec(['sh', '-c', 'cd /; setsid sleep 1000 & echo $!; wait'], { signal, onLine: told })
  `)
  const [, pid, home] = /^(\d+) (.*)$/.exec(line)!
  return () => isAlive(Number(pid)) || existsSync(home!)
}

sandboxContract('process', {
  make: async () => processSandboxes({ root, searchPath }),
  source: smallSource,
  abandon,
})

it('ends a program that will not be asked, also when the loop stands still meanwhile', async () => {
  const from = await smallSource()
  const checkout = { ...from, history: false }
  const sandboxes = processSandboxes({ root, searchPath })
  const sandbox = await sandboxes.open(
    { name: 'deaf', checkout, env: {}, programs: {}, gateway: null },
    never,
  )
  const stop = new AbortController()
  let pid = 0
  await sandbox.exec(['sh', '-c', "trap '' TERM; echo $$; while :; do sleep 0.1; done"], {
    signal: stop.signal,
    onLine(line) {
      pid = Number(line)
      stop.abort()
      setTimeout(standStill, 1, 3500)
    },
  })
  expect(isAlive(pid)).toBe(false)
  await sandbox.close()
})

describe('process: what is not ours', () => {
  const sandboxes = processSandboxes({ root, searchPath })
  const open = async () => {
    const from = await smallSource()
    return sandboxes.open(
      { name: 'mine', checkout: { ...from, history: false }, env: {}, programs: {}, gateway: null },
      never,
    )
  }

  it('lives on: a program of somebody who looks around in the checkout', async () => {
    const sandbox = await open()
    const somebody = spawn('sleep', ['1000'], { cwd: sandbox.checkout, stdio: 'ignore' })
    await sandbox.exec(['true'], { signal: never })
    expect(isAlive(somebody.pid!)).toBe(true)
    somebody.kill('SIGKILL')
    await sandbox.close()
  })

  it('lives on: a process that got the number of one of ours', async () => {
    const somebody = spawn('sleep', ['1000'], { stdio: 'ignore' })
    const folderOfTheDead = join(root, 'dead-00000000')
    mkdirSync(folderOfTheDead, { recursive: true })
    writeFileSync(`${folderOfTheDead}.processes`, `${process.pid} long-ago\n${somebody.pid} long-ago\n`)
    expect(await sandboxes.reap()).toBe(1)
    expect(isAlive(somebody.pid!)).toBe(true)
    expect(existsSync(folderOfTheDead)).toBe(false)
    somebody.kill('SIGKILL')
  })

  it('is told from ours by when it began', () => {
    expect(startOf(process.pid)).toBe(startOf(process.pid))
    expect(startOf(process.pid)).not.toBeNull()
    expect(startOf(2 ** 30)).toBeNull()
  })
})

describe('process: traces', () => {
  it('leaves no file behind once all its sandboxes are closed', async () => {
    const own = join(base, 'own')
    const sandboxes = processSandboxes({ root: own, searchPath })
    const from = await smallSource()
    const spec = {
      name: '../od/d name',
      checkout: { ...from, history: true },
      env: {},
      programs: {},
      gateway: null,
    }
    const sandbox = await sandboxes.open(spec, never)
    expect(readdirSync(own)).toHaveLength(2)
    expect(readFileSync(join(sandbox.checkout, 'a'), 'utf8')).toBe('a\n')
    await sandbox.close()
    await expect(
      sandboxes.open({ ...spec, checkout: { ...spec.checkout, source: '/no' } }, never),
    ).rejects.toThrow()
    expect(readdirSync(own)).toEqual([])
  })

  it('takes the agent’s name for its commits from the environment it is given', async () => {
    const sandboxes = processSandboxes({ root, searchPath })
    const env = { GIT_AUTHOR_NAME: 'agent-3', GIT_AUTHOR_EMAIL: 'agent-3@swarm' }
    const checkout = { ...(await smallSource()), history: true }
    const sandbox = await sandboxes.open({ name: 'named', checkout, env, programs: {}, gateway: null }, never)
    const script = 'git commit --quiet --allow-empty -m x && git log -1 --format="%an %ae %cn"'
    const { output } = await sandbox.exec(['sh', '-c', script], { signal: never })
    expect(output).toBe('agent-3 agent-3@swarm agent-3\n')
    await sandbox.close()
  })
})
