/** Completion scripts of both programs, made from their tables of commands. */
import type { Flag } from './line.ts'
import type { Shell } from './shells.ts'

/** Program, as a shell completes it. */
export interface Completed {
  name: string
  commands: readonly CompletedCommand[]
  /** Flags that every command takes, on either side of its name. */
  everywhere: readonly CompletedFlag[]
}

/** Command, as a shell completes it. */
export interface CompletedCommand {
  name: string
  summary: string
  flags: readonly CompletedFlag[]
  /** Possible arguments, where they are known beforehand. */
  words: readonly string[]
  /** True for a command whose argument is a folder. */
  takesFolder?: true
}

/** Flag, as a shell completes it. */
export interface CompletedFlag extends Flag {
  /** True for a flag that may be repeated. */
  adds?: true
  /** True for a flag whose value is a file. */
  takesFile?: true
}

/** Makes the script for a shell. */
export const scriptFor = (shell: Shell, program: Completed): string => ({ bash, zsh, fish })[shell](program)

const written = ({ name, short }: Flag) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** Lines for bash about the values of flags, of one command or (`*`) of any. */
const bashValues = (command: string, flags: readonly CompletedFlag[]): string[] =>
  flags
    .filter(({ value }) => value !== undefined)
    .map((flag) => {
      const after = written(flag).map((each) => `${command}" ${each}"`)
      const known = flag.among ? `-W "${flag.among.join(' ')}" ` : flag.takesFile ? '-f ' : null
      const reply = known === null ? '' : `COMPREPLY=($(compgen ${known}-- "$word")); `
      return `    ${after.join('|')}) ${reply}return ;;`
    })

function bash({ name, commands, everywhere }: Completed): string {
  const names = commands.map((each) => each.name)
  const perFlag = [
    ...bashValues('*', everywhere),
    ...commands.flatMap((each) => bashValues(each.name, each.flags)),
  ]
  const perFolder = commands
    .filter(({ takesFolder }) => takesFolder)
    .map((each) => `    *" ${each.name}") COMPREPLY=($(compgen -d -- "$word")); return ;;`)
  const perCommand = commands.map((each) => {
    const known = [...each.words, ...[...each.flags, ...everywhere].flatMap(written)]
    return `    ${each.name}) words="${known.join(' ')}" ;;`
  })
  return `# Load it with: source <(${name} completion bash)
_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in
      ${names.join('|')}) command="$each"; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $before" in
${[...perFlag, ...perFolder].join('\n')}
  esac
  case "$command" in
    "") words="${[...names, ...everywhere.flatMap(written), '--version'].join(' ')}" ;;
${perCommand.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _${name} ${name}`
}

function zsh({ name, commands, everywhere }: Completed): string {
  const listed = commands.map(
    (each) => `    ${quoted(`${each.name}:${each.summary.replaceAll(':', '\\:')}`)}`,
  )
  const perCommand = commands.map((each) => {
    const known = each.words.length > 0 ? `(${each.words.join(' ')})` : ' '
    const rest = quoted(each.takesFolder ? '*:folder:_files -/' : `*: :${known}`)
    return `      ${each.name}) _arguments ${[...[...each.flags, ...everywhere].map(zshFlag), rest].join(' ')} ;;`
  })
  return `#compdef ${name}
# Load it with: source <(${name} completion zsh)
_${name}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
${listed.join('\n')}
  )
  _arguments -C ${everywhere.map(zshFlag).join(' ')} --version '1: :->command' '*:: :->rest'
  case "$state" in
    command) _describe command commands ;;
    rest) case "$line[1]" in
${perCommand.join('\n')}
    esac ;;
  esac
}
compdef _${name} ${name}`
}

function zshFlag({ name, value, help, among, adds, takesFile }: CompletedFlag): string {
  const known = takesFile ? '_files' : among ? `(${among.join(' ')})` : ' '
  const action = value === undefined ? '' : `:${value}:${known}`
  return quoted(`${adds ? '*' : ''}--${name}[${help.replaceAll(/[[\]:]/g, ' ')}]${action}`)
}

function fish({ name, commands, everywhere }: Completed): string {
  const perCommand = commands.flatMap((each) => {
    const here = `complete -c ${name} -n '__fish_seen_subcommand_from ${each.name}'`
    const args = each.takesFolder ? "'(__fish_complete_directories)'" : quoted(each.words.join(' '))
    return [
      `complete -c ${name} -n __fish_use_subcommand -a ${each.name} -d ${quoted(each.summary)}`,
      ...each.flags.map((flag) => `${here} ${fishFlag(flag)}`),
      ...(each.takesFolder || each.words.length > 0 ? [`${here} -a ${args}`] : []),
    ]
  })
  return [
    `# Load it with: ${name} completion fish | source`,
    `complete -c ${name} -f`,
    ...everywhere.map((flag) => `complete -c ${name} ${fishFlag(flag)}`),
    ...perCommand,
  ].join('\n')
}

function fishFlag({ name, short, value, help, among, takesFile }: CompletedFlag): string {
  const parts = [
    `-l ${name}`,
    short && `-s ${short}`,
    value !== undefined && (takesFile ? '-r -F' : '-x'),
    `-d ${quoted(help)}`,
    among && `-a ${quoted(among.join(' '))}`,
  ]
  return parts.filter(Boolean).join(' ')
}
