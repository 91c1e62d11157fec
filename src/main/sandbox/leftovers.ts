/** Sandboxes of a server that has ended: they are removed, or named. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Leftovers } from '../../cli/swarm/host/server.ts'
import { Trouble } from '../../ports/trouble.ts'
import { endOrphans, orphans } from '../../sandboxes/docker/docker.ts'
import { processSandboxes } from '../../sandboxes/process/process.ts'
import { startOf } from '../../sandboxes/table.ts'
import { clock } from '../machine/clock.ts'
import type { Environment } from '../machine/environment.ts'
import { markOf, type ProjectPaths } from '../project/paths.ts'
import { clearWork, isOwn, namesIn, removeEmpty, sandboxRoots, userNumber } from '../project/working.ts'
import { engineNamed } from './containers.ts'

/** Server that has ended. */
export interface Ended {
  pid: number
  /** Kind of its sandboxes, from its record. */
  sandbox: string | undefined
}

/**
 * Removes the sandboxes of a dead server. Never throws for an engine's failures; each call of the engine takes seconds
 * at most.
 */
export async function endLeftovers(
  { pid, sandbox }: Ended,
  paths: ProjectPaths,
  environment: Environment,
): Promise<Leftovers> {
  await untilGone(pid)
  clearWork(paths)
  if (sandbox === 'docker' || sandbox === 'podman') return ofEngine(sandbox, paths, environment)
  return sandbox === 'process' ? { ...NONE, ended: await ofFolders(paths, environment) } : NONE
}

/**
 * Removes process sandboxes in each folder that may hold them: the environment, or the version, may have been another.
 */
async function ofFolders(paths: ProjectPaths, environment: Environment): Promise<number> {
  let ended = 0
  for (const root of sandboxRoots(paths, environment))
    if (isOwn(dirname(root)) && isOwn(root)) ended += await processSandboxes({ root, searchPath: '' }).reap()
  return ended
}

/**
 * Removes sandboxes of dead servers in every possible place, and working files of earlier versions in the temporary
 * folder. Only the one server of the project may call it. Gives the number of sandboxes.
 */
export async function endOld(paths: ProjectPaths, environment: Environment): Promise<number> {
  const ended = await ofFolders(paths, environment)
  const old = join(tmpdir(), `swarm-${userNumber()}`, markOf(paths.root))
  if (!isOwn(dirname(old)) || !isOwn(old)) return ended
  for (const name of namesIn(old))
    if (name === 'scratch' || /^packs-\d+$/.test(name))
      rmSync(join(old, name), { recursive: true, force: true })
  for (const folder of [old, dirname(old)]) removeEmpty(folder)
  return ended
}

const NONE: Leftovers = { ended: 0, left: [], why: null }

async function ofEngine(
  program: 'docker' | 'podman',
  paths: ProjectPaths,
  environment: Environment,
): Promise<Leftovers> {
  const engine = engineNamed(program, environment)
  let left: string[] = []
  try {
    const found = await orphans(engine, markOf(paths.root), { timeoutMs: ASK_MS })
    left = found.map(({ name }) => name)
    await endOrphans(engine, found, { timeoutMs: END_MS })
    return { ...NONE, ended: found.length }
  } catch (failure) {
    if (!(failure instanceof Trouble)) throw failure
    return { ended: 0, left, why: failure.message }
  }
}

const ASK_MS = 3000
const END_MS = 5000

/** Waits for a process's end. A server releases its lock a moment earlier; until its end, its sandboxes are its own. */
async function untilGone(pid: number): Promise<void> {
  for (let look = 0; look < 40 && startOf(pid) !== null; look++)
    await clock.sleep(50, new AbortController().signal)
}
