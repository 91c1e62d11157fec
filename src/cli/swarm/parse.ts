/** Command line → command, arguments and flags; or Misuse with the name that was most likely meant. */
import { parseArgs } from 'node:util'
import { nearest } from '../nearest.ts'
import { type Call, type Command, type Flag, Misuse } from './command.ts'

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
  const known = [...EVERYWHERE, VERSION, ...commands.flatMap(({ flags = [] }) => flags)]
  const { tokens } = parseArgs({
    args: argv,
    options: Object.fromEntries(known.map((flag) => [flag.name, option(flag)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const [called, ...words] = wordsOf(argv, tokens)
  const command = called === undefined ? null : commandOf(called, commands)
  const own = [...EVERYWHERE, ...(command ? (command.flags ?? []) : [VERSION])]
  const flags: Parsed['flags'] = {}
  for (const token of tokens) {
    if (token.kind !== 'option' || isNegative(argv, token)) continue
    const flag = own.find(({ name }) => name === token.name)
    if (!flag) throw new Misuse(unknownFlag(token.rawName, own, command))
    flags[flag.name] = given(flag, token)
  }
  const wants = flags.help ? 'help' : flags.version ? 'version' : 'run'
  const args = wants === 'run' && command ? argumentsOf(command, words) : {}
  return { command, args, flags, isJson: flags.format === 'json', wants }
}

type Token = { kind: string; index: number }

/** True for a negative number, which is not a flag. It comes once for each of its digits. */
const isNegative = (argv: string[], { kind, index }: Token) =>
  kind === 'option' && /^-\d+$/.test(argv[index]!)

function wordsOf(argv: string[], tokens: Token[]): string[] {
  const words = tokens.filter((token) => token.kind === 'positional' || isNegative(argv, token))
  return [...new Set(words.map(({ index }) => index))].map((index) => argv[index]!)
}

function option({ short, value }: Flag) {
  const type = value === undefined ? ('boolean' as const) : ('string' as const)
  return short === undefined ? { type } : { type, short }
}

function commandOf(called: string, commands: readonly Command[]): Command {
  const command = commands.find(({ name }) => name === called)
  if (command) return command
  const near = nearest(
    called,
    commands.map(({ name }) => name),
  )
  throw new Misuse(
    `there is no command '${called}'. ${near ? `Did you mean '${near}'?` : "See 'swarm help'."}`,
  )
}

function given(
  flag: Flag,
  { rawName, value }: { rawName: string; value?: string | undefined },
): string | true {
  if (flag.value === undefined) {
    if (value !== undefined) throw new Misuse(`${rawName} takes no value.`)
    return true
  }
  if (value === undefined || (value.startsWith('-') && value.length > 1 && !/^-\d/.test(value)))
    throw new Misuse(`${rawName} needs a value: ${rawName} ${flag.value}.`)
  if (flag.among && !flag.among.includes(value))
    throw new Misuse(`${rawName} can be ${flag.among.join(' or ')}, not '${value}'.`)
  return value
}

function unknownFlag(raw: string, own: readonly Flag[], command: Command | null): string {
  const near = nearest(
    raw.replace(/^-+/, ''),
    own.map(({ name }) => name),
  )
  const where = command ? `swarm ${command.name}` : 'swarm'
  return `there is no flag ${raw}. ${near ? `Did you mean --${near}?` : `See '${where} --help'.`}`
}

function argumentsOf({ args = [] }: Command, words: string[]): Parsed['args'] {
  const found: Parsed['args'] = {}
  for (const [at, argument] of args.entries()) {
    const word = words[at]
    if (word === undefined && !argument.isOptional)
      throw new Misuse(`${argument.name} is missing: ${argument.help}.`)
    if (word !== undefined && argument.among && !argument.among.includes(word)) {
      const near = nearest(word, [...argument.among])
      const known = near ? `Did you mean '${near}'?` : `It can be ${argument.among.join(', ')}.`
      throw new Misuse(`${argument.name} cannot be '${word}'. ${known}`)
    }
    found[argument.name] = word
  }
  const extra = words[args.length]
  if (extra !== undefined) throw new Misuse(`unexpected argument '${extra}'.`)
  return found
}
