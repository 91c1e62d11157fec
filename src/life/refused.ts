/** What git refused to take out of a sandbox, and whether that was for want of room. */
import type { Room, TakeResult } from '../ports/sandbox.ts'
import { Excess, Trouble } from '../ports/trouble.ts'

export interface Refused {
  /** Of each path that git refuses, one sentence: why it cannot be part of a change. */
  refused: string[]
  /** `full`: the sandbox holds as much as it may; `too full`: not all of the work could be taken out. */
  room: 'fine' | 'full' | 'too full'
}

/** Reads it from what `PACK` says on stderr. Throws Trouble when it is the machine's disk that is full. */
export function refusedIn(room: Room | null, ends: TakeResult[]): Refused {
  const output = ends.map((end) => end.output).join('\n')
  const lines = output.split('\n')
  const paths = [...new Set(lines.flatMap((line) => /^@ refused (.+)$/.exec(line)?.[1] ?? []))]
  const said = lines.flatMap((line) => /^@ said (.+)$/.exec(line)?.[1] ?? [])
  const closed = said.flatMap((line) => /could not open directory '(.+)\/'/.exec(line)?.[1] ?? [])
  const noRoom = NO_ROOM.test(output)
  if (noRoom && room === null)
    throw new Trouble('disk', 'The work could not be taken out of the sandbox: the disk is full.')
  return {
    refused: noRoom ? [] : [...closed, ...paths].slice(0, MOST).map((path) => sentenceOf(path, said)),
    room: noRoom ? 'too full' : lines.includes('@ full disk') ? 'full' : 'fine',
  }
}

/** What is too much to be taken in at all; throws everything else again. */
export function excessOf(error: unknown): Excess {
  if (error instanceof Excess) return error
  throw error
}

const NO_ROOM = /No space left|quota exceeded/i
const MOST = 20

function sentenceOf(path: string, said: string[]): string {
  const words = said.filter((line) => line.includes(path)).join('\n')
  const why = WHY.find(([words_]) => words_.test(words))?.[1]
  return `${path} ${why ?? `is refused by git: ${words.split('\n')[0] || 'it says nothing more'}.`}`
}

const WHY: [RegExp, string][] = [
  [/can only add regular files/, 'is a pipe, a socket or a device: put a file in its place, or delete it.'],
  [/Permission denied/, 'cannot be read: give it its permissions back (chmod), or delete it.'],
  [/invalid path/, 'has a name that git refuses: rename it, or delete it.'],
]
