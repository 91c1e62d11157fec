/** All commands × all states, as a table that people can read. */
import { type Actor, isRefusal } from '../../src/ticket/commands.ts'
import { type Ticket, type TicketType, TYPES } from '../../src/ticket/ticket.ts'
import { ask, ROWS, type Sample, STATES, type State, stateOf, ticketIn } from './states.ts'

/** Refused. */
export const REFUSED = '·'
/** Allowed, and nothing had to change. */
export const SAME = '='
/** Allowed, and it stays in its state. */
export const STAYS = '✓'

export type Speaker = (ticket: Ticket) => Actor

export interface Row {
  label: string
  cells: string[]
}

/** One row for each sample command: the state that it leads to from each state. */
export const rows = (by: Speaker, type: TicketType = 'task'): Row[] =>
  ROWS.map((sample) => ({
    label: sample.label,
    cells: STATES.map((state) => cell(sample, ticketIn(state, type), by)),
  }))

function cell({ command }: Sample, ticket: Ticket, by: Speaker): string {
  const { decision, after } = ask(ticket, command(ticket), by(ticket))
  if (isRefusal(decision) || after === null) return REFUSED
  if (decision.length === 0) return SAME
  return stateOf(after) === stateOf(ticket) ? STAYS : stateOf(after)
}

/** For each other type, the rows that are not as for a task. */
export function rowsByType(by: Speaker): { type: TicketType; rows: Row[] }[] {
  const task = rows(by, 'task')
  return TYPES.filter((type) => type !== 'task').map((type) => ({
    type,
    rows: rows(by, type).filter(({ cells }, index) => cells.join() !== task[index]!.cells.join()),
  }))
}

/** Rows in which something is allowed. */
export const allowed = (all: Row[]): Row[] =>
  all.filter(({ cells }) => cells.some((each) => each !== REFUSED))

export function asText(table: Row[]): string {
  const lines = [['', ...STATES], ...table.map(({ label, cells }) => [label, ...cells])]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((each, column) => each.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Every refusal sentence, with the commands and states that meet it. */
export function refusals(by: Speaker, types: readonly TicketType[] = ['task']): string {
  const met = new Map<string, Map<string, Set<State>>>()
  for (const type of types)
    for (const sample of ROWS)
      for (const state of STATES) {
        const ticket = ticketIn(state, type)
        const { decision } = ask(ticket, sample.command(ticket), by(ticket))
        if (!isRefusal(decision)) continue
        const sentence = `${decision.refused}: ${decision.sentence}`
        const places = met.get(sentence) ?? new Map<string, Set<State>>()
        met.set(sentence, places.set(sample.label, (places.get(sample.label) ?? new Set()).add(state)))
      }
  return [...met].map(([sentence, places]) => `${sentence}\n${wherever(places)}`).join('\n\n')
}

const wherever = (places: Map<string, Set<State>>): string =>
  [...places]
    .map(
      ([label, states]) =>
        `    ${label}: ${states.size === STATES.length ? 'always' : [...states].join(', ')}`,
    )
    .join('\n')
