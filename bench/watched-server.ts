/**
 * A server that tells for how long its loop stood still, beside a process that does nothing and tells the same: what
 * that one is late by, the machine is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serverPid, swarm } from './project.ts'

const PRELOAD = pathToFileURL(resolve('bench', 'loop-delay.mjs')).href

/** Of one process, in milliseconds; see loop-delay.mjs. */
export interface Delays {
  longest: number
  own: number | null
  worked: number | null
}

export interface Watched {
  /** Null when it was stopped before. */
  stop(): Promise<{ server: Delays; idle: Delays } | null>
}

/** Starts it with so many scripted agents; `stop` gives the delays of both, see loop-delay.mjs. */
export function startWatched(folder: string, agents: number): Watched {
  const delays = join(folder, '.swarm', 'loop-delays')
  mkdirSync(delays)
  const flags = ['--agents', String(agents), '--harness', 'scripted', '--sandbox', 'process', '--port', '0']
  const watching = { NODE_OPTIONS: `--import=${PRELOAD}`, LOOP_DELAYS: delays }
  Object.assign(process.env, watching)
  try {
    swarm(folder, 'start', ...flags)
  } finally {
    for (const name of Object.keys(watching)) delete process.env[name]
  }
  const idle = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    env: { ...process.env, ...watching },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const pid = serverPid(folder)
  writeFileSync(join(delays, 'begin'), '')
  const read = (of: number): Delays => JSON.parse(readFileSync(join(delays, String(of)), 'utf8'))
  let isUp = true
  return {
    async stop() {
      if (!isUp) return null
      isUp = false
      swarm(folder, 'stop')
      const ended = once(idle, 'exit')
      idle.stdin.end()
      await ended
      return { server: read(pid), idle: read(idle.pid!) }
    },
  }
}
