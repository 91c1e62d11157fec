/** The container engine for tests, and an image that holds only what every sandbox needs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Packs } from '../../src/ports/packs.ts'
import { openPacks } from '../../src/repos/git/packs.ts'
import { type Engine, engineOf } from '../../src/sandboxes/docker/engine.ts'
import { type Image, imageOf } from '../../src/sandboxes/docker/image.ts'
import { folderElsewhere, oneDisk } from './disks.ts'
import { folder } from './repo.ts'

const root = join(import.meta.dirname, '../..')
const { PATH, HOME, CONTAINERS_CONF } = process.env

export const ENGINE: Engine = engineOf({ program: 'docker', env: { PATH: PATH!, HOME: HOME! } })

/** It has no daemon: what it cannot do on a machine is told by its settings, which CONTAINERS_CONF names: `scripts/containers.conf`. */
export const PODMAN: Engine = engineOf({
  program: 'podman',
  env: { PATH: PATH!, HOME: HOME!, ...(CONTAINERS_CONF ? { CONTAINERS_CONF } : {}) },
})

/**
 * Why tests of real containers cannot run here; null when they can. Where they must run, `.ci/run` says so by
 * SWARM_ENGINES, and then a missing engine fails them.
 */
export const noEngine = async (
  ask: () => Promise<unknown> = () => ENGINE.ask(['version']),
): Promise<string | null> => {
  if (process.env.SWARM_ENGINES === 'required') return null
  return ask().then(
    () => null,
    (failure: Error) => failure.message,
  )
}

/** Podman is tested where it is and runs something, which is required nowhere. Null when it does. */
export const noPodman = (): Promise<string | null> =>
  PODMAN.ask(['run', '--rm', '--pull', 'never', '--network', 'none', BASE, 'true']).then(
    () => null,
    (failure: Error) => failure.message,
  )

const BASE = 'node:24-bookworm-slim'

/** Built once and kept by the engine; no harness is in it. */
export const testImage = (engine = ENGINE): Promise<Image> =>
  imageOf(
    engine,
    {
      name: 'swarm-test',
      from: BASE,
      files: {
        Dockerfile: readFileSync(join(root, 'templates/Dockerfile')),
        'project-setup.sh': '',
        'forward.cjs': readFileSync(join(root, 'templates/forward.cjs')),
        'scripted-agent.cjs': readFileSync(join(root, 'dist/scripted-agent.cjs')),
      },
    },
    { anew: false, folder: folder(), onLine: () => {}, signal: new AbortController().signal },
  )

const opened = new Map<string, Packs>()

/** One for each repository, as a server has it; on another file system, where there is one. */
export function packsOf(source: string): Packs {
  const place = () => (oneDisk() === null ? folderElsewhere() : folder())
  const packs = opened.get(source) ?? openPacks({ path: source, folder: place() })
  opened.set(source, packs)
  return packs
}
