/** The project that a history is replayed on: the tree that it begins with, as one commit, and the gate. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { initialised, type Project } from '../chaos/project.ts'
import { gitIn } from './history.ts'

const GATE = 'verify.sh'
const ABOUT = 'PROJECT.md'

/** The repository has no gate and none was named. */
export class NoGate extends Error {
  override name = 'NoGate'
}

/** Paths of which the project has its own, so that nothing of them is replayed or compared. */
export function ownPaths(repository: string, base: string, verify: string | null): string[] {
  const has = (path: string) => gitIn(repository, ['ls-tree', base, '--', path]).length > 0
  if (verify === null && !has(GATE))
    throw new NoGate('It has no verify.sh: name the command that must pass with --verify.')
  return [...(verify === null ? [] : [GATE]), ...(has(ABOUT) ? [] : [ABOUT])]
}

/** Makes it below `above`. Nothing is written to the repository, and nothing of it is needed later. */
export function projectAt(
  above: string,
  { repository, base, verify }: { repository: string; base: string; verify: string | null },
): Project {
  const folder = join(above, 'project')
  mkdirSync(folder)
  const git = (...args: string[]) => gitIn(folder, args).toString('utf8').trim()
  git('init', '--quiet', '--template=', '--initial-branch=main')
  git('config', 'user.name', 'You')
  git('config', 'user.email', 'you@example.org')
  const giveBack = borrow(folder, repository)
  const begun = git('commit-tree', '-m', 'Begin where the history begins', `${base}^{tree}`)
  git('reset', '--quiet', '--hard', begun)
  if (verify !== null) writeGate(folder, verify)
  if (!existsSync(join(folder, ABOUT))) writeFileSync(join(folder, ABOUT), 'A history that is replayed.\n')
  git('add', '--force', '--', ...[GATE, ABOUT].filter((path) => existsSync(join(folder, path))))
  git('commit', '--quiet', '--allow-empty', '--message', 'Add the gate')
  git('repack', '-a', '-d', '-q')
  giveBack()
  return initialised(above, folder)
}

/** Lets a repository read the objects of another one, until what it gives is called. */
export function borrow(folder: string, repository: string): () => void {
  const from = gitIn(repository, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'])
  const place = join(folder, '.git', 'objects', 'info')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'alternates'), from)
  return () => rmSync(join(place, 'alternates'))
}

/** Writes the gate into a checkout. */
export function writeGate(folder: string, verify: string): void {
  writeFileSync(join(folder, GATE), `#!/bin/sh\nset -e\n${verify}\n`)
  chmodSync(join(folder, GATE), 0o755)
}
