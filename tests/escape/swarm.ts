/** The suite's hands: a project, and the two programs as a person runs them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, client } from '../../src/api/client.ts'

/** Runs `check.mjs` where there is one: the change's own tests. */
export const GATE = '#!/bin/sh\n[ ! -f check.mjs ] || exec node check.mjs\n'

export interface Hands {
  project: string
  swarm(...args: string[]): string
  ticket(...args: string[]): string
  api(): Client
}

export interface Listed {
  id: number
  title: string
  attempts: number
  status: string
  held: string[]
  assigned_to: string | null
}

export function handsOn(folder: string, env: Record<string, string>): Hands {
  const project = join(folder, 'project')
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'verify.sh'), GATE, { mode: 0o755 })
  writeFileSync(join(project, 'README.md'), '# A project\n')
  needPackage(project)
  const git = (...args: string[]) => execFileSync('git', ['-C', project, ...args], { stdio: 'pipe' })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('-c', 'user.name=You', '-c', 'user.email=you@example.org', 'commit', '--quiet', '--message', 'Begin')
  const run = (program: string, args: string[]) => {
    const options = { cwd: project, encoding: 'utf8' as const, env: { ...process.env, ...env } }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join('dist', program), ...args].map(absolute),
      options,
    )
    if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${status}:\n${stderr || stdout}`)
    return stdout.trim()
  }
  const own = (file: string) => readFileSync(join(project, '.swarm', file), 'utf8')
  return {
    project,
    swarm: (...args) => run('swarm.mjs', args),
    ticket: (...args) => run('ticket.cjs', args),
    api: () => client({ baseUrl: `http://127.0.0.1:${portOf(project)}`, token: own('token').trim(), fetch }),
  }
}

/** One package, which lies in the project itself and so needs no network; npm keeps it like any other. */
export function needPackage(project: string): void {
  mkdirSync(join(project, 'package'))
  writeFileSync(join(project, 'package/package.json'), '{"name":"word","version":"1.0.0"}\n')
  execFileSync('tar', ['-czf', 'word.tgz', 'package'], { cwd: project })
  rmSync(join(project, 'package'), { recursive: true })
  const digest = createHash('sha512').update(readFileSync(join(project, 'word.tgz')))
  const own = { name: 'project', version: '1.0.0', dependencies: { word: 'file:word.tgz' } }
  const integrity = `sha512-${digest.digest('base64')}`
  const word = { version: '1.0.0', resolved: 'file:word.tgz', integrity }
  const packages = { '': own, 'node_modules/word': word }
  const lock = { ...own, lockfileVersion: 3, requires: true, packages }
  writeFileSync(join(project, 'package.json'), JSON.stringify(own))
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lock))
  writeFileSync(join(project, '.gitignore'), 'node_modules\n')
}

const root = process.cwd()
const absolute = (each: string, at: number) => (at === 0 ? join(root, each) : each)

export const portOf = (project: string): number =>
  JSON.parse(readFileSync(join(project, '.swarm', 'server.json'), 'utf8')).port

export const file = (hands: Hands, title: string, script: object[]): number =>
  Number(hands.ticket('create', title, '--description', `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``))

export const listed = (hands: Hands): Listed[] =>
  JSON.parse(hands.ticket('list', '--status', 'open,in_progress,ready,done', '--format', 'json'))
