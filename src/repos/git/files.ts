/** Files, read from git's objects: one whole, or many as a stream, by one git whatever their number and size. */
import { bytesOf } from '../../ports/path-bytes.ts'
import { Trouble } from '../../ports/trouble.ts'
import { type Git, LARGEST_WHOLE } from './run.ts'

/** Bytes for git's own lines about a file. */
const ROOM = 64 * 1024

/**
 * Reads a file of a tree; null when it is missing, too large, or not a file. Throws Trouble when there is no such tree.
 */
export async function read(git: Git, treeish: string, path: string): Promise<Buffer | null> {
  if (path === '' || /^\.{0,2}\//.test(path)) return null
  const tree = `${treeish}^{tree}`
  const wanted = bytesOf(`${treeish}:${path}`)
  const input = Buffer.concat([Buffer.from(`info ${tree}\0contents `), wanted, Buffer.from('\0')])
  const asking = ['cat-file', '--batch-command', '-z']
  const { stdout } = await git(asking, { input, enough: LARGEST_WHOLE + ROOM })
  const end = stdout.indexOf('\n')
  const root = stdout.subarray(0, end).toString()
  if (!/ tree \d+$/.test(root))
    throw new Trouble('git', `There is no tree ${treeish} to read ${path} from.`, { retryable: false })
  const answer = stdout.subarray(end + 1)
  // Of what is missing the name is repeated, which may look like an answer; what is there begins with its id.
  return answer.subarray(0, wanted.length).equals(wanted) ? null : blobOf(answer)
}

/** Content of the answer; null for a folder or a submodule. */
function blobOf(answer: Buffer): Buffer | null {
  const end = answer.indexOf('\n')
  const head = / blob (\d+)$/.exec(answer.subarray(0, end).toString())
  if (!head || Number(head[1]) > LARGEST_WHOLE) return null
  return answer.subarray(end + 1, end + 1 + Number(head[1]))
}

/**
 * Streams files by their ids (by name, git would read whole folders). They come in the given order; an empty file has
 * one empty piece. Throws Trouble for a missing file.
 */
export async function pour(git: Git, ids: string[], see: (id: string, piece: Buffer) => void): Promise<void> {
  if (ids.length === 0) return
  const answers = answersIn(see)
  await git(['cat-file', '--batch', '--buffer'], { input: `${ids.join('\n')}\n`, see: answers.hear })
  const missing = answers.missing()
  if (missing !== null)
    throw new Trouble('git', `The repository has no file ${missing}.`, { retryable: false })
}

const LF = 10

/** Parses answers of git: a line with id, kind and size, then the content, then a line break. */
function answersIn(see: (id: string, piece: Buffer) => void) {
  let rest: Buffer = Buffer.alloc(0)
  let id = ''
  /** Bytes still to come of the content and its line break. */
  let left = 0
  let missing: string | null = null

  function takeHead(): boolean {
    const end = rest.indexOf(LF)
    if (end < 0) return false
    const [name = '', kind, size] = rest.subarray(0, end).toString().split(' ')
    rest = rest.subarray(end + 1)
    if (kind === 'blob') [id, left] = [name, Number(size) + 1]
    else missing ??= name
    return true
  }

  function takeContent(): void {
    const piece = rest.subarray(0, left)
    rest = rest.subarray(piece.length)
    left -= piece.length
    see(id, left === 0 ? piece.subarray(0, -1) : piece)
  }

  function hear(piece: Buffer): unknown {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    while (rest.length > 0 && missing === null) {
      if (left > 0) takeContent()
      else if (!takeHead()) return
    }
    return missing === null ? undefined : 'enough'
  }
  return { hear, missing: () => missing }
}
