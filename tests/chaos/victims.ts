/** Finds the processes of a server and kills some: by /proc, so on Linux only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

export type Victim = 'server' | 'agent' | 'harness' | 'gate' | 'git'

export interface Seen {
  pid: number
  argv: string[]
  folder: string
}

/** Everything that descends from the process, and what works below `sandboxes`. */
export function family(server: number, sandboxes: string): Seen[] {
  const parents = new Map<number, number>()
  const seen: Seen[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? textOf(`/proc/${name}/stat`) : null
    if (stat === null) continue
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    const argv = (textOf(`/proc/${name}/cmdline`) ?? '').split('\0').filter(Boolean)
    if (argv.length > 0) seen.push({ pid, argv, folder: folderOf(pid) })
  }
  const descends = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === server) return true
    return false
  }
  return seen.filter(({ pid, folder }) => pid !== server && (descends(pid) || folder.startsWith(sandboxes)))
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

/** Those that a kill of this kind would end together; empty when nobody is there. */
export function find(
  what: Victim,
  { server, sandboxes, pick }: { server: number; sandboxes: string; pick: <T>(from: readonly T[]) => T },
): number[] {
  if (what === 'server') return [server]
  const all = family(server, sandboxes)
  const one = (isMeant: (seen: Seen) => boolean) => {
    const meant = all.filter(isMeant)
    return meant.length > 0 ? [pick(meant).pid] : []
  }
  if (what === 'harness') return one(({ argv }) => argv.some((each) => each.endsWith('scripted-agent.cjs')))
  if (what === 'gate') return one(({ argv }) => argv.some((each) => each.endsWith('verify.sh')))
  if (what === 'git') return one(({ argv }) => basename(argv[0]!).startsWith('git'))
  const [seed] = one(({ folder }) => folder.startsWith(sandboxes))
  const its = all
    .find(({ pid }) => pid === seed)
    ?.folder.slice(sandboxes.length)
    .split('/')[1]
  return seed === undefined
    ? []
    : all.filter(({ folder }) => folder.includes(`/${its}/`)).map(({ pid }) => pid)
}

/** False: it had ended already. */
export function signal(pid: number, by: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, by)
  } catch {
    return false
  }
}
