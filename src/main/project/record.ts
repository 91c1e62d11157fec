/** Record of a running server in `.swarm/`, by which others find it. It counts only while the lock is held. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { newToken } from '../../api/auth.ts'
import type { Server } from '../../cli/swarm/host/server.ts'
import { Trouble } from '../../ports/trouble.ts'
import { isLocked } from './lock.ts'
import type { ProjectPaths } from './paths.ts'

const Record = z.object({
  pid: z.int().min(2),
  port: z.int().min(1).max(65_535),
  startedAt: z.int(),
  version: z.string(),
  /** Kind of sandbox: `docker`, `podman`, `bubblewrap` or `process`; older servers left it out. */
  sandbox: z.string().optional(),
  /** The settings that it was started with, by flags or its environment: each by its flag's name. */
  flags: z.record(z.string(), z.string()).optional(),
})
/** Record of a server. */
export type ServerRecord = z.infer<typeof Record>

/** Writes the record, readable only by its owner. */
export function writeRecord({ record }: ProjectPaths, server: ServerRecord): void {
  writePrivate(record, `${JSON.stringify(server)}\n`)
}

/** Removes the record. */
export const removeRecord = ({ record }: ProjectPaths): void => rmSync(record, { force: true })

/** Removes the record, unless another process wrote it: that one has taken over a lock which this one lost. */
export function removeOwnRecord(paths: ProjectPaths): void {
  if (readRecord(paths)?.pid === process.pid) removeRecord(paths)
}

/** Finds the running server; null when there is none. `starting`: it has the lock and cannot be reached yet. */
export function findServer(paths: ProjectPaths): Server | 'starting' | null {
  if (!isLocked(paths.lock)) return null
  const record = readRecord(paths)
  return record === null ? 'starting' : { pid: record.pid, url: `http://127.0.0.1:${record.port}` }
}

/** The settings that a running server was started with, by their flags' names; none where no server runs. */
export const flagsOfServer = (paths: ProjectPaths): Record<string, string> =>
  isLocked(paths.lock) ? (readRecord(paths)?.flags ?? {}) : {}

/** Reads the record of a server, whether or not that runs; null when there is none that can be read. */
export function readRecord({ record }: ProjectPaths): ServerRecord | null {
  if (!existsSync(record)) return null
  try {
    return Record.parse(JSON.parse(readFileSync(record, 'utf8')))
  } catch {
    return null
  }
}

/** Token of a person's programs; made by the first server and saved, so that browsers stay signed in. */
export const tokenOf = ({ token }: ProjectPaths): string => keptSecret(token)

/** Key for signatures of action links; made when missing. */
export const actionKeyOf = ({ actionKey }: ProjectPaths): string => keptSecret(actionKey)

/** Key for signatures of messages to browsers; made when missing. A subscribed browser accepts no other. */
export const pushKeyOf = ({ pushKey }: ProjectPaths): string => keptSecret(pushKey)

/** Pattern of a whole secret. A full disk or a crash may leave an empty one, which anybody could show or sign with. */
const WHOLE = /^[\w-]{32,}$/

function keptSecret(path: string): string {
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  if (WHOLE.test(kept)) return kept
  const made = newToken()
  writePrivate(path, `${made}\n`)
  return made
}

function writePrivate(path: string, text: string): void {
  const beside = `${path}.${process.pid}`
  try {
    writeFileSync(beside, text, { mode: 0o600 })
    renameSync(beside, path)
  } catch (cause) {
    throw new Trouble('disk', `${path} cannot be written.`, { cause })
  }
}
