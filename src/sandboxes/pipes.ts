/** What a program printed, read to its end however late we are; and what holds its pipes open after that. */
import type { Readable } from 'node:stream'
import { wholeTurn } from '../ports/patience.ts'
import type { OutputStream } from '../ports/sandbox.ts'

/** The ends that are ours. */
export type Pipes = Record<OutputStream, Readable>

/**
 * A pipe is held open when it has not ended after so many looks at it, all of which found it empty. They are looks and no
 * span of time: on a busy machine whoever is being killed takes longer to let go, and the looks come later as well.
 */
const LOOKS = 20
const BETWEEN_MS = 50
/** Far more than a pipe holds: whoever has read that much since the end reads what was printed after it. */
const MOST_BYTES = 8 * 1024 * 1024

/**
 * To be called when everything that may print has ended: reads what that left in the pipes. Gives those that something
 * holds open even so, which are read no further.
 */
export async function readToEnd(pipes: Pipes): Promise<OutputStream[]> {
  const names = (['stdout', 'stderr'] as const).filter((name) => !isOver(pipes[name]))
  const open = () => names.filter((name) => !isOver(pipes[name]))
  let bytes = 0
  const count = (chunk: Buffer) => {
    bytes += chunk.length
  }
  for (const name of names) pipes[name].on('data', count)
  const isRead = async () => {
    const before = bytes
    await wholeTurn()
    return bytes === before && !open().some((name) => isWaiting(pipes[name]))
  }
  for (let look = 0; ; look++) {
    while (open().length > 0 && bytes < MOST_BYTES && !(await isRead())) await restIfFull(pipes)
    if (open().length === 0 || look === LOOKS) break
    await oneEndsSoon(open().map((name) => pipes[name]))
  }
  const held = open()
  for (const name of held) pipes[name].destroy()
  return held
}

const isOver = (pipe: Readable) => pipe.readableEnded || pipe.destroyed

/** Something was read that its reader has not taken yet. */
const isWaiting = (pipe: Readable) => pipe.readableLength > 0 || pipe.isPaused()

/** Rests for a moment while a reader of ours, such as a file, takes no more. */
async function restIfFull(pipes: Pipes): Promise<void> {
  if (Object.values(pipes).some((pipe) => pipe.isPaused()))
    await new Promise((resolve) => setTimeout(resolve, 1))
}

function oneEndsSoon(pipes: Readable[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      for (const pipe of pipes) pipe.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, BETWEEN_MS)
    for (const pipe of pipes) pipe.on('close', done)
  })
}
