/** Output of a program in a sandbox, written into a file of the host. */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TakeOptions, TakeResult } from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import type { ProgramEnd, Watched } from './program.ts'

/**
 * Runs a program by `run` and writes its stdout to a file; throws Trouble when it is too long or cut. The content may
 * be anything: an agent decides what its programs print.
 */
export async function takeOut(
  run: (watched: Watched) => Promise<Omit<ProgramEnd, 'failure'>>,
  host: string,
  { signal, timeoutMs, most }: TakeOptions,
): Promise<TakeResult> {
  // Somebody may have cleaned it away since the last time.
  await mkdir(dirname(host), { recursive: true, mode: 0o700 }).catch((failure: Error) => {
    throw troubleOf(failure)
  })
  const stop = new AbortController()
  const sink = atMost(most)
  const written = pipeline(sink, createWriteStream(host, { mode: 0o600 })).then(
    () => null,
    (failure: Error) => {
      stop.abort()
      return failure
    },
  )
  try {
    const { cut, ...end } = await run({ sink, timeoutMs, signal: AbortSignal.any([signal, stop.signal]) })
    sink.end()
    const failure = await written
    if (failure !== null) throw troubleOf(failure)
    if (end.exit !== 0) await rm(host, { force: true })
    else if (cut.includes('stdout')) throw new Trouble('sandbox', CUT)
    return end
  } catch (trouble) {
    sink.end()
    await written
    await rm(host, { force: true })
    throw trouble
  }
}

const CUT =
  'The data copied out of the sandbox is incomplete: a process outlived its program and kept its output open.'

const troubleOf = (failure: Error): Trouble =>
  failure instanceof Trouble
    ? failure
    : new Trouble('disk', `The data could not be copied out of the sandbox: ${failure.message}.`)

function atMost(most: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      bytes += chunk.length
      if (bytes <= most) return pass(null, chunk)
      const sentence = `The data to copy out of the sandbox is larger than ${most} bytes.`
      pass(new Trouble('sandbox', sentence, { retryable: false }))
    },
  })
}
