/**
 * Detection of a container that has next to no process left to give, as after a fork bomb: nothing can run in it then.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path/posix'
import type { Engine } from './engine.ts'

/** Reads this machine's own count, which costs no process inside; false where the engine is on another machine. */
export async function isCrowded(engine: Engine, name: string, limit: number): Promise<boolean> {
  const format = ['--format', '{{.State.Pid}}']
  const pid = await engine.ask(['inspect', ...format, name], { timeoutMs: 2_000 }).catch(() => '')
  const groups = read(`/proc/${pid}/cgroup`)
  const folder = /^\d+:pids:(.+)$/m.exec(groups)?.[1] ?? /^0::(.+)$/m.exec(groups)?.[1]
  if (folder === undefined) return false
  const places = [join('/sys/fs/cgroup/pids', folder), join('/sys/fs/cgroup', folder)]
  return places.some((place) => Number(read(join(place, 'pids.current'))) > limit * CROWDED)
}

const CROWDED = 7 / 8

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
