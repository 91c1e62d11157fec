/** The escape suite: everything that a hostile agent tries is contained, in real containers and namespaces. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { toolsFor } from '../../src/main/sandbox/namespaces.ts'
import { noEngine } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'

const ROOT = join(import.meta.dirname, '../..')

const KINDS: [kind: string, reason: string | null][] = [
  ['docker', await noEngine()],
  ['bubblewrap', await noEngine(() => toolsFor(process.env))],
]

for (const [kind, reason] of KINDS) {
  const title = `a hostile agent gets out of ${kind} in none of over a hundred ways`
  const tried = async () => {
    const { code, out } = await run('--sandbox', kind, '--timeout', '600', '--flood', '10')
    const { tried, ...result } = JSON.parse(out.trim().split('\n').at(-1) as string)
    expect(out.split('\n').filter((line) => /^(ESCAPED|LEAK|TOUCHED)/.test(line))).toEqual([])
    expect(result).toEqual({ contained: tried, leaks: 0, host_touched: 0, sandbox: kind })
    expect(tried).toBeGreaterThan(100)
    expect(code).toBe(0)
  }
  itUnless(reason, title, tried, 650_000)
}

function run(...args: string[]): Promise<{ code: number | null; out: string }> {
  const suite = spawn(process.execPath, ['scripts/bundled.mjs', 'tests/escape/main.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  suite.stdout.on('data', (data) => {
    out += data
  })
  return new Promise((resolve) => suite.once('close', (code) => resolve({ code, out })))
}
