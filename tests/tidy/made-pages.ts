/** Pages of docs/ that are made from the tables the programs themselves read. */
import { z } from 'zod'
import { usage } from '../../src/cli/ticket/help.ts'
import { TABLE } from '../../src/cli/ticket/table.ts'
import { flagOf, KEYS, type Key, variableOf } from '../../src/settings/settings.ts'

const MADE = (from: string) =>
  `<!-- Made from ${from} by \`npm run docs\`; a test fails when it is out of date. Do not edit. -->`

/** `docs/settings.md` */
export const settings = (): string => `# Settings

${MADE('src/settings/settings.ts')}

Settings control how the swarm runs. They are in \`.swarm/config.json\`, which may contain comments and trailing commas.
A flag of \`swarm start\` overrides an environment variable, a variable overrides the file, and the file overrides the
default. \`swarm help config\` prints this table, too.

A mistake stops the start with one sentence that names the line. A missing or empty file is also a mistake: write
\`{}\` to use all defaults. A running server reloads the file when it changes. If the new file has a mistake, the server
keeps the last valid settings and reports the mistake in its log, in \`swarm status\` and on the settings page.

| setting | default | meaning | must be | flag | variable |
|---|---|---|---|---|---|
${KEYS.map((key) => {
  const alias = key.alias ? ` (also \`${key.alias}\`)` : ''
  const cells = [`\`${key.name}\`${alias}`, shown(key.fallback), key.help, key.expects]
  return `| ${cells.join(' | ')} | \`${flagOf(key)}\` | \`${variableOf(key)}\` |`
}).join('\n')}

## Protected paths

A change to one of these paths needs approval. The list is the default of \`protected_paths\`. \`verify.sh\` is always
protected, even if the list omits it.

${(KEYS.find(({ setting }) => setting === 'protectedPaths')!.fallback as string[]).map((path) => `- \`${path}\``).join('\n')}
`

function shown(value: unknown): string {
  if (value === null || value === '') return 'none'
  if (Array.isArray(value) && value.join().length > 60) return 'see below'
  return Array.isArray(value) && value.length === 0 ? 'none' : `\`${value}\``
}

/** `templates/config.schema.json`, which `swarm init` puts beside the settings. */
export const configSchema = (): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $comment:
        'Made from src/settings/settings.ts by `npm run docs`; a test fails when it is out of date. Do not edit.',
      title: 'Settings of swarm: .swarm/config.json',
      type: 'object',
      properties: {
        $schema: { type: 'string' },
        ...Object.fromEntries(
          KEYS.flatMap((key) =>
            [key.name, ...(key.alias ? [key.alias] : [])].map((name) => [name, property(key, name)]),
          ),
        ),
      },
      additionalProperties: false,
      allowComments: true,
      allowTrailingCommas: true,
    },
    null,
    2,
  )}\n`

function property(key: Key, name: string): object {
  const { $schema: _, ...schema } = z.toJSONSchema(key.schema, { io: 'input', unrepresentable: 'any' })
  const help = `${key.help[0]!.toUpperCase()}${key.help.slice(1)}. Must be ${key.expects}.`
  return name === key.name
    ? { description: help, default: key.fallback, ...schema }
    : { description: help, deprecated: true, ...schema }
}

/** `docs/ticket.md` */
export const ticketCommands = (): string => `# The ticket program

${MADE('src/cli/ticket/table.ts')}

\`ticket\` files, shows and changes tickets. This page lists every command. An id is \`12\` or \`#12\`. The text \`-\` is read
from standard input. \`--format json\` prints JSON. Exit code: 0 done, 1 refused or not found, 2 misuse. A refusal prints
one sentence on stderr with the next step. The database is \`--db PATH\`, else the variable \`TICKET_DB\`, else
\`.swarm/tickets/tickets.db\` in this folder or above, else \`./tickets.db\`.

${TABLE.map(
  (command) => `## \`${command.name}\`

${command.summary}.${command.forPeople ? ' For people only; agents are refused.' : ''}${command.alias ? ` Also: \`${command.alias}\`.` : ''}

\`\`\`
${[usage(command), '', ...(command.examples ?? [])].join('\n')}
\`\`\`
`,
).join('\n')}`
