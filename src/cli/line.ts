/**
 * The grammar of command lines, of both programs; what a program says about a mistake is its own. It does not use Node's
 * `parseArgs`, which reads a comment that begins with a dash ("- fixed the test") as flags.
 */
import { Misuse } from './misuse.ts'

/** Flag of a command. */
export interface Flag {
  name: string
  /** Letter that stands for it. */
  short?: string
  /** Name of its value in help; left out for a switch. */
  value?: string
  /** Allowed values, where the list is short: for help and completion. */
  among?: readonly string[]
  help: string
}

/** Flag, and how to read it. */
export interface ReadFlag extends Flag {
  /** Reads its value; throws Misuse. */
  read(raw: string): unknown
  /** True: repeated values add up; otherwise the last one counts. */
  adds?: true
  /** True for a flag that must be given. */
  needed?: true
}

/** Argument of a command, and how to read it. */
export interface ReadArgument {
  /** Reads its value; throws Misuse. */
  read(raw: string): unknown
  isOptional: boolean
  /** Sentence about a command line without it. */
  missing: string
}

/** Flag on a command line: as it was written, its name in full (an unknown letter has none), and its value. */
export interface Given {
  written: string
  name: string
  value: string | null
}

/** Part of a command line. */
export type Token = { word: string } | Given

/** Rules that tell words from flags before the command is known. */
export interface Grammar {
  /** True for a flag that the next word is the value of. */
  takesValue(name: string): boolean
  /** Names of flags by their letters. */
  letters: ReadonlyMap<string, string>
}

const FLAG = /^(--?[A-Za-z][\w-]*)(?:=([\s\S]*))?$/

/** Splits a command line into words and flags. After `--` there are only words. */
export function tokenise(argv: readonly string[], grammar: Grammar): Token[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const parts = argv.slice(0, end).flatMap((arg) => apart(arg, grammar))
  const tokens: Token[] = []
  for (let at = 0; at < parts.length; at++) {
    const arg = parts[at] as string
    const flag = FLAG.exec(arg)
    if (!flag) {
      tokens.push({ word: arg })
      continue
    }
    const written = flag[1] as string
    const name = nameOf(written, grammar)
    const next = parts[at + 1]
    const takesNext = flag[2] === undefined && next !== undefined && grammar.takesValue(name)
    const value = takesNext && !FLAG.test(next) ? next : null
    if (value !== null) at++
    tokens.push({ written, name, value: flag[2] ?? value })
  }
  return [...tokens, ...argv.slice(end + 1).map((word) => ({ word }))]
}

/** A flag of one dash has a name only by its letter. */
const nameOf = (written: string, { letters }: Grammar): string =>
  written.startsWith('--') ? written.slice(2) : (letters.get(written.slice(1)) ?? written)

/** Takes flags of one letter apart that were written together: `-fn50` is `-f -n=50`. */
function apart(arg: string, grammar: Grammar): string[] {
  const [, letter = '', rest = ''] = /^-([A-Za-z])([A-Za-z0-9].*)$/s.exec(arg) ?? []
  const name = grammar.letters.get(letter)
  if (name === undefined) return [arg]
  return grammar.takesValue(name) ? [`-${letter}=${rest}`] : [`-${letter}`, ...apart(`-${rest}`, grammar)]
}

/** Words of a command line, in order. */
export const wordsIn = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token) => ('word' in token ? [token.word] : []))

/** Rules of a program for flags; both throw Misuse. */
export interface Rules<F extends ReadFlag> {
  /** Finds the flag that was meant. */
  flagOf(given: Given): F
  /** Refuses one that lacks its value. */
  noValue(given: Given, flag: F): never
}

/** Reads flags by name; a switch is `true`. Throws Misuse. */
export function readFlags<F extends ReadFlag>(
  tokens: readonly Token[],
  flags: readonly F[],
  { flagOf, noValue }: Rules<F>,
): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const token of tokens) {
    if ('word' in token) continue
    const flag = flagOf(token)
    const value = flag.value === undefined ? switched(token) : flag.read(token.value ?? noValue(token, flag))
    const before = found[flag.name]
    found[flag.name] = flag.adds && Array.isArray(before) ? before.concat(value) : value
  }
  const missing = flags.find(({ name, needed }) => needed && !(name in found))
  if (missing) throw new Misuse(`--${missing.name} ${missing.value} is missing.`)
  return found
}

function switched({ written, value }: Given): true {
  if (value !== null) throw new Misuse(`${written} takes no value.`)
  return true
}

/** Reads the values of arguments, in order; throws Misuse. `hint` follows the sentence about a word too many. */
export function readArguments(
  words: readonly string[],
  args: readonly ReadArgument[],
  hint: string,
): unknown[] {
  const values = args.map(({ read, isOptional, missing }, at) => {
    const word = words[at]
    if (word !== undefined) return read(word)
    if (isOptional) return undefined
    throw new Misuse(missing)
  })
  const extra = words[args.length]
  if (extra !== undefined) throw new Misuse(`unexpected argument '${extra}'${hint}`)
  return values
}
