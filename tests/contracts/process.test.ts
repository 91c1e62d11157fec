/** The process adapter: the contract of a sandbox, and what only this adapter has. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { processSandboxes } from '../../src/sandboxes/process/process.ts'
import { startOf } from '../../src/sandboxes/process/table.ts'
import { folder, git, workIn } from './repo.ts'
import { isAlive, killedAfterItsFirstLine, sandboxContract } from './sandbox.ts'

const base = mkdtempSync(join(tmpdir(), 'swarm process '))
const root = join(base, 'sand boxes')
const searchPath = process.env.PATH!
const never = new AbortController().signal

afterAll(() => rmSync(base, { recursive: true, force: true }))

/** A bare repository with two commits, in a path with odd characters; sandboxes get the first one. */
async function source() {
  const project = workIn(folder())
  git(project.path, 'init', '--quiet', '--initial-branch=trunk')
  project.put({ a: 'a\n', '.gitignore': 'ignored\n' })
  const commit = project.commit('one')
  project.put({ b: 'b\n' })
  const tip = project.commit('two')
  const bare = join(base, 're%20po é.git')
  git('/', 'clone', '--quiet', '--bare', project.path, bare)
  return { source: bare, ref: 'refs/heads/trunk', commit, tip }
}

async function abandon() {
  const spec = JSON.stringify({ name: 'abandoned', checkout: { ...(await source2()), history: false }, env: {} })
  const module = join(import.meta.dirname, '../../src/sandboxes/process/process.ts')
  const line = await killedAfterItsFirstLine(`
    import { processSandboxes } from ${JSON.stringify(module)}
    const signal = new AbortController().signal
    const sandboxes = processSandboxes(${JSON.stringify({ root, searchPath })})
    const sandbox = await sandboxes.open(${spec}, signal)
    await sandbox.exec(['sh', '-c', 'setsid sleep 1000 & echo $!; wait'], {
      signal,
      onLine: (pid) => setTimeout(() => console.log(pid + ' ' + sandbox.home), 300),
    })
  `)
  const [, pid, home] = /^(\d+) (.*)$/.exec(line)!
  return () => isAlive(Number(pid)) || existsSync(home!)
}
