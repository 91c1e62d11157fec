/** Paths that git refused to take out of a sandbox, and a lack of room. */
import { unquoted } from '../../ports/path-bytes.ts'
import type { Room, TakeResult } from '../../ports/sandbox.ts'
import { type Flaw, Trouble } from '../../ports/trouble.ts'

/** Refused paths, and the state of the room. */
export interface Refused {
  /** Reasons why paths cannot be part of a change, one sentence each. */
  refused: string[]
  /** First few paths that only settings of the checkout's own git hide. */
  hidden: string[]
  /** Paths of `main` that the checkout's index has no more, although nobody has deleted the files: the first few. */
  gone: string[]
  /** `full`: the sandbox holds as much as it may; `too full`: not all of the work could be taken out. */
  room: 'fine' | 'full' | 'too full'
}

/** Reads the report of `PACK` on stderr. Throws Trouble when the machine's disk is full. */
export function refusedIn(room: Room | null, ends: TakeResult[], flaws: Flaw[] = []): Refused {
  const output = ends.map((end) => end.output).join('\n')
  const lines = output.split('\n')
  const about = (word: string) => [
    ...new Set(lines.flatMap((line) => (line.startsWith(`@ ${word} `) ? line.slice(word.length + 3) : []))),
  ]
  const said = about('said')
  const closed = said.flatMap((line) => /could not open directory '(.+)\/'/.exec(line)?.[1] ?? [])
  const noRoom = NO_ROOM.test(output)
  if (noRoom && room === null)
    throw new Trouble('disk', 'The work could not be copied out of the sandbox: the disk is full.')
  const paths = [...closed, ...about('refused')].map((path) => sentenceOf(path, said))
  const flawed = about('flaw').map((line) => flawOf(line, flaws))
  return {
    refused: noRoom ? [] : [...paths, ...flawed].slice(0, MOST),
    hidden: about('hidden').slice(0, MOST),
    gone: about('gone').slice(0, MOST),
    room: noRoom ? 'too full' : lines.includes('@ full disk') ? 'full' : 'fine',
  }
}

/** Sentence about a refused object, by its id and path. */
function flawOf(line: string, flaws: Flaw[]): string {
  const [, id, path] = /^(\S*) (.*)$/.exec(line) ?? []
  const why = flaws.find((flaw) => flaw.id === id)?.why
  return `${path} is refused by git: ${why ?? 'no further details'}.`
}

const NO_ROOM = /No space left|quota exceeded/i
const MOST = 20

function sentenceOf(path: string, said: string[]): string {
  const words = said.filter((line) => line.includes(unquoted(path))).join('\n')
  const why = WHY.find(([words_]) => words_.test(words))?.[1]
  return `${path} ${why ?? `is refused by git: ${words.split('\n')[0] || 'no further details'}.`}`
}

const WHY: [RegExp, string][] = [
  [/can only add regular files/, 'is a pipe, a socket or a device: put a file in its place, or delete it.'],
  [/Permission denied/, 'cannot be read: restore its permissions (chmod), or delete it.'],
  [/invalid path/, 'has a name that git refuses: rename it, or delete it.'],
]
