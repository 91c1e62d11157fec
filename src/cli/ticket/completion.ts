/** Completion scripts of `ticket`. */
import { scriptFor } from '../completion.ts'
import type { Shell } from '../shells.ts'
import type { Command } from './command.ts'
import type { Said } from './context.ts'
import { EVERYWHERE, flagsIn } from './parse.ts'

/** Runs `completion`: gives the script for a shell. */
export function completion(shell: Shell, table: readonly Command[]): Said {
  const commands = table.filter(({ hidden }) => !hidden)
  const script = scriptFor(shell, {
    name: 'ticket',
    everywhere: [
      ...flagsIn(EVERYWHERE).map((flag) =>
        flag.name === 'db' ? { ...flag, takesFile: true as const } : flag,
      ),
      { name: 'help', help: 'show this help' },
    ],
    commands: commands.map((each) => ({
      name: each.name,
      summary: each.summary,
      flags: flagsIn(each.flags),
      words: each.name === 'help' ? commands.map(({ name }) => name) : wordsOf(each),
    })),
  })
  return { text: () => script, json: () => ({ shell, script }) }
}

/** Possible arguments of a command, where the list is short. */
const wordsOf = ({ args }: Command) => Object.values(args).flatMap(({ among = [] }) => among)
