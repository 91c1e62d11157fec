/** Command `swarm completion`: scripts for shells, made from the table of commands. */
import { type CompletedCommand, scriptFor } from '../completion.ts'
import { SHELLS, type Shell } from '../shells.ts'
import type { Command } from './command.ts'
import { EVERYWHERE } from './parse.ts'

export const completion: Command = {
  name: 'completion',
  summary: 'Print a completion script: bash, zsh or fish',
  args: [{ name: 'SHELL', help: 'bash, zsh or fish', among: SHELLS }],
  examples: ['source <(swarm completion bash)', 'swarm completion fish | source'],
  async run({ host, args, commands }) {
    const program = {
      name: 'swarm',
      everywhere: EVERYWHERE,
      commands: commands.map((each) => completed(each, commands)),
    }
    host.write(`${scriptFor(args.SHELL as Shell, program)}\n`)
    return 0
  },
}

const completed = (command: Command, commands: readonly Command[]): CompletedCommand => ({
  name: command.name,
  summary: command.summary,
  flags: command.flags ?? [],
  words: words(command, commands),
  ...(command.name === 'init' && { takesFolder: true }),
})

/** Possible arguments of a command, where they are known beforehand. */
function words({ name, args = [] }: Command, commands: readonly Command[]): string[] {
  if (name === 'help') return commands.map((each) => each.name)
  if (name === 'logs') return ['agent-1', 'agent-2', 'agent-3', 'gate', 'server']
  return args.flatMap(({ among = [] }) => among)
}
