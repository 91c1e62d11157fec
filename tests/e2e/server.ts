/** The built programs as a person runs them: real processes in a real project. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

export const DIST = join(import.meta.dirname, '../../dist')

export interface Said {
  code: number | null
  out: string
  err: string
}

export interface Shop {
  folder: string
  swarm(...argv: string[]): Promise<Said>
  /** What it says as JSON; it must work. */
  json<T = Record<string, unknown>>(...argv: string[]): Promise<T>
  ticket(...argv: string[]): Promise<Said>
  /** Files a ticket whose agent follows the script; gives its number. */
  file(title: string, script: object[]): Promise<number>
  /** Starts the server with the scripted harness. */
  start(...argv: string[]): Promise<Said>
  /** Not waited for. */
  spawn(...argv: string[]): ChildProcess
  /** The process number that the record names. */
  pid(): number
  status(id: number): Promise<string>
  read(path: string): string | null
  /** The same project for whoever has the programs in another folder. */
  from(dist: string): Shop
  write(path: string, text: string): void
}

/** A gate that is red when any file of `src` holds the word BUG. */
const GATE = '#!/bin/sh\nif grep -rn BUG src 2>/dev/null; then exit 1; fi\n'

/**
 * `atEnd` is told how to stop it and clear it away; at the end of the test by default. `begin` makes the project what
 * it is before swarm is there. `more` is of the environment of all programs, which are those in `dist`.
 */
export async function shop(
  atEnd: (clear: () => Promise<void>) => void = onTestFinished,
  begin: (folder: string) => void = () => {},
  more: Record<string, string> = {},
  dist = DIST,
): Promise<Shop> {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-e2e-')))
  const folder = join(above, 'my shop')
  execFileSync('git', ['init', '-q', '--initial-branch=main', folder])
  writeFileSync(join(folder, 'verify.sh'), GATE, { mode: 0o755 })
  begin(folder)
  const env = { PATH: process.env.PATH, HOME: above, SWARM_SANDBOX: 'process', ...more }
  const made = shopAt(folder, env, dist)
  atEnd(async () => {
    await made.from(DIST).swarm('stop')
    rmSync(above, { recursive: true, force: true, maxRetries: 5 })
  })
  expect(await made.swarm('init', '.', '--yes')).toMatchObject({ code: 0 })
  return made
}

function shopAt(folder: string, env: NodeJS.ProcessEnv, dist: string): Shop {
  const program = (name: string, argv: string[]) =>
    spawn(process.execPath, [join(dist, name), ...argv], { cwd: folder, env })
  const swarm = (...argv: string[]) => said(program('swarm.mjs', argv))
  const ticket = (...argv: string[]) => said(program('ticket.cjs', argv))
  return {
    folder,
    swarm,
    ticket,
    spawn: (...argv) => program('swarm.mjs', argv),
    async json(...argv) {
      const { code, out, err } = await swarm(...argv, '--format', 'json')
      expect([code, err]).toEqual([0, ''])
      return JSON.parse(out)
    },
    async file(title, script) {
      const fence = '```'
      const description = `${fence}script\n${JSON.stringify(script)}\n${fence}`
      return Number((await ticket('create', title, '--description', description)).out)
    },
    from: (other) => shopAt(folder, env, other),
    start: (...argv) => swarm('start', '--harness', 'scripted', '--port', '0', ...argv),
    pid: () => JSON.parse(readFileSync(join(folder, '.swarm/server.json'), 'utf8')).pid,
    status: async (id) => JSON.parse((await ticket('show', String(id), '--format', 'json')).out).status,
    write: (path, text) => writeFileSync(join(folder, path), text),
    read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null),
  }
}

export function said(child: ChildProcess): Promise<Said> {
  return new Promise((resolve) => {
    let [out, err] = ['', '']
    child.stdout?.on('data', (chunk) => {
      out += chunk
    })
    child.stderr?.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

/** A process that has ended and that nobody has asked about yet is not alive. */
export function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  if (existsSync('/proc/self/stat')) return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
