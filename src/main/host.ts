/** Host of the `swarm` commands, made of the process that runs them. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Host } from '../cli/swarm/host/host.ts'
import type { SettingHelp } from '../cli/swarm/host/settings.ts'
import { abortWith } from '../ports/patience.ts'
import { flagOf, KEYS, type Key, variableOf } from '../settings/settings.ts'
import { Refused } from '../ticket/refused.ts'
import { projectIn } from './commands/project.ts'
import { accountsOf } from './credentials/accounts.ts'
import { build } from './machine/build.ts'
import { clock } from './machine/clock.ts'
import type { Environment, Process } from './machine/environment.ts'
import { projectAt } from './project/paths.ts'

/** Makes the host. Large parts are loaded at their first use. */
export function hostOf(process: Process): Host {
  const { terminal, environment, folder, signal } = process
  return {
    ...terminal,
    ...build,
    settings: KEYS.map(settingHelp),
    signal,
    now: clock.now,
    pause: (ms, other) => pause(ms, other ? [signal, other] : [signal]),
    async planInit(given) {
      const { planInit } = await import('./init/host.ts')
      return planInit(resolve(folder, given), { environment, signal })
    },
    accounts: accountsOf(environment),
    async examine() {
      const { examine } = await import('./commands/doctor.ts')
      return examine({ paths: projectAt(folder), environment, signal })
    },
    project(given = folder) {
      const paths = projectAt(resolve(folder, given))
      return paths && projectIn(paths, process)
    },
    read: (path) => bytesOf(path === '-' ? 0 : resolve(folder, path), path),
    async originalTickets(path) {
      const { originalTickets } = await import('./commands/original.ts')
      return originalTickets(resolve(folder, path))
    },
    browse: (url) => browse(url, environment),
    async demo(args) {
      const { runDemo } = await import('./commands/demo.ts')
      return runDemo(args, signal)
    },
  }
}

/** Sleeps until one of the signals aborts, at the longest. A program that watches does so all day. */
function pause(ms: number, signals: AbortSignal[]): Promise<void> {
  const own = new AbortController()
  const release = abortWith(own, signals)
  return clock.sleep(ms, own.signal).finally(release)
}

function bytesOf(place: string | 0, shown: string): Buffer {
  try {
    return readFileSync(place)
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Refused(isMissing ? `There is no file ${shown}.` : `${shown} cannot be read.`)
  }
}

function settingHelp(key: Key): SettingHelp {
  const { name, alias = null, help, fallback } = key
  const shown = Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? '')
  const fitting = shown.length > 40 ? `${shown.slice(0, 39)}…` : shown
  const olderFlag = alias === null ? null : flagOf({ name: alias })
  const spelled = { flag: flagOf(key), olderFlag, variable: variableOf(key) }
  return { name, alias, help, ...spelled, fallback: fitting || 'none' }
}

const BROWSERS: Record<string, string> = { darwin: 'open', linux: 'xdg-open' }

/** Opens a browser; false when there is none, which is not an error: the link was printed. */
function browse(url: string, environment: Environment): boolean {
  const program = environment.WSL_DISTRO_NAME ? 'wslview' : BROWSERS[process.platform]
  const hasScreen =
    process.platform === 'darwin' ||
    environment.DISPLAY ||
    environment.WAYLAND_DISPLAY ||
    environment.WSL_DISTRO_NAME
  if (program === undefined || !hasScreen) return false
  const child = spawn(program, [url], { detached: true, stdio: 'ignore', env: environment })
  child.on('error', () => {})
  child.unref()
  return true
}
