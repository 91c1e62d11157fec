/** The demo is the product's own proof: it lands everything, and every commit is green from a fresh clone. */
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { markOf } from '../../src/main/project/paths.ts'
import { toolsFor } from '../../src/main/sandbox/namespaces.ts'
import { noEngine } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'

const KINDS: [kind: string, reason: string | null][] = [
  ['process', null],
  ['docker', await noEngine()],
  ['bubblewrap', await noEngine(() => toolsFor(process.env))],
]

for (const [kind, reason] of KINDS) {
  const title = `lands all its tickets in ${kind} sandboxes, and each commit of main is green`
  const landed = async () => {
    const { code, out } = await run('--json', '--timeout', '500', '--sandbox', kind)
    const result = JSON.parse(out.trim().split('\n').at(-1) as string)
    expect(result).toMatchObject({ landed: result.tickets, green: result.commits })
    expect(result.landed).toBeGreaterThanOrEqual(20)
    expect(result.bounced).toBeGreaterThan(0)
    expect(code).toBe(0)
    if (kind === 'docker') expect(imagesOf(result.project)).toBe('')
  }
  itUnless(reason, title, landed, 600_000)
}

/** Of exactly this project, which is gone. */
const imagesOf = (project: string) =>
  execFileSync('docker', ['image', 'ls', '--quiet', `swarm-*-${markOf(project).slice(0, 8)}`], {
    encoding: 'utf8',
  })

function run(...args: string[]): Promise<{ code: number | null; out: string }> {
  const demo = spawn(process.execPath, [join(import.meta.dirname, '../../dist/demo.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  demo.stdout.on('data', (data) => {
    out += data
  })
  return new Promise((resolve) => demo.once('close', (code) => resolve({ code, out })))
}
