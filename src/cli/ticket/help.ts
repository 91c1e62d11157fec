/** Text of `help`, `--help` and a wrong command line. */
import { type Actor, isRefusal, refuse } from '../../ticket/commands.ts'
import { didYouMean } from '../nearest.ts'
import type { Command } from './command.ts'
import type { Outcome } from './context.ts'

const USAGE = 'usage: ticket COMMAND [ARGUMENTS] [--format text|json]'

const GROUPS: Record<string, string[]> = {
  Look: ['list', 'show', 'ready', 'children', 'comments', 'count', 'log'],
  File: ['create', 'comment', 'ask', 'update'],
  Work: ['claim-next', 'complete', 'unclaim', 'block', 'unblock'],
  Decide: ['inbox', 'approve', 'reject', 'answer', 'pass', 'fail', 'reopen', 'cancel'],
  Other: ['migrate', 'completion', 'help'],
}

/** Runs `help`; refuses an unknown command. */
export async function help(name: string | undefined, by: Actor, table: readonly Command[]): Promise<Outcome> {
  const found =
    name === undefined
      ? null
      : (table.find((each) => each.name === name || each.alias === name) ?? unknown(name, table))
  if (isRefusal(found)) return found
  const text = found ? about(found) : overview(by, table)
  return { text: () => text, json: () => ({ help: text }) }
}

function unknown(name: string, table: readonly Command[]) {
  const names = table.map((each) => each.name)
  return refuse('not_found', `There is no command '${name}'. ${didYouMean(name, names, '')}`.trimEnd())
}

/** Overview of the commands that the actor may use. */
export function overview(by: Actor, table: readonly Command[]): string {
  const rows = Object.entries(GROUPS).flatMap(([group, names]) => {
    const commands = table.filter((each) => names.includes(each.name) && mayUse(each, by))
    const lines = commands.map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`)
    return lines.length > 0 ? [`${group}:`, ...lines, ''] : []
  })
  return [
    USAGE,
    '',
    'File, claim and finish the tickets of a swarm.',
    '',
    ...rows,
    ...(by.kind === 'agent' ? [] : DATABASE),
    "'ticket help COMMAND' explains a command. An id is 12 or #12; the text - is read from standard input.",
    'Exit code: 0 done, 1 refused or not found, 2 misuse.',
  ].join('\n')
}

const DATABASE = [
  'Database: --db PATH, else the variable TICKET_DB, else .swarm/tickets/tickets.db in this folder or above,',
  'else ./tickets.db.',
  '',
]

const mayUse = ({ hidden, forPeople }: Command, by: Actor) => !hidden && !(forPeople && by.kind === 'agent')

function about(command: Command): string {
  const examples = (command.examples ?? []).map((example) => `  ${example}`)
  return [usage(command), '', `${command.summary}.`, '', 'Examples:', ...examples].join('\n')
}

/** Usage of a command, or of any without one. */
export function usage(command: Command | null): string {
  if (!command) return USAGE
  const { name, args, flags } = command
  const words = Object.values(args).map(({ label, optional }) => (optional ? `[${label}]` : label))
  const own = Object.entries(flags).map(([flag, { label, among, adds, needed }]) => {
    const value = `--${flag} ${among && !adds ? among.join('|') : label}`
    return needed ? value : `[${value}]`
  })
  return wrapped(['usage: ticket', name, ...words, ...own, '[--format text|json]'])
}

const WIDTH = 100

/** Joins parts by spaces into lines that fit; further lines are indented. */
function wrapped(parts: string[]): string {
  const lines = ['']
  for (const part of parts) {
    const line = lines[lines.length - 1] as string
    if (line.length + part.length < WIDTH) lines[lines.length - 1] = line === '' ? part : `${line} ${part}`
    else lines.push(`         ${part}`)
  }
  return lines.join('\n')
}
