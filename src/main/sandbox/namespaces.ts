/** Sandboxes by bubblewrap: the check of this machine, the folders shown inside, and the line about their limits. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { arch, release } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { Trouble } from '../../ports/trouble.ts'
import { bubblewrapSandboxes } from '../../sandboxes/bubblewrap/bubblewrap.ts'
import { type Limits, makeGroup } from '../../sandboxes/bubblewrap/cgroup.ts'
import type { Tools } from '../../sandboxes/bubblewrap/room.ts'
import { filterFor } from '../../sandboxes/bubblewrap/system-calls.ts'
import { PROGRAMS } from '../../sandboxes/bubblewrap/view.ts'
import type { Environment } from '../machine/environment.ts'
import { templatePath } from '../machine/templates.ts'
import { markOf } from '../project/paths.ts'
import { HARNESSES } from './harness.ts'
import type { KeptPrograms } from './kept-programs.ts'
import { pathOf, whyRefused } from './namespaces-refused.ts'
import type { Chosen, Site } from './setup.ts'
import { warmPacks } from './warm-packs.ts'

interface Around {
  site: Site
  /** The folder of packs. */
  packsIn: string
  programs: KeptPrograms
}

/** Sets up bubblewrap sandboxes. */
export function namespaces({ site, packsIn, programs }: Around, tools: Tools): Chosen {
  const { paths, environment, settings } = site
  const { program } = HARNESSES[settings().harness]
  const harness = program && realpathSync(program.find(environment))
  const { folder, forwarder, entrance } = programs
  const scripted = join(PROGRAMS, basename(programs.scripted))
  const shown = [...tools.shown, ...(harness ? [packageOf(harness)] : [])]
  const packs = warmPacks(packsIn, environment)
  const limits = (): Limits => {
    const { memoryMb, diskMb, cpus, pids } = settings()
    return { memoryMb, diskMb, cpus, pids }
  }
  const seen = { ...tools, forwarder, entrance, programs: folder, shown: outsideOfSystem(shown) }
  return {
    sandboxes: bubblewrapSandboxes({
      ...{ tools: seen, mark: markOf(paths.root), machine: machineDigest(), limits, packs: packs.of },
    }),
    why: whyOf(tools, limits()),
    programs: { node: tools.node, scripted, harness },
    clear: packs.clear,
  }
}

/** Finds the tools for such a sandbox. Throws Trouble, with a sentence, when this machine lacks one. */
export async function toolsFor({ PATH = '/usr/local/bin:/usr/bin:/bin' }: Environment): Promise<Tools> {
  const run = (program: string, args: string[]) =>
    promisify(execFile)(program, args, { env: { PATH }, timeout: 10_000 })
  if (process.platform !== 'linux') throw cannot('bubblewrap is for Linux only.')
  const help = await run('bwrap', ['--help']).catch(() => null)
  if (help === null) throw cannot('bubblewrap is not installed (the program bwrap).')
  for (const [program, from] of [
    ['prlimit', 'util-linux'],
    ['perl', 'perl'],
  ] as const)
    await run(program, ['--version']).catch(() => {
      throw cannot(`bubblewrap sandboxes need the program ${program}: install the package ${from}.`)
    })
  await run('bwrap', [
    '--unshare-all',
    '--ro-bind',
    '/',
    '/',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    'true',
  ]).catch((failure: { stderr?: string }) => {
    const said = failure.stderr?.trim().split('\n').at(-1) || 'it failed'
    throw cannot(whyRefused(said, (setting) => textAt(pathOf(setting))))
  })
  const node = realpathSync(process.execPath)
  return {
    searchPath: PATH,
    canSize: help.stdout.includes('--size'),
    canCloseUsers: help.stdout.includes('--disable-userns'),
    node,
    forwarder: templatePath('forward.cjs'),
    entrance: templatePath('enter.pl'),
    shown: [dirname(dirname(node))],
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}

const cannot = (sentence: string) => new Trouble('sandbox', sentence, { retryable: false })

/** Folder that a program needs around it: the packages beside it, or its own. */
function packageOf(program: string): string {
  const at = program.indexOf(`${sep}node_modules${sep}`)
  return at === -1 ? dirname(program) : join(program.slice(0, at), 'node_modules')
}

const outsideOfSystem = (paths: string[]) =>
  [...new Set(paths)].filter((path) => !/^\/(usr|bin|sbin|lib|lib64)(\/|$)/.test(path))

/** Digest of this machine's programs: receipts count only for the same ones. */
function machineDigest(): string {
  const system = ['/etc/os-release', '/etc/debian_version', '/var/lib/dpkg/status'].map((path) => {
    try {
      return readFileSync(path)
    } catch {
      return ''
    }
  })
  const hash = createHash('sha256').update(`${arch()} ${release()} ${process.version}`)
  for (const each of system) hash.update(each)
  return hash.digest('hex').slice(0, 12)
}

function whyOf(tools: Tools, limits: Limits): string {
  const group = makeGroup(`try-${process.pid}`, limits)
  void group?.remove()
  const { memoryMb, cpus, pids } = limits
  const has = (what: 'memory' | 'processes' | 'processors') => group?.limits.includes(what) === true
  const weak = [
    ...(has('memory') ? [] : ['memory only per process']),
    ...(has('processes') ? [] : ['processes only per user']),
    ...(has('processors') ? [] : ['processors not at all']),
    ...(tools.canSize ? [] : ['files not at all']),
    ...(filterFor(process.arch) === null ? ['system calls not at all'] : []),
  ]
  const lacks = weak.length > 0 ? `; here it limits ${weak.join(', ')}` : ''
  return `namespaces without a network, each with ${memoryMb} MB of memory, ${cpus} CPUs and ${pids} processes${lacks}`
}
