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

They stand in \`.swarm/config.json\`, where comments and a last comma are welcome. A flag of \`swarm start\` goes before a
variable of the environment, a variable before the file, the file before the default. A mistake stops the start with
one sentence that names the line; that the file is gone or empty is one, too (\`{}\` stands for all defaults). While the
server runs it reads the file anew when it changes; a mistake then is noted in the log, in \`swarm status\` and on the page
of the settings, and the last good ones stay. \`swarm help config\` prints this, too.

| setting | default | what it is | must be | flag | variable |
|---|---|---|---|---|---|
${KEYS.map((key) => {
  const alias = key.alias ? ` (also \`${key.alias}\`)` : ''
  const cells = [`\`${key.name}\`${alias}`, shown(key.fallback), key.help, key.expects]
  return `| ${cells.join(' | ')} | \`${flagOf(key)}\` | \`${variableOf(key)}\` |`
}).join('\n')}

## Protected paths

A change to one of these waits for a person. The list is the default of \`protected_paths\`; \`verify.sh\` is protected
whatever it says.

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

An id is \`12\` or \`#12\`; a text given as \`-\` is read from standard input. Exit code: 0 done, 1 refused or not found (one
sentence on stderr says what to do instead), 2 misuse. \`--format json\` prints for programs. The database is \`--db PATH\`,
else the variable \`TICKET_DB\`, else \`.swarm/tickets/tickets.db\` here or in a folder above, else \`./tickets.db\`.

${TABLE.map(
  (command) => `## \`${command.name}\`

${command.summary}.${command.forPeople ? ' Only for people: an agent is refused.' : ''}${command.alias ? ` Also: \`${command.alias}\`.` : ''}

\`\`\`
${[usage(command), '', ...(command.examples ?? [])].join('\n')}
\`\`\`
`,
).join('\n')}`
