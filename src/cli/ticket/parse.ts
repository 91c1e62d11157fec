/**
 * Command line → request. Every flag takes a value, so that words can be told apart without knowing the command. It
 * does not use Node's `parseArgs`, which reads a comment that begins with a dash ("- fixed the test") as flags, unlike
 * the original's argparse.
 */

import { nearest } from '../nearest.ts'
import type { Command, Params } from './command.ts'
import { isMisuse } from './context.ts'
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

type Token = { word: string } | { flag: string; name: string; value: string | null }

const FLAG = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/
const SWITCHES = new Set(['h', 'help', 'version'])

/** Parses a command line; a mistake becomes `misuse`. */
export function parse(argv: string[], table: readonly Command[]): Asked {
  const tokens = tokenise(argv)
  const words = tokens.flatMap((token) => ('word' in token ? [token.word] : []))
  const [called, ...args] = words
  const command =
    table.find(({ name, alias }) => called !== undefined && [name, alias].includes(called)) ?? null
  if (asks(tokens, 'help') || asks(tokens, 'h')) return { asked: 'help', command }
  if (asks(tokens, 'version')) return { asked: 'version' }
  const wrong = (sentence: string) => ({ asked: 'misuse', command, sentence }) as const
  if (called !== undefined && !command) return wrong(unknownCommand(called, table))
  const flags = readFlags(tokens, command, table)
  if (typeof flags === 'string') return wrong(flags)
  if (!command) return { asked: 'nothing' }
  const values = readArgs(args, command)
  if (typeof values === 'string') return wrong(values)
  const { db, format: wanted, ...own } = flags
  const given = { ...values, ...own }
  return { asked: 'run', command, given, dbPath: db as string | undefined, json: wanted === 'json' }
}

function tokenise(argv: string[]): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] as string
    if (arg === '--') return [...tokens, ...argv.slice(at + 1).map((word) => ({ word }))]
    const flag = FLAG.exec(arg)
    if (!flag) {
      tokens.push({ word: arg })
      continue
    }
    const name = flag[1] as string
    const next = argv[at + 1]
    const takesNext = flag[2] === undefined && !SWITCHES.has(name) && next !== undefined
    const value = takesNext && next !== '--' && !FLAG.test(next) ? next : null
    if (value !== null) at++
    tokens.push({ flag: arg, name, value: flag[2] ?? value })
  }
  return tokens
}

const asks = (tokens: Token[], name: string) => tokens.some((token) => 'name' in token && token.name === name)

function readFlags(
  tokens: Token[],
  command: Command | null,
  table: readonly Command[],
): Record<string, unknown> | string {
  const known: Params = { ...EVERYWHERE, ...command?.flags }
  const found: Record<string, unknown> = {}
  for (const token of tokens) {
    if ('word' in token) continue
    const name = meant(token, known)
    if (name === null) return unknownFlag(token, known, command, table)
    const kind = known[name] as Kind<unknown>
    if (token.value === null)
      return `--${name} needs a value; if the value begins with a dash, write --${name}=VALUE.`
    const value = kind.read(token.value)
    if (isMisuse(value)) return `--${name}: ${value.misuse}`
    const before = found[name]
    found[name] = kind.adds && Array.isArray(before) ? before.concat(value) : value
  }
  const missing = Object.entries(known).find(([name, { needed }]) => needed && !(name in found))
  return missing ? `--${missing[0]} ${missing[1].label} is missing.` : found
}

/** Name of a flag, also when shortened as the original allows: `--desc`, when it is unambiguous. */
function meant({ flag, name }: { flag: string; name: string }, known: Params): string | null {
  if (!flag.startsWith('--')) return null
  if (Object.hasOwn(known, name)) return name
  const longer = Object.keys(known).filter((each) => each.startsWith(name))
  return longer.length === 1 ? (longer[0] as string) : null
}

function readArgs(words: string[], { args }: Command): Record<string, unknown> | string {
  const kinds = Object.entries(args)
  const extra = words[kinds.length]
  if (extra !== undefined) return `unexpected argument '${extra}'; put text of several words in quotes.`
  const found: Record<string, unknown> = {}
  for (const [at, [name, kind]] of kinds.entries()) {
    const word = words[at]
    if (word === undefined && !kind.optional) return `${kind.label} is missing.`
    const value = word === undefined ? undefined : kind.read(word)
    if (isMisuse(value)) return value.misuse
    found[name] = value
  }
  return found
}

function unknownCommand(called: string, table: readonly Command[]): string {
  const near = nearest(
    called,
    table.filter(({ hidden }) => !hidden).map(({ name }) => name),
  )
  return `there is no command '${called}'. ${near ? `Did you mean '${near}'?` : "'ticket help' lists them."}`
}

function unknownFlag(
  { flag, name }: { flag: string; name: string },
  known: Params,
  command: Command | null,
  table: readonly Command[],
): string {
  const bare = flag.split('=')[0]
  if (!command && table.some(({ flags }) => Object.hasOwn(flags, name)))
    return `${bare} goes after a command.`
  const near = nearest(name, Object.keys(known))
  const hint = near ? `Did you mean '--${near}'?` : "Write '--' before text that begins with a dash."
  return `there is no flag '${bare}'. ${hint}`
}
