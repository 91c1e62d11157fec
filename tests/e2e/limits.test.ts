import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { client } from '../../src/api/client.ts'
import { BESIDE, onHead } from './million-paths.ts'
import { isAlive, said, shop } from './server.ts'

const SWARM = join(import.meta.dirname, '../../dist/swarm.mjs')
const MANY = 3600

it(`lives with 256 descriptors through a change of ${MANY} new programs, and the next ticket lands meanwhile`, async () => {
  const { folder, file, pid, swarm, status, json } = await shop()
  const script = `mkdir tools && for n in $(seq ${MANY}); do printf '#!/bin/sh\\necho %s\\n' $n > tools/$n; done && chmod +x tools/*`
  const many = await file('Bring many tools', [{ run: script }])
  const next = await file('Add one', [{ write: { file: 'src/one.txt', text: 'hello\n' } }])
  const start = [process.execPath, SWARM, 'start', '--harness', 'scripted', '--port', '0', '--agents', '2']
  const env = { PATH: process.env.PATH, HOME: join(folder, '..'), SWARM_SANDBOX: 'process' }
  const bounded = spawn('sh', ['-c', 'ulimit -n 256; exec "$@"', 'sh', ...start], { cwd: folder, env })
  expect(await said(bounded)).toMatchObject({ code: 0 })
  const server = pid()
  expect(await swarm('wait', '--timeout', '200')).toMatchObject({ code: 0 })
  expect(isAlive(server)).toBe(true)
  expect(pid()).toBe(server)
  expect([await status(many), await status(next)]).toEqual(['done', 'done'])
  expect(await json('audit')).toMatchObject({ all_green: true })
  const { out } = await swarm('logs', 'server')
  expect(out).not.toMatch(/bug:|backs off for|is retried in/)
})

it('turns back a million paths in less than a kilobyte, on HEAD and beside it, and the next tickets land meanwhile', async () => {
  const { folder, file, start, pid, swarm, status, json } = await shop()
  const hostile = [
    await file('Bring a million on HEAD', [{ run: onHead('src') }]),
    await file('Bring a million beside', [{ run: BESIDE }]),
  ]
  expect(await start('--agents', '3')).toMatchObject({ code: 0 })
  const server = pid()
  const next: number[] = []
  const own = (name: string) => readFileSync(join(folder, '.swarm', name), 'utf8')
  const baseUrl = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  const api = client({ baseUrl, token: own('token').trim(), fetch })
  const isRefused = async (id: number) =>
    (await api.ticket(id)).attempt_records.some(({ reason }) => /more than 200,000 files/.test(reason ?? ''))
  const areRefused = async () => (await Promise.all(hostile.map(isRefused))).every(Boolean)
  // As long as they are at it: to list a million paths takes their own sandbox a minute.
  while (next.length < 30 && !(await areRefused())) {
    next.push(
      await file(`Add ${next.length}`, [{ write: { file: `src/${next.length}.txt`, text: 'hello\n' } }]),
    )
    await expect.poll(() => status(next.at(-1)!), { timeout: 120_000, interval: 200 }).toBe('done')
  }
  await expect.poll(areRefused, { timeout: 180_000, interval: 500 }).toBe(true)
  for (const id of hostile) expect(await status(id)).not.toBe('done')
  expect(pid()).toBe(server)
  expect(isAlive(server)).toBe(true)
  const { commits, all_green } = await json<{ commits: { ticket: number | null }[]; all_green: boolean }>(
    'audit',
  )
  expect(all_green).toBe(true)
  const landed = commits.flatMap((commit) => commit.ticket ?? [])
  expect(landed.sort((a, b) => a - b)).toEqual(next)
  const { out } = await swarm('logs', 'server')
  expect(out).not.toMatch(/bug:|backs off for|is retried in/)
}, 600_000)
