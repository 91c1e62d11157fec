/** What `swarm help` says; made from the tables of commands and settings. */
import { nearest } from '../nearest.ts'
import { type Call, type Command, type Flag, Misuse } from './command.ts'
import type { SettingHelp } from './host/settings.ts'
import { EVERYWHERE } from './parse.ts'
import { columns, print } from './screen.ts'

export const help: Command = {
  name: 'help',
  summary: 'Explain a command, or the settings: swarm help config',
  args: [{ name: 'COMMAND', help: 'the command to explain, or config', isOptional: true }],
  examples: ['swarm help start', 'swarm help config'],
  async run(call) {
    const text = explain(call, call.args.COMMAND)
    print(call, { help: text }, () => text)
    return 0
  },
}

export function explain(
  { commands, host }: Pick<Call, 'commands' | 'host'>,
  topic: string | undefined,
): string {
  if (topic === undefined) return overview(commands)
  const command = commands.find(({ name }) => name === topic)
  if (command)
    return [about(command), ...(topic === 'config' ? ['', settings(host.settings)] : [])].join('\n')
  const near = nearest(
    topic,
    commands.map(({ name }) => name),
  )
  throw new Misuse(`there is no command '${topic}'.${near ? ` Did you mean '${near}'?` : ''}`)
}

function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, args = [], summary }) => [[name, ...args.map(label)].join(' '), summary])
  return [
    'usage: swarm COMMAND [ARGUMENTS] [--format text|json]',
    '',
    'Autonomous agents that work on the tickets of a project and land what passes its check.',
    '',
    columns(rows),
    '',
    "'swarm help COMMAND' explains one, 'swarm help config' the settings; tickets have a program of their own: ticket.",
    'Exit code: 0 done, 1 refused, 2 misuse.',
  ].join('\n')
}

export function about(command: Command): string {
  const { args = [], flags = [], more = [], examples = [] } = command
  const rows = [
    ...args.map((each) => [label(each), each.help]),
    ...[...flags, ...EVERYWHERE].map((flag) => [written(flag), flag.help]),
  ]
  const shown = examples.length > 0 ? ['', 'Examples:', ...examples.map((example) => `  ${example}`)] : []
  return [usage(command), '', `${command.summary}.`, ...more, '', columns(rows), ...shown].join('\n')
}

export const usage = ({ name, args = [], flags = [] }: Command): string =>
  ['usage: swarm', name, ...args.map(label), ...(flags.length > 0 ? ['[FLAGS]'] : [])].join(' ')

const label = ({ name, isOptional }: { name: string; isOptional?: true }) => (isOptional ? `[${name}]` : name)

const written = ({ name, short, value }: Flag) =>
  `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`

function settings(all: readonly SettingHelp[]): string {
  const rows = all.map(({ name, fallback, help }) => [name, fallback, help])
  return [
    'Settings stand in .swarm/config.json, which may have comments. Each is also a flag of swarm start, such as',
    '--max-turns, and a variable of the environment, such as SWARM_MAX_TURNS. A flag goes before a variable, and a',
    'variable before the file.',
    '',
    columns([['SETTING', 'DEFAULT', ''], ...rows]),
  ].join('\n')
}
