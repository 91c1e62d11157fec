/** Commit of files onto a branch as objects: no hook runs, and nothing moves until `publish`. */
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bytesOf } from '../../ports/path-bytes.ts'
import { write } from '../../repos/git/commits.ts'
import type { Project } from '../../repos/git/project.ts'
import type { Undo } from '../machine/undo.ts'
import type { Person } from '../project/person.ts'

/** File to commit. */
export interface NewFile {
  path: string
  content: string | Buffer
  mode: '100644' | '100755'
  /** True for a file that lies in the folder already, as the person wrote it. */
  theirs: boolean
  /** True for a committed file that is overwritten. */
  replaces?: true
}

/** Commit to make. */
export interface Draft {
  branch: string
  /** Parent commit; null for the very first one. */
  parent: string | null
  /** Paths in the folder that go in unchanged. */
  taken: string[]
  added: NewFile[]
  message: string
}

/** Makes the commit, which no ref points at yet, and gives its id. */
export async function drawUp({ git }: Project, draft: Draft, person: Person): Promise<string> {
  const beside = await mkdtemp(join(tmpdir(), 'swarm-index-'))
  const env = { GIT_INDEX_FILE: join(beside, 'index') }
  try {
    if (draft.parent !== null) await git(['read-tree', draft.parent], { env })
    const paths = bytesOf(draft.taken.map((path) => `${path}\0`).join(''))
    if (paths.length > 0) await git(['update-index', '--add', '-z', '--stdin'], { env, input: paths })
    for (const file of draft.added) {
      const blob = await git(['hash-object', '-w', '--stdin'], { input: file.content })
      await git(['update-index', '--add', '--cacheinfo', cacheInfo(file, blob.stdout)], { env })
    }
    const tree = (await git(['write-tree'], { env })).stdout.toString().trim()
    const parents = draft.parent === null ? [] : [draft.parent]
    const at = Math.floor(Date.now() / 1000)
    return await write(git, { tree, parents, message: draft.message, author: person.author, at })
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

const cacheInfo = ({ mode, path }: NewFile, blob: Buffer) => `${mode},${blob.toString().trim()},${path}`

/** Moves the branch to the commit and, where it is checked out, updates folder and index. */
export async function publish(
  { git, folder, branch: checkedOut, format }: Project,
  { branch, parent, added }: Draft,
  commit: string,
  undo: Undo,
): Promise<void> {
  const isHere = checkedOut === branch
  if (isHere) {
    await keepIndex()
    for (const file of added) await (file.replaces ? replace(file) : file.theirs ? allow(file) : put(file))
  }
  const none = '0'.repeat(format === 'sha256' ? 64 : 40)
  const ref = `refs/heads/${branch}`
  await git(['update-ref', '-m', 'swarm init', ref, commit, parent ?? none])
  undo.by(() =>
    git(parent === null ? ['update-ref', '-d', ref, commit] : ['update-ref', ref, parent, commit]),
  )
  if (!isHere) return
  if (parent === null) await git(['read-tree', commit])
  else await git(['reset', '--quiet', commit, '--', ...added.map(({ path }) => path)])
  await git(['update-index', '-q', '--refresh'], { exits: [0, 1] })

  async function keepIndex() {
    const index = resolve(folder, (await git(['rev-parse', '--git-path', 'index'])).stdout.toString().trim())
    const before = await readFile(index).catch(() => null)
    undo.by(() => (before === null ? rm(index, { force: true }) : writeFile(index, before)))
  }

  async function put({ path, content, mode }: NewFile) {
    const place = join(folder, path)
    await writeFile(place, content, { flag: 'wx', mode: mode === '100755' ? 0o755 : 0o644 })
    undo.by(() => rm(place))
  }

  async function replace({ path, content, mode }: NewFile) {
    const place = join(folder, path)
    const before = { content: await readFile(place), mode: (await stat(place)).mode & 0o777 }
    undo.by(async () => {
      await writeFile(place, before.content)
      await chmod(place, before.mode)
    })
    await writeFile(place, content)
    if (mode === '100755') await chmod(place, before.mode | 0o111)
  }

  /** Makes their own `verify.sh` executable, too. */
  async function allow({ path, mode }: NewFile) {
    const place = join(folder, path)
    const before = (await stat(place)).mode & 0o777
    if (mode !== '100755' || before & 0o100) return
    await chmod(place, before | 0o111)
    undo.by(() => chmod(place, before))
  }
}
