/** A project as small as one can be, with a gate that takes no time, in a folder of its own. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { git } from '../../demo/check.ts'

export const DIST = join(process.cwd(), 'dist')

export interface Project {
  folder: string
  bare: string
  database: string
  /** What every program of ours is given. */
  env: Record<string, string>
}

/** Red when any file of `src` holds the word BUG. Long enough to be killed in. */
export const GATE = '#!/bin/sh\nsleep 0.1\nif grep -rn BUG src 2>/dev/null; then exit 1; fi\n'

/** Files for tickets that remove some. */
export const SPARES = 40

/** Below `above`, which is also the home that its sandboxes are made in. */
export function makeProject(above: string): Project {
  const folder = join(above, 'shop')
  mkdirSync(join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, 'verify.sh'), GATE, { mode: 0o755 })
  writeFileSync(join(folder, 'src', 'shared.txt'), 'begun\n')
  mkdirSync(join(folder, 'spare'))
  for (let n = 0; n < SPARES; n++) writeFileSync(join(folder, 'spare', `${n}.txt`), `${n}\n`)
  git(folder, 'init', '--quiet', '--initial-branch=main')
  git(folder, 'add', '--all')
  git(folder, '-c', 'user.name=You', '-c', 'user.email=you@example.org', 'commit', '-qm', 'Begin the shop')
  return initialised(above, folder)
}

/** Runs `swarm init` in a repository below `above`, which is its home from then on. */
export function initialised(above: string, folder: string): Project {
  const temporary = join(above, 'tmp')
  mkdirSync(temporary)
  const env = { PATH: process.env.PATH ?? '', HOME: above, TMPDIR: temporary }
  const own = join(folder, '.swarm')
  const project = { folder, bare: join(own, 'repo.git'), database: join(own, 'tickets', 'tickets.db'), env }
  swarm(project, 'init', '.', '--yes')
  return project
}

/** What `swarm` prints in a project; an exit other than 0 throws. */
export function swarm({ folder, env }: Pick<Project, 'folder' | 'env'>, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(DIST, 'swarm.mjs'), ...args], {
    ...{ cwd: folder, encoding: 'utf8', env, maxBuffer: 2 ** 28 },
  })
  if (status !== 0) throw new Error(`swarm ${args[0]} ended with ${status}: ${stderr || stdout}`)
  return stdout
}
