/** A project for benchmarks, and the programs on it. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'

const dist = resolve('dist')

/** What benches read of an attempt. */
export interface AttemptSeen {
  number: number
  outcome: string
  reason: string | null
}

/** What benches read of an entry of the log. */
export interface EntrySeen {
  at: number
  event: { type: string; phase?: string; charged?: boolean; attempt?: number }
}

/** What benches read of the answers of the API. Each answer has the fields that its address is asked for. */
export interface Seen {
  id: number
  url: string
  status: string
  paused: boolean
  pauses: { reason: string }[]
  counts: { done: number; in_progress: number; ready: number }
  last: number
  text: string
  held: unknown[]
  tickets: unknown[]
  receipts: unknown[]
  events: EntrySeen[]
  attempt_records: AttemptSeen[]
  agents: { phase: string | null; memory_bytes: number | null }[]
}

/** Reads from the API of the running server. */
export type Get = (path: string) => Promise<Seen>

/** Writes to the API of the running server. Refuses what the server refuses. */
export type Ask = (method: string, path: string, body?: object) => Promise<Seen>

/** A step of a scripted agent, or what it does on an occasion. */
export type Step = Record<string, unknown>

/**
 * An initialised project with so many files and a gate, a shell script that takes next to nothing; in a folder of that
 * name in a new one.
 */
export function project(prefix: string, files: number, name = '', gate = 'test -d src\n'): string {
  const folder = join(mkdtempSync(join(tmpdir(), prefix)), name)
  for (let at = 0; at < files; at++) {
    const path = join(folder, 'src', `part-${at % 20}`, `file-${at}.txt`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `file ${at}\n`.repeat(20))
  }
  writeFileSync(join(folder, 'verify.sh'), `#!/bin/sh\n${gate}`)
  chmodSync(join(folder, 'verify.sh'), 0o755)
  git(folder, 'init', '--quiet', '--initial-branch=main')
  git(folder, 'add', '--all')
  git(folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '-m', 'Begin')
  swarm(folder, 'init', '.', '--yes')
  return folder
}

export const swarm = (folder: string, ...args: string[]): string => program(folder, 'swarm.mjs', args)
export const ticket = (folder: string, ...args: string[]): string => program(folder, 'ticket.cjs', args)
export const git = (folder: string, ...args: string[]): string => said('git', args, folder)

const program = (folder: string, name: string, args: string[]) =>
  said(process.execPath, [join(dist, name), ...args], folder)

function said(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}${stdout}`)
  return stdout.trim()
}

/** Gives what reads from the API of the server that runs there. */
export function api(folder: string): Get {
  const own = (file: string) => readFileSync(join(folder, '.swarm', file), 'utf8').trim()
  const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  const headers = { authorization: `Bearer ${own('token')}` }
  return async (path) => (await (await fetch(url + path, { headers })).json()) as Seen
}

/** Gives what writes to the API of the server that runs there. */
export function asker(folder: string): Ask {
  const own = (file: string) => readFileSync(join(folder, '.swarm', file), 'utf8').trim()
  const headers = {
    authorization: `Bearer ${own('token')}`,
    'x-swarm': '1',
    'content-type': 'application/json',
  }
  const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  return async (method, path, body) => {
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as Seen
  }
}

/** The process number that the server's record names. */
export const serverPid = (folder: string): number =>
  JSON.parse(readFileSync(join(folder, '.swarm', 'server.json'), 'utf8')).pid

/** Milliseconds that it takes. */
export function timed(action: () => unknown): number {
  const began = performance.now()
  action()
  return performance.now() - began
}

/** What an action gives for 0, 1 and so on, so many times. */
export const repeat = <T>(times: number, action: (at: number) => T): T[] =>
  Array.from({ length: times }, (_, at) => action(at))

/** The value that this share of all values is not above; `share` is 0.5 for the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)
