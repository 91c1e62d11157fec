/**
 * Limits of work, checked before anybody lists, reads or checks it out: a few kilobytes may be a million files, or
 * terabytes.
 */
import { shown } from '../../ports/path-bytes.ts'
import { MOST_ADDED } from '../../ports/repo.ts'
import { Excess } from '../../ports/trouble.ts'
import type { Within } from './child.ts'
import { fieldsIn } from './fields.ts'
import type { Git, GitOptions } from './run.ts'

/** Maximum that one change may add to its base. */
export interface Limits extends Within {
  /** Number of new or changed files. */
  files: number
  /** Bytes of these when checked out. */
  bytes: number
  /** Depth of folders, and bytes of one path. */
  depth: number
  path: number
}

export const LIMITS: Limits = {
  ...{ files: MOST_ADDED, bytes: 1024 ** 3, depth: 100, path: 4000 },
  // Of what unpacks it: what is all zeros unpacks to a thousand times its size.
  ...{ seconds: 60, megabytes: 8192 },
}

interface Weighing {
  head: string
  main: string
  env: Record<string, string>
  limits: Limits
}

/** Throws `Excess` when `head` adds more than the limits allow to its base. Looks no further than the limits. */
export async function weigh(git: Git, weighing: Weighing): Promise<void> {
  const { env, limits } = weighing
  const files = await addedTo(git, await baseOf(git, weighing), weighing)
  const sizes = await sizesOf(git, [...files.keys()], { env })
  let [sum, largest, name] = [0, 0, '']
  for (const [id, { count, path }] of files) {
    const size = sizes.get(id) ?? 0
    sum += size * count
    if (size > largest) [largest, name] = [size, path]
  }
  if (sum > limits.bytes)
    throw new Excess([
      `It adds ${told(sum)} bytes, and ${told(limits.bytes)} are the most; the largest file is ${shown(name)} with ${told(largest)}.`,
    ])
}

/** Base of the work on the line of `main`, or else the empty tree. */
async function baseOf(git: Git, { head, main, env }: Weighing): Promise<string> {
  const met = await git(['merge-base', head, main], { env, exits: [0, 1] })
  const { stdout } = met.exit === 0 ? met : await git(['hash-object', '-t', 'tree', '--stdin'], { input: '' })
  return stdout.toString().trim()
}

/** New and changed content by its id: number of uses, and one of its paths. */
type Added = Map<string, { count: number; path: string }>

async function addedTo(git: Git, base: string, { head, env, limits }: Weighing): Promise<Added> {
  const added: Added = new Map()
  let [files, about, wrong] = [0, '', '']
  const see = fieldsIn((fields) => {
    for (const field of fields) {
      if (about === '') {
        about = field
        continue
      }
      const [, mode, , id = ''] = about.split(' ')
      about = ''
      if (mode === '000000') continue
      wrong = wrongWith(field, ++files, limits)
      if (wrong !== '') return 'enough'
      const known = added.get(id)
      if (known) known.count++
      else if (mode !== '160000') added.set(id, { count: 1, path: field })
    }
  })
  // A path without end would never come to its end here.
  let unended = 0
  const hear = (piece: Buffer) => {
    unended = piece.includes(0) ? 0 : unended + piece.length
    if (unended <= LONGEST) return see(piece)
    wrong = tooDeep(limits)
    return 'enough'
  }
  const seek = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--end-of-options']
  await git([...seek, base, head, '--'], { env, see: hear, blame: 'The work that was submitted is broken' })
  if (wrong !== '') throw new Excess([wrong])
  return added
}

const LONGEST = 1024 * 1024

function wrongWith(path: string, files: number, limits: Limits): string {
  if (files > limits.files) return `It adds more than ${told(limits.files)} files, and these are the most.`
  if (path.split('/').length > limits.depth || Buffer.byteLength(path) > limits.path) return tooDeep(limits)
  return ''
}

const tooDeep = ({ depth, path }: Limits) =>
  `It adds more than ${depth} folders in folders, or a path of more than ${told(path)} bytes.`

async function sizesOf(git: Git, ids: string[], { env }: GitOptions): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  if (ids.length === 0) return sizes
  let rest = ''
  const see = (piece: Buffer) => {
    const lines = (rest + piece.toString()).split('\n')
    rest = lines.pop() as string
    for (const line of lines) {
      const [id, size] = line.split(' ') as [string, string]
      sizes.set(id, Number(size))
    }
  }
  const ask = ['cat-file', '--buffer', '--batch-check=%(objectname) %(objectsize)']
  await git(ask, { env, see, input: `${ids.join('\n')}\n` })
  return sizes
}

const told = (count: number) => count.toLocaleString('en')
