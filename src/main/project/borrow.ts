/** Repository of our own that borrows the objects of another one, and none of its settings. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Git, type Host, inProject } from '../../repos/git/run.ts'

interface Lender {
  /** Git in the other repository. */
  git: Git
  format: string
  branch: string
  host: Host
}

/** Makes the repository in `folder`. Throws Trouble when git fails. */
export async function borrow(folder: string, { git, format, branch, host }: Lender): Promise<void> {
  const names = [`--initial-branch=${branch}`, `--object-format=${format}`]
  await inProject(folder, host)(['init', '--quiet', '--template=', ...names])
  const objects = (await git(['rev-parse', '--path-format=absolute', '--git-path', 'objects'])).stdout
  await mkdir(join(folder, '.git', 'objects', 'info'), { recursive: true })
  await writeFile(join(folder, '.git', 'objects', 'info', 'alternates'), objects)
}
