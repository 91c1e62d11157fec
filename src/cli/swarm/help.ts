/** Command `swarm help`; its text is made from the tables of commands and settings. */

import type { Flag } from '../line.ts'
import { Misuse } from '../misuse.ts'
import { didYouMean } from '../nearest.ts'
import type { Call, Command } from './command.ts'
import type { SettingHelp } from './host/settings.ts'
import { EVERYWHERE } from './parse.ts'
import { columns, print } from './screen.ts'

export const help: Command = {
  name: 'help',
  summary: 'Explain a command, or the settings: swarm help config',
  args: [{ name: 'COMMAND', help: 'a command, or config', isOptional: true }],
  examples: ['swarm help start', 'swarm help config'],
  async run(call) {
    const text = explain(call, call.args.COMMAND)
    print(call, { help: text }, () => text)
    return 0
  },
}

/** Help on a topic, or the overview; throws Misuse for an unknown topic. */
export function explain(
  { commands, host }: Pick<Call, 'commands' | 'host'>,
  topic: string | undefined,
): string {
  if (topic === undefined) return overview(commands)
  const command = commands.find(({ name }) => name === topic)
  if (command)
    return [about(command), ...(topic === 'config' ? ['', settings(host.settings)] : [])].join('\n')
  const names = commands.map(({ name }) => name)
  throw new Misuse(`there is no command '${topic}'. ${didYouMean(topic, names, '')}`.trimEnd())
}

function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, args = [], summary }) => [[name, ...args.map(label)].join(' '), summary])
  return [
    'usage: swarm COMMAND [ARGUMENTS] [--format text|json]',
    '',
    'Run autonomous agents on the tickets of a project and land the changes that pass its gate.',
    '',
    columns(rows),
    '',
    "'swarm help COMMAND' explains a command, 'swarm help config' the settings. For tickets use the program ticket.",
    'Exit code: 0 done, 1 refused, 2 misuse.',
  ].join('\n')
}

/** Help on a command. */
export function about(command: Command): string {
  const { args = [], flags = [], more = [], examples = [] } = command
  const rows = [
    ...args.map((each) => [label(each), each.help]),
    ...[...flags, ...EVERYWHERE].map((flag) => [written(flag), flag.help]),
  ]
  const shown = examples.length > 0 ? ['', 'Examples:', ...examples.map((example) => `  ${example}`)] : []
  return [usage(command), '', `${command.summary}.`, ...more, '', columns(rows), ...shown].join('\n')
}

/** Usage line of a command. */
export const usage = ({ name, args = [], flags = [] }: Command): string =>
  ['usage: swarm', name, ...args.map(label), ...(flags.length > 0 ? ['[FLAGS]'] : [])].join(' ')

const label = ({ name, isOptional }: { name: string; isOptional?: true }) => (isOptional ? `[${name}]` : name)

const written = ({ name, short, value }: Flag) =>
  `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`

function settings(all: readonly SettingHelp[]): string {
  const rows = all.map(({ name, fallback, help }) => [name, fallback, help])
  return [
    'Settings are in .swarm/config.json, which may contain comments. Each setting is also a flag of swarm start, such as',
    '--max-turns, and an environment variable, such as SWARM_MAX_TURNS. A flag overrides a variable, and a variable',
    'overrides the file.',
    '',
    columns([['SETTING', 'DEFAULT', ''], ...rows]),
  ].join('\n')
}
