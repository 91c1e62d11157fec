// A project for benchmarks, and the programs on it.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')

/**
 * An initialised project with so many files and a gate, a shell script that takes next to nothing; in a folder of that
 * name in a new one.
 */
export function project(prefix, files, name = '', gate = 'test -d src\n') {
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

export const swarm = (folder, ...args) => program(folder, 'swarm.mjs', args)
export const ticket = (folder, ...args) => program(folder, 'ticket.cjs', args)
export const git = (folder, ...args) => said('git', args, folder)

const program = (folder, name, args) => said(process.execPath, [join(dist, name), ...args], folder)

function said(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}${stdout}`)
  return stdout.trim()
}

/** Reads from the API of the running server. */
export function api(folder) {
  const own = (file) => readFileSync(join(folder, '.swarm', file), 'utf8').trim()
  const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  const headers = { authorization: `Bearer ${own('token')}` }
  return async (path) => (await fetch(url + path, { headers })).json()
}

/** Writes to the API of the running server. */
export function asker(folder) {
  const own = (file) => readFileSync(join(folder, '.swarm', file), 'utf8').trim()
  const headers = {
    authorization: `Bearer ${own('token')}`,
    'x-swarm': '1',
    'content-type': 'application/json',
  }
  const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  return async (method, path, body) => {
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response.json()
  }
}

export const serverPid = (folder) =>
  JSON.parse(readFileSync(join(folder, '.swarm', 'server.json'), 'utf8')).pid

/** Milliseconds that it takes. */
export function timed(action) {
  const began = performance.now()
  action()
  return performance.now() - began
}

export const repeat = (times, action) => Array.from({ length: times }, (_, at) => action(at))

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export const median = (values) => percentile(values, 0.5)
