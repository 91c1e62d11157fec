/** The programs beside swarm itself: bad input is refused in a sentence, and who calls one off finds nothing left of it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { checkEveryCommit } from '../../demo/check.ts'
import { folder, workIn } from '../contracts/repo.ts'

const PROGRAMS: Record<string, string[]> = {
  demo: ['dist/demo.mjs'],
  sim: ['scripts/bundled.mjs', 'tests/sim/main.ts'],
  chaos: ['scripts/bundled.mjs', 'tests/chaos/main.ts'],
  soak: ['scripts/bundled.mjs', 'tests/soak/main.ts'],
  escape: ['scripts/bundled.mjs', 'tests/escape/main.ts'],
}

it.each([
  ['demo', '--agents many', '--agents must be a whole number from 1 on, not "many".'],
  ['demo', '--quick', "Unknown option '--quick'. See --help."],
  ['sim', '--seeds 0', '--seeds must be a whole number from 1 on, not "0".'],
  ['sim', '--seed x', '--seed must be a whole number from 0 on, not "x".'],
  ['sim', '--mutants --only nothing-such', 'No planted bug has "nothing-such" in its name.'],
  ['chaos', '--kills=-1', '--kills must be a whole number from 0 on, not "-1".'],
  ['chaos', '--sandbox none', '--sandbox must be one of process, docker, bubblewrap, not "none".'],
  ['chaos', '--engine 1', '--engine needs --sandbox docker.'],
  ['chaos', '--points --only nothing-such', 'No point has "nothing-such" in its name.'],
  ['soak', '--minutes 0', '--minutes must be a whole number from 1 on, not "0".'],
  ['escape', '--sandbox process', '--sandbox must be one of docker, bubblewrap, not "process".'],
])('%s refuses %s in a sentence', (program, flags, sentence) => {
  const made = folder()
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...PROGRAMS[program]!, ...flags.split(' ')],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: made } },
  )
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `${sentence}\n` })
  expect(readdirSync(made)).toEqual([])
})

it('sim lives through fewer seeds than it has processes', () => {
  const { status, stdout } = spawnSync(process.execPath, [...PROGRAMS.sim!, '--seeds', '1', '--jobs', '2'], {
    encoding: 'utf8',
  })
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ seeds: 1, violations: 0 })
  expect(status).toBe(0)
})

it.each(['SIGINT', 'SIGTERM'] as const)('chaos leaves nothing behind after %s', async (signal) => {
  const made = folder()
  const chaos = spawn(process.execPath, [...PROGRAMS.chaos!, '--kills', '5', '--tickets', '5'], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: made },
  })
  onTestFinished(() => void chaos.kill())
  const ended = new Promise((resolve) => chaos.once('close', resolve))
  const server = await vi.waitUntil(() => serverBelow(made), { timeout: 60_000 })
  chaos.kill(signal)
  expect(await ended).toBe(130)
  expect(() => process.kill(server, 0)).toThrow('ESRCH')
  expect(readdirSync(made)).toEqual([])
})

it('does not call a commit red whose gate was interrupted', async () => {
  const project = folder()
  execFileSync('git', ['init', '--quiet', project])
  const work = workIn(project)
  work.put({ 'verify.sh': '#!/bin/sh\nexit 1\n' })
  work.commit('Begin')
  const [over, whole] = [new AbortController(), new AbortController()]
  const check = (signal: AbortSignal) => checkEveryCommit(project, folder(), () => {}, signal)
  expect(await check(whole.signal)).toMatchObject({ commits: 1, green: 0 })
  setImmediate(() => over.abort(new Error('called off')))
  await expect(check(over.signal)).rejects.toThrow('called off')
})

/** The number of its process; null while there is none. */
function serverBelow(above: string): number | null {
  try {
    const record = join(above, readdirSync(above)[0]!, 'shop', '.swarm', 'server.json')
    return JSON.parse(readFileSync(record, 'utf8')).pid
  } catch {
    return null
  }
}
