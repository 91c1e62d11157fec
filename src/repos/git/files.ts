/** Files, read from the objects: one whole, or many as they stream by, by one git whatever their number and size. */
import { bytesOf } from '../../ports/path-bytes.ts'
import { Trouble } from '../../ports/trouble.ts'
import { type Git, LARGEST_WHOLE } from './run.ts'

export async function read(git: Git, treeish: string, path: string): Promise<Buffer | null> {
  if (isNoPath(path)) return null
  let found: Buffer[] | null = null
  let size = 0
  await pour(git, { treeish, paths: [path] }, (_, piece) => {
    found ??= []
    size += piece.length
    if (size > LARGEST_WHOLE) return 'enough'
    found.push(piece)
  })
  return found === null || size > LARGEST_WHOLE ? null : Buffer.concat(found)
}

const isNoPath = (path: string) => path === '' || /^\.{0,2}\//.test(path)

interface Wanted {
  treeish: string
  paths: string[]
}

type See = (path: string, piece: Buffer) => unknown

/** In the order asked; an empty file has one empty piece. What `see` calls enough is the last that it is given. */
export async function pour(git: Git, wanted: Wanted, see: See): Promise<void> {
  const paths = wanted.paths.filter((path) => !isNoPath(path))
  const names = paths.map((path) => bytesOf(`${wanted.treeish}:${path}`))
  const asks = names.flatMap((name) => [CONTENTS, name, NUL])
  const input = Buffer.concat([Buffer.from(`info ${wanted.treeish}^{tree}\0`), ...asks])
  const reader = answersTo(names, (at, piece) => see(paths[at] as string, piece))
  await git(['cat-file', '--batch-command', '-z'], { input, see: reader.hear })
  if (reader.hasTree()) return
  const [first = 'a file'] = paths
  throw new Trouble('git', `There is no tree ${wanted.treeish} to read ${first} from.`, { retryable: false })
}

const CONTENTS = Buffer.from('contents ')
const NUL = Buffer.from('\0')
const LF = 10
/** Of what is missing the name is repeated, and then comes this. */
const MISSING = Buffer.from(' missing\n')

/**
 * Understands what git answers: first of the tree, then of each name. An answer begins with the id of what is there;
 * where nothing is, it begins with the name, whatever line breaks that has.
 */
function answersTo(names: Buffer[], see: (at: number, piece: Buffer) => unknown) {
  /** What has come of an answer's head; of its content only the number of bytes that are still to come. */
  let head: Buffer = Buffer.alloc(0)
  let left = 0
  let isFile = false
  let at = -1
  let hasTree = false

  /** Takes an answer's head off; false when it is not whole yet. */
  function takeHead(): boolean {
    const name = names[at]
    if (name && isBegunBy(head, name)) {
      const length = name.length + MISSING.length
      if (head.length < length) return false
      head = head.subarray(length)
      at++
      return true
    }
    const end = head.indexOf(LF)
    if (end < 0) return false
    const line = head.subarray(0, end).toString()
    head = head.subarray(end + 1)
    if (at < 0) hasTree = / tree \d+$/.test(line)
    const content = at < 0 ? null : / (\w+) (\d+)$/.exec(line)
    if (content === null) at++
    else [isFile, left] = [content[1] === 'blob', Number(content[2]) + 1]
    return true
  }

  /** The content ends with a line break that is none of its own. */
  function takeContent(): unknown {
    const piece = head.subarray(0, left)
    head = head.subarray(piece.length)
    left -= piece.length
    const own = left === 0 ? piece.subarray(0, -1) : piece
    const answer = isFile ? see(at, own) : undefined
    if (left === 0) at++
    return answer
  }

  function hear(piece: Buffer): unknown {
    head = head.length === 0 ? piece : Buffer.concat([head, piece])
    while (head.length > 0) {
      if (left > 0) {
        if (takeContent() === 'enough') return 'enough'
      } else if (!takeHead()) return
    }
  }
  return { hear, hasTree: () => hasTree }
}

const isBegunBy = (head: Buffer, name: Buffer) => {
  const length = Math.min(head.length, name.length)
  return head.subarray(0, length).equals(name.subarray(0, length))
}
