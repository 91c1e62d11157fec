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

This page shows every state of a ticket and every way between them. It is generated from the rules in
[src/ticket/decide.ts](../src/ticket/decide.ts). [CONTEXT.md](../CONTEXT.md) defines the words.

## The diagram

\`held\` is a ready ticket whose commit waits for approval. \`assigned\` is an open ticket that waits for its assignee.
${EVERYWHERE.map((each) => `\`${each}\``).join(', ')} are left out: people may use them almost anywhere.

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

Each cell is the state after the command. \`${REFUSED}\`: refused, with a sentence that names the next step.
\`${STAYS}\`: allowed, and the state stays the same. \`${SAME}\`: allowed, but there is nothing to change.

${STATES.map((state) => `- **${state}**: ${MEANING[state]}`).join('\n')}

### A task, with commands by a person or by the swarm

${table(rows(() => PERSON))}

### Other types: only the rows that differ

${rowsByType(() => PERSON)
  .map(({ type, rows }) => `A ${type}:\n\n${table(rows)}`)
  .join('\n\n')}

### An agent, with commands on its own ticket

All other commands are refused: on its own ticket, on any other ticket, and from an attempt that has ended.

${table(allowed(rows((ticket) => agentOn(ticket, 'its own'))))}

## Why attempts fail

Each class has one row in [src/ticket/failures.ts](../src/ticket/failures.ts).

- **Asking a person.** A ticket goes to a person after ${ENOUGH} attempts that count against it, or after ${ENOUGH_UNCHARGED} uncounted
  failures in a row.
- **Backing off.** The delay doubles with each failure in a row.
- **To the front.** The first time, the ticket goes before others of its priority. Its work is saved, and the next
  attempt continues with it.
- **All agents wait.** One attempt first tests whether the cause is over. All agents also wait for a person's answer
  when three different tickets in a row fail in the same way, or when the model refuses two within ten minutes.
- **Red \`main\`.** All agents wait once ${ENOUGH_RED} attempts have met it. A ticket of a higher priority may still start, to fix
  \`main\`. The agents resume by themselves when \`main\` is green.

| class | meaning | ${HEADINGS.join(' | ')} |
|---|---|${HEADINGS.map(() => '---|').join('')}
${failureRows()
  .map(([reason, ...cells]) => `| ${[reason, MEANS[reason], ...cells].join(' | ')} |`)
  .join('\n')}

${limits()}`

/** The limits on what agents give back and file, and the rules for blockers. */
const limits = (): string => `## What an agent gives back

An agent may give its ticket back with a reason, to wait for another ticket, or to ask a person. All three follow the
same rule, and none counts as a failure. A ticket without a blocker backs off for ${GIVEN_BACK_WAIT / 1000} s. A ticket goes to a person, with
the reasons of its agents, after ${GIVEN_BACK_ENOUGH} times in a row without any change in between, or after ${GIVEN_BACK_MOST} times in total since a
person last acted on it.

## What waits for what

Only completed work unblocks:

- If a blocker is *cancelled* or *rejected*, one question asks a person about all tickets that wait for it.
  \`ticket answer ID "go on"\` continues without the blocker; \`ticket answer ID "cancel"\` cancels the waiting tickets.
- If a blocker is *decomposed*, the tickets wait for all of its parts.
- If a verify ticket *failed*, the tickets wait for its successor.

## What an agent files

An attempt may file up to ${MOST_FILED} tickets. Their priority is at most that of the agent's own ticket. Proposals, questions and
verify tickets go to people. Tasks of agents may be nested up to ${MOST_DEPTH} levels below a ticket that a person filed or approved.
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
