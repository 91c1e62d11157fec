/**
 * Work enters the repository. A bundle was made by an agent, so it is read by our own few lines, its objects are
 * checked in quarantine, and only then moved in and pointed at. (`git fetch` from a bundle checks no object before 2.46.)
 */
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommitInfo } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import { find } from './commits.ts'
import { writingInto } from './objects.ts'
import { packUp } from './pack.ts'
import type { Git } from './run.ts'

interface Delivery {
  /** The bare repository. */
  path: string
  bundle: string
  ref: string
  main: string
  branch: string
  limit: number
}

/** The bundle is used up, whatever becomes of it. */
export async function receive(git: Git, delivery: Delivery): Promise<CommitInfo> {
  try {
    return await takeIn(git, delivery)
  } finally {
    await rm(delivery.bundle, { force: true })
  }
}

async function takeIn(git: Git, delivery: Delivery): Promise<CommitInfo> {
  const { path, bundle, ref, limit } = delivery
  const { head, pack } = await headerOf(bundle, limit)
  const objects = join(path, 'objects')
  const quarantine = await mkdtemp(join(objects, 'tmp_objdir-incoming-'))
  const env = writingInto(quarantine, path)
  try {
    await git(['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${limit}`], {
      env,
      input: { file: bundle, start: pack },
      blame: 'The work that was handed in is broken',
    })
    await connects(git, { ...delivery, head, env })
    await moveIn(join(quarantine, 'pack'), join(objects, 'pack'))
  } finally {
    await rm(quarantine, { recursive: true, force: true })
  }
  const [received] = await Promise.all([find(git, head), git(['update-ref', ref, head])])
  await packUp(git, path)
  return received!
}

const FIRST_LINE = /^# v[23] git bundle$/
const LARGEST_HEADER = 1024 * 1024

/** The commit that the bundle calls `HEAD`, and where its pack begins. */
async function headerOf(bundle: string, limit: number): Promise<{ head: string; pack: number }> {
  const start = await startOf(bundle, limit)
  const end = start.indexOf('\n\n')
  const [first, ...lines] = start.subarray(0, end).toString().split('\n')
  if (end < 0 || !FIRST_LINE.test(first!)) throw refused('it is not a git bundle')
  if (lines.some((line) => line.startsWith('@filter'))) throw refused('it leaves objects out')
  const head = lines.map((line) => /^([0-9a-f]{40,64}) HEAD$/.exec(line)?.[1]).find((found) => found)
  if (head === undefined) throw refused('it has no HEAD')
  return { head, pack: end + 2 }
}

async function startOf(bundle: string, limit: number): Promise<Buffer> {
  const file = await open(bundle).catch((cause) => {
    throw new Trouble('git', 'The work that was handed in cannot be opened.', { retryable: false, cause })
  })
  try {
    const { size } = await file.stat()
    if (size > limit) throw refused(`it has ${size} bytes, and ${limit} are the most`)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LARGEST_HEADER), 0, LARGEST_HEADER, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** All objects of the new commits are here, and they begin somewhere on the line of `main`. */
async function connects(
  git: Git,
  { head, main, branch, env }: Delivery & { head: string; env: Record<string, string> },
): Promise<void> {
  const blame = 'The work that was handed in is incomplete'
  const [{ exit }] = await Promise.all([
    git(['merge-base', head, main], { env, blame, exits: [0, 1] }),
    git(['rev-list', '--objects', '--quiet', head, '--not', main, '--'], { env, blame }),
  ])
  if (exit === 1) throw refused(`it does not build on ${branch}`)
}

/** The index last: a pack without one is not there yet. */
async function moveIn(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const files = await readdir(from)
  const last = (file: string) => (file.endsWith('.idx') ? 1 : 0)
  for (const file of files.sort((one, other) => last(one) - last(other)))
    await rename(join(from, file), join(to, file))
}

const refused = (why: string) =>
  new Trouble('git', `The work that was handed in is refused: ${why}.`, { retryable: false })
