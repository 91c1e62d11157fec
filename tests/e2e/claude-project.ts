/** A project whose agents are the real Claude Code, with a scripted model behind it. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { toolsFor } from '../../src/main/sandbox/namespaces.ts'
import { readTranscriptLine } from '../../src/ticket/transcript.ts'
import { ENGINE, noEngine } from '../contracts/engine.ts'
import type { ModelServer } from '../model/server.ts'

const DIST = resolve('dist')
const CLAUDE = resolve('.cache/harnesses/node_modules/.bin/claude')

/** Each kind of sandbox, and why it cannot run here. */
export const KINDS = [
  { kind: 'process', reason: null },
  { kind: 'docker', reason: await noEngine() },
  { kind: 'bubblewrap', reason: await noEngine(() => toolsFor(process.env)) },
]

interface Attempt {
  usage: Record<string, number>
  refused: number
  work: string | null
  /** Null while it lasts; nothing before it began. */
  outcome?: string | null
  reason: string | null
}

export type Project = Awaited<ReturnType<typeof begin>>

/** It is ended and removed when the test is over. */
export async function begin(model: ModelServer, kind: string) {
  const above = mkdtempSync(join(tmpdir(), 'swarm-claude-'))
  const folder = join(above, 'claude-lands')
  const env = {
    PATH: process.env.PATH,
    HOME: above,
    SWARM_CLAUDE_BIN: CLAUDE,
    SWARM_SANDBOX: kind,
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'sk-ant-test',
  }
  const run = async (program: string, args: string[], cwd = folder) => {
    const { code, out } = await ran(program, args, { cwd, env })
    expect(code, `${args.join(' ')}\n${out}`).toBe(0)
    return out
  }
  const node =
    (name: string) =>
    (...args: string[]) =>
      run(process.execPath, [join(DIST, name), ...args])
  const git = (...args: string[]) => run('git', ['--git-dir', join(folder, '.swarm/repo.git'), ...args])
  await run('git', ['init', '-q', '--initial-branch=main', folder], above)
  writeFileSync(join(folder, 'README.md'), 'A project.\n')
  writeFileSync(join(folder, 'verify.sh'), '#!/bin/sh\n! grep -rn BUG --include=*.txt .\n', { mode: 0o755 })
  await run('git', ['add', '.'])
  await run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-qm', 'Begin'])
  const asked = async (path: string) => {
    const own = (name: string) => readFileSync(join(folder, '.swarm', name), 'utf8').trim()
    const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}/api/attempts/1/1${path}`
    return (await fetch(url, { headers: { authorization: `Bearer ${own('token')}` } })).json()
  }
  const attempt = () => asked('') as Promise<Attempt>
  /** Its first megabyte. */
  const transcript = async () => {
    const { text } = (await asked('/transcript?limit=1048576')) as { text: string }
    return text.trimEnd().split('\n').map(readTranscriptLine)
  }
  const pid = () => JSON.parse(readFileSync(join(folder, '.swarm/server.json'), 'utf8')).pid as number
  const ticket = node('ticket.cjs')
  const shown = async () => JSON.parse(await ticket('show', '1', '--format', 'json'))
  const project = { folder, attempt, transcript, shown, pid, git, swarm: node('swarm.mjs'), ticket }
  onTestFinished(async () => {
    await ran(process.execPath, [join(DIST, 'swarm.mjs'), 'stop'], { cwd: folder, env })
    if (kind === 'docker') await removeImages()
    rmSync(above, { recursive: true, force: true, maxRetries: 5 })
  })
  await project.swarm('init', '.', '--yes')
  return project
}

/** The layers stay for the next time. */
async function removeImages() {
  const names = await ENGINE.ask(['images', '--format', '{{.Repository}}:{{.Tag}}', 'swarm-claude-lands-*'])
  for (const name of names.split('\n').filter(Boolean)) await ENGINE.ask(['rmi', '--no-prune', name])
}

/** Not `spawnSync`: the model answers from this very process. */
function ran(program: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      out += data
    })
  return new Promise<{ code: number | null; out: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out })),
  )
}
