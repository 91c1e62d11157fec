/** Command `swarm completion`: scripts for shells, made from the table of commands. */
import type { Command, Flag } from './command.ts'
import { EVERYWHERE } from './parse.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export const completion: Command = {
  name: 'completion',
  summary: 'Print a completion script: bash, zsh or fish',
  args: [{ name: 'SHELL', help: 'bash, zsh or fish', among: SHELLS }],
  examples: ['source <(swarm completion bash)', 'swarm completion fish | source'],
  async run({ host, args, commands }) {
    const make = { bash, zsh, fish }[args.SHELL as (typeof SHELLS)[number]]
    host.write(`${make(commands)}\n`)
    return 0
  },
}

const flagsOf = ({ flags = [] }: Command): readonly Flag[] => [...flags, ...EVERYWHERE]

const written = ({ name, short }: Flag) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]

/** Possible arguments of a command, where they are known beforehand. */
function words({ name, args = [] }: Command, commands: readonly Command[]): string[] {
  if (name === 'help') return commands.map((each) => each.name)
  if (name === 'logs') return ['agent-1', 'agent-2', 'agent-3', 'gate', 'server']
  return args.flatMap(({ among = [] }) => among)
}

function bash(commands: readonly Command[]): string {
  const rows = commands.map((each) => {
    const known = [...words(each, commands), ...flagsOf(each).flatMap(written)]
    return `    ${each.name}) words="${known.join(' ')}" ;;`
  })
  return `# Load it with: source <(swarm completion bash)
_swarm() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words="${commands.map(({ name }) => name).join(' ')} --help --version"
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    --format) COMPREPLY=($(compgen -W "text json" -- "$word")); return ;;
    init) COMPREPLY=($(compgen -d -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -gt 1 ]; then
    words=""
    case "\${COMP_WORDS[1]}" in
${rows.map((row) => `  ${row}`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _swarm swarm`
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

function zsh(commands: readonly Command[]): string {
  const summaries = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`,
  )
  const rows = commands.map((each) => {
    const flags = flagsOf(each).map(({ name, value, among, help }) => {
      const action = value === undefined ? '' : `:${value}:${among ? `(${among.join(' ')})` : ' '}`
      return quoted(`--${name}[${help.replaceAll(/[[\]:]/g, ' ')}]${action}`)
    })
    const among = words(each, commands)
    const rest =
      each.name === 'init'
        ? ["'*:folder:_files -/'"]
        : among.length > 0
          ? [quoted(`*: :(${among.join(' ')})`)]
          : []
    return `    ${each.name}) _arguments ${[...flags, ...rest].join(' ')} ;;`
  })
  return `#compdef swarm
# Load it with: source <(swarm completion zsh)
_swarm() {
  local -a commands
  commands=(
${summaries.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${rows.join('\n')}
  esac
}
compdef _swarm swarm`
}

function fish(commands: readonly Command[]): string {
  const rows = commands.flatMap((each) => {
    const here = `complete -c swarm -n '__fish_seen_subcommand_from ${each.name}'`
    const flags = (each.flags ?? []).map(
      ({ name, short, value, help }) =>
        `${here} -l ${name}${short ? ` -s ${short}` : ''}${value === undefined ? '' : ' -x'} -d ${quoted(help)}`,
    )
    const among = words(each, commands)
    const args =
      each.name === 'init'
        ? [`${here} -a '(__fish_complete_directories)'`]
        : among.length > 0
          ? [`${here} -a ${quoted(among.join(' '))}`]
          : []
    return [
      `complete -c swarm -n __fish_use_subcommand -a ${each.name} -d ${quoted(each.summary)}`,
      ...flags,
      ...args,
    ]
  })
  return [
    '# Load it with: swarm completion fish | source',
    'complete -c swarm -f',
    "complete -c swarm -l format -x -a 'text json'",
    'complete -c swarm -l help -s h',
    ...rows,
  ].join('\n')
}
