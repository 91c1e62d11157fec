/** `docs/life-of-a-ticket.md`, made from the rules themselves. */
import type { CommandType } from '../../src/ticket/commands.ts'
import { ENOUGH, ENOUGH_RED, ENOUGH_UNCHARGED } from '../../src/ticket/failures.ts'
import { MOST_DEPTH, MOST_FILED } from '../../src/ticket/filing.ts'
import { GIVEN_BACK_ENOUGH, GIVEN_BACK_MOST, GIVEN_BACK_WAIT } from '../../src/ticket/giving-back.ts'
import { arrows, type Box, PURPOSE } from './arrows.ts'
import { failureRows, HEADINGS, MEANS } from './failures-table.ts'
import { agentOn, MEANING, PERSON, STATES } from './states.ts'
import { allowed, REFUSED, type Row, rows, rowsByType, SAME, STAYS } from './table.ts'

/** Left out of the diagram, because they lead from everywhere to everywhere. */
const EVERYWHERE: CommandType[] = ['update', 'mark-done', 'cancel']

export const lifeOfATicket = (): string => `# The life of a ticket

<!-- Made from src/ticket by \`npm run docs\`; a test fails when it is out of date. Do not edit. -->

Every rule is in [src/ticket/decide.ts](../src/ticket/decide.ts); this page asks it and writes down what it says.
The words are explained in [CONTEXT.md](../CONTEXT.md).

## The diagram

\`held\` is a ready ticket whose commit waits for a person; \`assigned\` is an open one that waits for whoever it is
assigned to. ${EVERYWHERE.map((each) => `\`${each}\``).join(', ')} are left out: people may use them almost anywhere.

\`\`\`mermaid
${diagram()}
\`\`\`

## The commands

| command | from → to | what happens |
|---|---|---|
${Object.entries(PURPOSE)
  .map(([command, purpose]) => `| \`${command}\` | ${ways(command)} | ${purpose} |`)
  .join('\n')}

## The table

What a command makes of a ticket in each state. \`${REFUSED}\` is refused, with a sentence that says what to do instead;
\`${STAYS}\` is allowed, and the ticket stays in its state; \`${SAME}\` is allowed, and there is nothing to change.

${STATES.map((state) => `- **${state}**: ${MEANING[state]}`).join('\n')}

### A task, asked by a person or by the swarm

${table(rows(() => PERSON))}

### Other types: only the rows that differ

${rowsByType(() => PERSON)
  .map(({ type, rows }) => `A ${type}:\n\n${table(rows)}`)
  .join('\n\n')}

### An agent, of the ticket it works on

Everything else is refused, and so is everything of any other ticket; and whatever an attempt asks that is over.

${table(allowed(rows((ticket) => agentOn(ticket, 'its own'))))}

## Why attempts fail

Each class has one row in [src/ticket/failures.ts](../src/ticket/failures.ts). ${ENOUGH} attempts that count bring a
ticket to a person, and so do ${ENOUGH_UNCHARGED} in a row that could not work for a reason that does not count. Backing off doubles with
each time in a row. What is *to the front* goes before others of its priority, the first time: its work is kept, and
the next attempt goes on with it. When *everybody waits*, one attempt tries first whether it is over; and when three
different tickets in a row fail in the same way, or two within ten minutes are refused by the model alike, everybody
waits until a person has answered. When \`main\` itself is red, that begins after ${ENOUGH_RED} attempts that
met it; a ticket of a higher priority is let through to mend it, and everybody goes on by themselves once \`main\` is
green.

| class | what it is | ${HEADINGS.join(' | ')} |
|---|---|${HEADINGS.map(() => '---|').join('')}
${failureRows()
  .map(([reason, ...cells]) => `| ${[reason, MEANS[reason], ...cells].join(' | ')} |`)
  .join('\n')}

${limits()}`

/** What agents may do only so often, and what waits for what. */
const limits = (): string => `## What an agent gives back

With a reason, to wait for another ticket or to ask a person: it is the same thing, and it counts against nobody. Unless
the ticket waits for something it backs off for ${GIVEN_BACK_WAIT / 1000} s. Given back ${GIVEN_BACK_ENOUGH} times in a row, with nothing changed in between, it
goes to a person with what its agents said; so it does after ${GIVEN_BACK_MOST} times in all since a person last did something about it.

## What waits for what

Only what was really done unblocks. What waits for a ticket that is *cancelled* or *rejected* waits for a question to a
person from then on, one for all of it: \`ticket answer ID "go on"\`, or \`ticket answer ID "cancel"\` to cancel that, too.
What waits for a ticket that is *decomposed* waits for all of its parts, and for one that *failed* its verification for
the next one.

## What an agent files

No more than ${MOST_FILED} tickets in one attempt, of no higher priority than its own ticket's. Proposals, questions and verify
tickets go to people. Agents file tasks no more than ${MOST_DEPTH} deep below what a person filed or approved.
`

const BOXES: Box[] = ['open', 'assigned', 'in progress', 'ready', 'held', 'done']

/** Where a command leads from where, one line for each target. */
function ways(command: string): string {
  const own = arrows().filter((arrow) => arrow.command === command)
  const lines = BOXES.map((box) => ({
    box,
    from: own.filter(({ to }) => to === box).map(({ from }) => from),
  }))
    .filter(({ from }) => from.length > 0)
    .map(({ box, from }) => `${from.length === BOXES.length - 1 ? 'anything' : from.join(', ')} → ${box}`)
  return lines.join('<br>') || 'stays where it is'
}

function diagram(): string {
  const labels = new Map<string, CommandType[]>()
  for (const { command, from, to, usual } of arrows()) {
    if (!usual || EVERYWHERE.includes(command)) continue
    const key = `${node(from)} --> ${node(to)}`
    labels.set(key, [...(labels.get(key) ?? []), command])
  }
  return [
    'stateDiagram-v2',
    ...BOXES.map((box) => `  state "${box}" as ${node(box)}`),
    '  [*] --> open: file',
    ...[...labels].map(([key, commands]) => `  ${key}: ${commands.join(', ')}`),
    '  done --> [*]',
  ].join('\n')
}

const node = (box: Box): string => box.replace(' ', '_')

function table(lines: Row[]): string {
  const cells = lines.map(({ label, cells }) => `| ${[`\`${label}\``, ...cells].join(' | ')} |`)
  return [`| | ${STATES.join(' | ')} |`, `|---|${STATES.map(() => '---|').join('')}`, ...cells].join('\n')
}
