/**
 * Program `ticket`, for a person at a terminal, or an agent whose command line arrives through the gateway.
 * Exit codes: 0 done, 1 refused or not found (one sentence), 2 misuse (with the usage).
 */
import { Trouble } from '../../ports/trouble.ts'
import { type Actor, isRefusal, type Refusal, refuse } from '../../ticket/commands.ts'
import { Misuse } from '../misuse.ts'
import { printable, printableJson } from '../printable.ts'
import type { Context, Outcome } from './context.ts'
import { type Asked, parse } from './parse.ts'
import { TABLE } from './table.ts'

/** Runs a command line and gives the exit code. Throws only for a bug. */
export async function run(argv: string[], context: Context): Promise<number> {
  const asked = parse(argv, TABLE)
  switch (asked.asked) {
    case 'misuse':
      return explain(asked, context)
    case 'nothing': {
      const { overview } = await import('./help.ts')
      return complain(overview(context.actor, TABLE), 2, context)
    }
    case 'version':
      return say(`ticket ${(await import('../../../package.json')).version}`, context)
    case 'help': {
      const { help } = await import('./help.ts')
      return tell(await help(asked.command?.name, context.actor, TABLE), asked, context)
    }
    case 'run':
      return carryOut(asked, context)
  }
}

type Wanted = Extract<Asked, { asked: 'run' }>

async function carryOut(asked: Wanted, context: Context): Promise<number> {
  const { command, given, dbPath } = asked
  const by = context.actor
  const forbidden = forbids(asked, by)
  if (forbidden) return tell(forbidden, asked, context)
  try {
    const call = { given, context, by, dbPath, records: () => context.records(dbPath) }
    return await tell(await command.run(call, TABLE), asked, context)
  } catch (error) {
    if (error instanceof Misuse) return complain(printable(error.message), 2, context)
    if (error instanceof Trouble) return complain(printable(error.message), 1, context)
    throw error
  }
}

/** Refuses what an agent may never do; the core decides what it may do to which ticket. */
function forbids({ command, dbPath }: Wanted, by: Actor): Refusal | null {
  if (by.kind !== 'agent') return null
  if (command.forPeople)
    return refuse('forbidden', `Agents may not use '${command.name}'. Ask a person with 'ticket ask'.`)
  return dbPath === undefined
    ? null
    : refuse('forbidden', 'Agents may not choose a database. Leave out --db.')
}

async function tell(outcome: Outcome, asked: Asked, context: Context): Promise<number> {
  if (outcome === null) return 1
  if (isRefusal(outcome)) return complain(printable(outcome.sentence), 1, context)
  if (outcome.note) context.writeError(`${printable(outcome.note)}\n`)
  const isJson = asked.asked === 'run' && asked.json
  return say(isJson ? printableJson(await outcome.json()) : await outcome.text(), context)
}

function say(text: string, { write }: Context): number {
  write(`${text}\n`)
  return 0
}

function complain(words: string, code: number, { writeError }: Context): number {
  writeError(`${words}\n`)
  return code
}

async function explain(asked: Extract<Asked, { asked: 'misuse' }>, context: Context): Promise<number> {
  const { usage } = await import('./help.ts')
  const { command, sentence } = asked
  const program = command ? `ticket ${command.name}` : 'ticket'
  return complain(`${printable(`${program}: ${sentence}`)}\n${usage(command)}`, 2, context)
}
