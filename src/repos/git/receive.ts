/**
 * Entry of work into the repository. A bundle was made by an agent, so our own few lines read it; its objects are
 * checked in quarantine, and only then moved in and pointed at. (`git fetch` from a bundle checks no object before
 * 2.46.)
 */
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Received } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import { find } from './commits.ts'
import { COMING_IN, writingInto } from './objects.ts'
import { type Git, LONG_MS } from './run.ts'
import { type Limits, weigh } from './weigh.ts'

interface Delivery {
  /** The bare repository. */
  path: string
  bundle: string
  /** Ref for its `HEAD`. */
  ref: string
  /** Folder of refs for the other commits; null leaves them out. */
  beside: string | null
  main: string
  limit: number
  limits: Limits
}

/** Takes a bundle in, as `Repo.receive` says. The bundle is used up in any case. */
export async function receive(git: Git, delivery: Delivery): Promise<Received> {
  try {
    return await takeIn(git, delivery)
  } finally {
    await rm(delivery.bundle, { force: true })
  }
}

async function takeIn(git: Git, delivery: Delivery): Promise<Received> {
  const { path, bundle, ref, beside, main, limit } = delivery
  const { head, others, pack } = await headerOf(bundle, limit)
  const wanted = beside === null ? [] : others
  const objects = join(path, 'objects')
  const quarantine = await mkdtemp(join(objects, 'tmp_objdir-incoming-'))
  const env = writingInto(quarantine, path)
  try {
    await git(['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${limit}`], {
      env,
      input: { file: bundle, start: pack },
      blame: 'The work that was submitted is broken',
      within: delivery.limits,
      timeoutMs: LONG_MS,
    })
    await git(['rev-list', '--objects', '--quiet', head, ...wanted, '--not', main, '--'], {
      env,
      blame: 'The work that was submitted is incomplete',
    })
    for (const each of [head, ...wanted]) await weigh(git, { head: each, main, env, limits: delivery.limits })
    const refs = [`update ${ref} ${head}`, ...wanted.map((id, at) => `update ${beside}/${at + 1} ${id}`)]
    await moveIn(join(quarantine, 'pack'), join(objects, 'pack'), () =>
      git(['update-ref', '--stdin'], { input: `${refs.join('\n')}\n` }),
    )
  } finally {
    await rm(quarantine, { recursive: true, force: true })
  }
  const [received, ...along] = await Promise.all([head, ...wanted].map((id) => find(git, id)))
  return { ...received!, beside: along.map((each) => each!) }
}

const FIRST_LINE = /^# v[23] git bundle$/
const LARGEST_HEADER = 1024 * 1024

/** Line of a bundle for one of the commits beside `HEAD`. */
const OTHER = /^([0-9a-f]{40,64}) refs\/beside\/\d+$/
const MOST_OTHERS = 64

interface Header {
  /** Commit that the bundle calls `HEAD`. */
  head: string
  others: string[]
  /** Offset of its pack, in bytes. */
  pack: number
}

async function headerOf(bundle: string, limit: number): Promise<Header> {
  const start = await startOf(bundle, limit)
  const end = start.indexOf('\n\n')
  const [first, ...lines] = start.subarray(0, end).toString().split('\n')
  if (end < 0 || !FIRST_LINE.test(first!)) throw refused('it is not a git bundle')
  if (lines.some((line) => line.startsWith('@filter'))) throw refused('it leaves objects out')
  const head = lines.map((line) => /^([0-9a-f]{40,64}) HEAD$/.exec(line)?.[1]).find((found) => found)
  if (head === undefined) throw refused('it has no HEAD')
  const others = lines.flatMap((line) => OTHER.exec(line)?.[1] ?? [])
  if (others.length > MOST_OTHERS) throw refused(`more than ${MOST_OTHERS} commits come along`)
  return { head, others, pack: end + 2 }
}

async function startOf(bundle: string, limit: number): Promise<Buffer> {
  const file = await open(bundle).catch((cause) => {
    throw new Trouble('git', 'The work that was submitted cannot be opened.', { retryable: false, cause })
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

/**
 * Moves a pack in, its index last: without one a pack does not count. Until `refer` has made refs that reach its
 * content, a mark beside it says that nobody may treat it as garbage.
 */
async function moveIn(from: string, to: string, refer: () => Promise<unknown>): Promise<void> {
  await mkdir(to, { recursive: true })
  const files = await readdir(from)
  const last = (file: string) => (file.endsWith('.idx') ? 1 : 0)
  const marks = files
    .filter((file) => file.endsWith('.pack'))
    .map((file) => join(to, file.replace(/pack$/, 'keep')))
  try {
    for (const mark of marks) await writeFile(mark, COMING_IN)
    for (const file of files.sort((one, other) => last(one) - last(other)))
      await rename(join(from, file), join(to, file))
    await refer()
  } finally {
    for (const mark of marks) await rm(mark, { force: true })
  }
}

const refused = (why: string) =>
  new Trouble('git', `The work that was submitted is refused: ${why}.`, { retryable: false })
