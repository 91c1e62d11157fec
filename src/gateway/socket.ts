/**
 * Socket in a folder of any depth. A system binds one only by a short path, and silently truncates a longer one; so a
 * deep folder gets a short alias for that moment. The socket stays in its folder, and is reached there.
 */
import { randomBytes } from 'node:crypto'
import { rmSync, symlinkSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Bytes of a path that every system accepts: 103 on macOS, 107 on Linux. */
const LONGEST = 103

/** Listens at the path; the server reports the rest by its events. Throws when no short name can be made. */
export function listenAt(server: Server, path: string): void {
  const alias = isShort(path) ? null : aliasOf(dirname(path))
  // It is bound before this returns; only the news of it comes later.
  server.listen(alias === null ? path : join(alias, basename(path)))
  if (alias !== null) rmSync(alias)
}

const isShort = (path: string) => Buffer.byteLength(path) <= LONGEST

/** Makes a link to the folder, in the first place that has room for one. */
function aliasOf(folder: string): string {
  let why: unknown = new Error('no short path leads to it')
  for (const place of [tmpdir(), '/tmp', '/dev/shm', '/var/tmp']) {
    const alias = join(place, `swarm-${randomBytes(6).toString('hex')}`)
    if (!isShort(join(alias, 'gateway.sock'))) continue
    try {
      symlinkSync(folder, alias)
      return alias
    } catch (failure) {
      why = failure
    }
  }
  throw why
}
