/** Output pipes of a program: read to their end however late we are, and checked for who holds them open after it. */
import type { Readable } from 'node:stream'
import { wholeTurn } from '../ports/patience.ts'
import type { OutputStream } from '../ports/sandbox.ts'

/** Our ends of a program's output pipes. */
export type Pipes = Record<OutputStream, Readable>

/**
 * Number of looks that find a pipe empty and not ended, after which something holds it open. Looks, not a span of time:
 * on a busy machine a killed process takes longer to let go, and the looks come later as well.
 */
const LOOKS = 20
const BETWEEN_MS = 50
/** Bytes, far more than a pipe holds: output after so much since the end was printed after the end. */
const MOST_BYTES = 8 * 1024 * 1024

/**
 * Reads the rest of the pipes, once everything that may print has ended. Gives the pipes that something still holds
 * open; they are read no further.
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

/** True for output that its reader has not taken yet. */
const isWaiting = (pipe: Readable) => pipe.readableLength > 0 || pipe.isPaused()

/** Pauses for a moment while a reader of ours, such as a file, is full. */
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
