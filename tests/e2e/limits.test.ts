import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
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
  expect(out).not.toMatch(/bug:|rests for|steps aside/)
})
