/**
 * Sandbox that is a folder and a clean environment, without isolation: programs in it run as this user and reach all
 * that this user does. For the demo, for tests, and for people who ask for it by name.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Archive, ExecOptions, Sandbox, Sandboxes, SandboxSpec } from '../../ports/sandbox.ts'
import type { Watched } from '../program.ts'
import { gitConfig, surroundings } from '../surroundings.ts'
import { takeOut } from '../take.ts'
import { bring, checkOut } from './checkout.ts'
import { exec, runProgram } from './exec.ts'
import { removeAll, troubleOf, writeInside } from './files.ts'
import { forget, reap, recordOwner, recordProcess } from './records.ts'
import { endLeftovers, type Watch, watch } from './tree.ts'

/** Parts that process sandboxes are made of. */
export interface ProcessSandboxes {
  /** Folder that they are made in: outside of the project. */
  root: string
  /** PATH of the host. */
  searchPath: string
  /** Locale of the host. */
  locale?: string
}

/** Makes the sandboxes. Opening one throws Trouble when the folder or the checkout cannot be made. */
export function processSandboxes(options: ProcessSandboxes): Sandboxes {
  const shared = watch()
  return {
    kind: 'process',
    reach: 'loopback',
    async open(spec, signal) {
      const sandbox = await furnish(spec, options, shared).catch((failure) => {
        throw troubleOf('The sandbox could not be made', failure)
      })
      try {
        await checkOut(sandbox, spec.checkout, signal)
        for (const archive of spec.archives ?? []) await unpack(sandbox, archive, signal)
        for (const [name, program] of Object.entries(spec.programs))
          await sandbox.write(`${sandbox.bin}/${name}`, program, 0o755)
        return sandbox
      } catch (failure) {
        await sandbox.close()
        throw failure
      }
    },
    readings: async () => [],
    reap: async () => {
      const root = await realpath(options.root).catch(() => null)
      return root === null ? 0 : reap(root)
    },
  }
}

/** Unpacks an archive; failures are ignored, since archives only save time. */
const unpack = ({ exec, home }: Sandbox, { path, folder }: Archive, signal: AbortSignal) =>
  exec(['tar', '-xf', path, '-C', home, '--', ...(folder === undefined ? [] : [folder])], { signal })

async function furnish(spec: SandboxSpec, options: ProcessSandboxes, shared: Watch): Promise<Sandbox> {
  await mkdir(options.root, { recursive: true, mode: 0o700 })
  const name = spec.name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\./, '-')
  const folder = join(await realpath(options.root), `${name}-${randomBytes(4).toString('hex')}`)
  recordOwner(folder)
  const [checkout, home, bin, temporary] = ['checkout', 'home', 'bin', 'tmp'].map((part) =>
    join(folder, part),
  )
  for (const part of [checkout!, home!, bin!, temporary!]) await mkdir(part, { recursive: true })
  await writeFile(join(home!, '.gitconfig'), gitConfig(spec))
  const locale = options.locale ?? (process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8')
  const env = {
    ...surroundings({
      bin: bin!,
      home: home!,
      temporary: temporary!,
      searchPath: options.searchPath,
      locale,
    }),
    ...spec.env,
    // A checkout without its repository must not work in one of this machine.
    GIT_CEILING_DIRECTORIES: folder,
  }
  const { source } = spec.checkout
  return sandboxAt({ folder, checkout: checkout!, home: home!, bin: bin!, env, shared, source })
}

interface Furnished {
  folder: string
  checkout: string
  home: string
  bin: string
  env: Record<string, string>
  shared: Watch
  /** Repository that commits come from. */
  source: string
}

function sandboxAt({ folder, checkout, home, bin, env, shared, source }: Furnished): Sandbox {
  const place = { folder, checkout }
  const closing = new AbortController()
  const [running, besides] = [new Set<Promise<unknown>>(), new Set<Promise<unknown>>()]
  const recorded = (pid: number, started: string) => recordProcess(folder, pid, started)
  const at = { checkout, env, watch: shared, recorded }
  const during = <T>(set: Set<Promise<unknown>>, program: Promise<T>): Promise<T> => {
    set.add(program)
    return program.finally(() => set.delete(program))
  }
  const run = (command: string[], options: ExecOptions) => {
    const signal = AbortSignal.any([options.signal, closing.signal])
    const alone = () => (running.size === 1 ? folder : null)
    return during(running, exec({ ...at, folder: alone }, command, { ...options, signal }))
  }
  const take: Sandbox['take'] = (command, host, options) => {
    const signal = AbortSignal.any([options.signal, closing.signal])
    const beside = (watched: Watched) => runProgram({ ...at, folder: () => null }, command, watched)
    return during(besides, takeOut(beside, host, { ...options, signal }))
  }
  const end = async () => {
    closing.abort()
    await Promise.allSettled([...running, ...besides])
    await endLeftovers(new Map(), folder)
    await removeAll(folder).catch((failure) => {
      throw troubleOf('The sandbox could not be removed', failure)
    })
    await forget(folder)
  }
  let ended: Promise<void> | undefined
  return {
    checkout,
    home,
    bin,
    room: null,
    write: (path, content, mode = 0o644) => writeInside(place, path, content, mode),
    exec: run,
    take,
    bring: (commit, signal) => bring({ exec: run }, source, commit, signal),
    close: () => {
      ended ??= end()
      return ended
    },
  }
}
