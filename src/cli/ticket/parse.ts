/** Command line → request. Every flag takes a value, so that words can be told apart without knowing the command. */
import {
  type Given,
  type Grammar,
  type ReadFlag,
  type Rules,
  readArguments,
  readFlags,
  tokenise,
  wordsIn,
} from '../line.ts'
import { Misuse } from '../misuse.ts'
import { didYouMean, nearest } from '../nearest.ts'
import type { Command, Params } from './command.ts'
import { format, type Kind, text } from './kinds.ts'

/** Request of a command line. */
export type Asked =
  | { asked: 'run'; command: Command; given: unknown; dbPath: string | undefined; json: boolean }
  | { asked: 'help'; command: Command | null }
  | { asked: 'version' }
  | { asked: 'nothing' }
  | { asked: 'misuse'; command: Command | null; sentence: string }

/** Flags that every command takes, on either side of its name. */
export const EVERYWHERE = { db: text('PATH'), format } satisfies Params

/** Names of flags without a value, with one dash or two. */
const SWITCH = /^-?(h|help|version)$/

const GRAMMAR: Grammar = { takesValue: (name) => !SWITCH.test(name), letters: new Map() }

/** Parses a command line; a mistake becomes `misuse`. */
export function parse(argv: string[], table: readonly Command[]): Asked {
  const tokens = tokenise(argv, GRAMMAR)
  const [called, ...words] = wordsIn(tokens)
  const command =
    table.find(({ name, alias }) => called !== undefined && [name, alias].includes(called)) ?? null
  const switches = tokens.flatMap((token) => ('name' in token ? (SWITCH.exec(token.name)?.[1] ?? []) : []))
  if (switches.some((each) => each !== 'version')) return { asked: 'help', command }
  if (switches.length > 0) return { asked: 'version' }
  try {
    if (called !== undefined && !command) throw new Misuse(unknownCommand(called, table))
    const flags = flagsIn({ ...EVERYWHERE, ...command?.flags })
    const { db, format: wanted, ...own } = readFlags(tokens, flags, rulesOf(flags, command, table))
    if (!command) return { asked: 'nothing' }
    const given = { ...argumentsOf(command, words), ...own }
    return { asked: 'run', command, given, dbPath: db as string | undefined, json: wanted === 'json' }
  } catch (error) {
    if (error instanceof Misuse) return { asked: 'misuse', command, sentence: error.message }
    throw error
  }
}

/** Lists flags, as a command line has them. */
export const flagsIn = (params: Params): ReadFlag[] =>
  Object.entries(params).map(([name, { label, read, ...kind }]) => ({
    ...kind,
    name,
    value: label,
    help: label,
    read: (raw) => {
      try {
        return read(raw)
      } catch (error) {
        throw error instanceof Misuse ? new Misuse(`--${name}: ${error.message}`) : error
      }
    },
  }))

function argumentsOf({ args }: Command, words: string[]): Record<string, unknown> {
  const kinds: Kind<unknown>[] = Object.values(args)
  const readers = kinds.map(({ label, read, optional = false }) => ({
    read,
    isOptional: optional,
    missing: `${label} is missing.`,
  }))
  const values = readArguments(words, readers, '; put text of several words in quotes.')
  return Object.fromEntries(Object.keys(args).map((name, at) => [name, values[at]]))
}

const rulesOf = (
  flags: readonly ReadFlag[],
  command: Command | null,
  table: readonly Command[],
): Rules<ReadFlag> => ({
  flagOf: (given) => {
    const flag = meant(given, flags)
    if (flag) return flag
    throw new Misuse(unknownFlag(given, flags, command, table))
  },
  noValue: (_, { name }) => {
    throw new Misuse(`--${name} needs a value; if the value begins with a dash, write --${name}=VALUE.`)
  },
})

/** Flag of a name, also when shortened as the original allows: `--desc`, when it is unambiguous. */
function meant({ name }: Given, flags: readonly ReadFlag[]): ReadFlag | null {
  const exact = flags.find((flag) => flag.name === name)
  const longer = flags.filter((flag) => flag.name.startsWith(name))
  return exact ?? (longer.length === 1 ? longer[0]! : null)
}

function unknownCommand(called: string, table: readonly Command[]): string {
  const names = table.filter(({ hidden }) => !hidden).map(({ name }) => name)
  return `there is no command '${called}'. ${didYouMean(called, names, "'ticket help' lists them.")}`
}

function unknownFlag(
  { written }: Given,
  flags: readonly ReadFlag[],
  command: Command | null,
  table: readonly Command[],
): string {
  const name = written.replace(/^-+/, '')
  if (!command && table.some((each) => Object.hasOwn(each.flags, name)))
    return `${written} goes after a command.`
  const near = nearest(
    name,
    flags.map((flag) => flag.name),
  )
  const hint = near ? `Did you mean '--${near}'?` : "Write '--' before text that begins with a dash."
  return `there is no flag '${written}'. ${hint}`
}
