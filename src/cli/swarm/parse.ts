/** Command line → command, arguments and flags; or Misuse with the name that was most likely meant. */
import {
  type Flag,
  type Grammar,
  type ReadArgument,
  type ReadFlag,
  type Rules,
  readArguments,
  readFlags,
  tokenise,
  wordsIn,
} from '../line.ts'
import { Misuse } from '../misuse.ts'
import { didYouMean, nearest } from '../nearest.ts'
import type { Argument, Call, Command } from './command.ts'

export const EVERYWHERE: readonly Flag[] = [
  {
    name: 'format',
    value: 'FORMAT',
    among: ['text', 'json'],
    help: 'text for people (default), json for programs',
  },
  { name: 'help', short: 'h', help: 'show this help' },
]

/** Parsed command line. */
export interface Parsed extends Pick<Call, 'args' | 'flags' | 'isJson'> {
  /** Command; null for `swarm` alone. */
  command: Command | null
  wants: 'run' | 'help' | 'version'
}

const VERSION: Flag = { name: 'version', help: 'print the version' }

/** Parses a command line; throws Misuse. */
export function parse(argv: string[], commands: readonly Command[]): Parsed {
  const tokens = tokenise(argv, grammarOf(commands))
  const [called, ...words] = wordsIn(tokens)
  const command = called === undefined ? null : commandOf(called, commands)
  const own = [...EVERYWHERE, ...(command ? (command.flags ?? []) : [VERSION])].map(readable)
  const flags = readFlags(tokens, own, rulesOf(own, command)) as Parsed['flags']
  const wants = flags.help ? 'help' : flags.version ? 'version' : 'run'
  const args = wants === 'run' && command ? argumentsOf(command, words) : {}
  return { command, args, flags, isJson: flags.format === 'json', wants }
}

/** The flags of all commands: before the command is known, each of them may come. */
function grammarOf(commands: readonly Command[]): Grammar {
  const known = [...EVERYWHERE, VERSION, ...commands.flatMap(({ flags = [] }) => flags)]
  const values = new Map(known.map(({ name, value }) => [name, value]))
  const letters = new Map(known.flatMap(({ short, name }) => (short === undefined ? [] : [[short, name]])))
  return { takesValue: (name) => values.get(name) !== undefined, letters }
}

function commandOf(called: string, commands: readonly Command[]): Command {
  const command = commands.find(({ name }) => name === called)
  if (command) return command
  const names = commands.map(({ name }) => name)
  throw new Misuse(`there is no command '${called}'. ${didYouMean(called, names, "See 'swarm help'.")}`)
}

const readable = (flag: Flag): ReadFlag => ({
  ...flag,
  read: (raw) => {
    if (!flag.among || flag.among.includes(raw)) return raw
    throw new Misuse(`--${flag.name} can be ${flag.among.join(' or ')}, not '${raw}'.`)
  },
})

const rulesOf = (own: readonly ReadFlag[], command: Command | null): Rules<ReadFlag> => ({
  flagOf: ({ name, written }) => {
    const flag = own.find((each) => each.name === name)
    if (flag) return flag
    const near = nearest(
      written.replace(/^-+/, ''),
      own.map((each) => each.name),
    )
    const where = command ? `swarm ${command.name}` : 'swarm'
    throw new Misuse(
      `there is no flag ${written}. ${near ? `Did you mean --${near}?` : `See '${where} --help'.`}`,
    )
  },
  noValue: ({ written }, { value }) => {
    throw new Misuse(`${written} needs a value: ${written} ${value}.`)
  },
})

function argumentsOf({ args = [] }: Command, words: string[]): Parsed['args'] {
  const values = readArguments(words, args.map(argument), '.') as (string | undefined)[]
  return Object.fromEntries(args.map(({ name }, at) => [name, values[at]]))
}

const argument = ({ name, help, isOptional, among }: Argument): ReadArgument => ({
  isOptional: isOptional === true,
  missing: `${name} is missing: ${help}.`,
  read: (word) => {
    if (!among || among.includes(word)) return word
    const known = didYouMean(word, [...among], `It can be ${among.join(', ')}.`)
    throw new Misuse(`${name} cannot be '${word}'. ${known}`)
  },
})
