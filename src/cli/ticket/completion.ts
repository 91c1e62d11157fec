/** Completion scripts, made from the command table. */
import type { Command, Params } from './command.ts'
import type { Said } from './context.ts'
import { EVERYWHERE } from './parse.ts'
import { type SHELLS, TABLE } from './table.ts'

/** Runs `completion`: gives the script for a shell. */
export function completion(shell: (typeof SHELLS)[number]): Said {
  const script = { bash, zsh, fish }[shell]()
  return { text: () => script, json: () => ({ shell, script }) }
}

const commands = () => TABLE.filter(({ hidden }) => !hidden)
const names = () => commands().map(({ name }) => name)
const flagsOf = (params: Params) => Object.keys(params).map((flag) => `--${flag}`)
const everywhere = [...flagsOf(EVERYWHERE), '--help']

/** Possible arguments of a command, where the list is short. */
function words({ name, args }: Command): readonly string[] {
  return name === 'help' ? names() : Object.values(args).flatMap(({ among = [] }) => among)
}

/** Flags with a short list of values, and these values. */
function values(): [string, readonly string[]][] {
  const all = Object.assign({}, EVERYWHERE, ...commands().map(({ flags }) => flags)) as Params
  return Object.entries(all).flatMap(([flag, { among }]) =>
    among ? [[flag, among] as [string, readonly string[]]] : [],
  )
}

function bash(): string {
  const perCommand = commands().map((each) => {
    const known = [...words(each), ...flagsOf(each.flags), ...everywhere]
    return `    ${each.name}) words="${known.join(' ')}" ;;`
  })
  const perFlag = values().map(
    ([flag, among]) => `    --${flag}) COMPREPLY=($(compgen -W "${among.join(' ')}" -- "$word")); return ;;`,
  )
  return `# Load it with: source <(ticket completion bash)
_ticket() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in
      ${names().join('|')}) command="$each"; break ;;
    esac
  done
  COMPREPLY=()
  case "$before" in
    --db) COMPREPLY=($(compgen -f -- "$word")); return ;;
${perFlag.join('\n')}
    --help) ;;
    --*) return ;;
  esac
  case "$command" in
    "") words="${[...names(), ...everywhere, '--version'].join(' ')}" ;;
${perCommand.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _ticket ticket`
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function zsh(): string {
  const listed = commands().map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`)
  const perCommand = commands().map((each) => {
    const among = words(each)
    const rest = quoted(`*: :${among.length > 0 ? `(${among.join(' ')})` : ' '}`)
    return `      ${each.name}) _arguments ${[...zshFlags(each.flags), ...zshFlags(EVERYWHERE), rest].join(' ')} ;;`
  })
  return `# Load it with: source <(ticket completion zsh)
_ticket() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
${listed.join('\n')}
  )
  _arguments -C ${zshFlags(EVERYWHERE).join(' ')} --version '1: :->command' '*:: :->rest'
  case "$state" in
    command) _describe command commands ;;
    rest) case "$line[1]" in
${perCommand.join('\n')}
    esac ;;
  esac
}
compdef _ticket ticket`
}

function zshFlags(flags: Params): string[] {
  const each = Object.entries(flags).map(([flag, { label, among, adds }]) => {
    const action = flag === 'db' ? '_files' : among ? `(${among.join(' ')})` : ' '
    return quoted(`${adds ? '*' : ''}--${flag}[${label}]:${label}:${action}`)
  })
  return flags === EVERYWHERE ? [...each, '--help'] : each
}

function fish(): string {
  const perCommand = commands().flatMap((each) => {
    const here = `complete -c ticket -n '__fish_seen_subcommand_from ${each.name}'`
    const flags = Object.entries(each.flags).map(
      ([flag, { label, among }]) =>
        `${here} -l ${flag} -x -d ${quoted(label)}${among ? ` -a ${quoted(among.join(' '))}` : ''}`,
    )
    const among = words(each)
    return [
      `complete -c ticket -n __fish_use_subcommand -a ${each.name} -d ${quoted(each.summary)}`,
      ...flags,
      ...(among.length > 0 ? [`${here} -a ${quoted(among.join(' '))}`] : []),
    ]
  })
  return [
    '# Load it with: ticket completion fish | source',
    'complete -c ticket -f',
    'complete -c ticket -l db -r -F -d PATH',
    "complete -c ticket -l format -x -a 'text json'",
    'complete -c ticket -l help',
    ...perCommand,
  ].join('\n')
}
