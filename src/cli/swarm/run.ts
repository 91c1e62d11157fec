/** Program `swarm`: finds the command and runs it. Exit codes: 0 done, 1 refused, 2 misuse. */
import { ApiError } from '../../api/client.ts'
import { Refused } from '../../ticket/refused.ts'
import { Misuse } from '../misuse.ts'
import { printable } from '../printable.ts'
import { audit } from './audit.ts'
import { auth } from './auth.ts'
import { backup, restore } from './backup.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { completion } from './completion.ts'
import { config } from './config.ts'
import { costs } from './costs.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import { explain, help, usage } from './help.ts'
import type { Host } from './host/host.ts'
import { importCommand } from './import/import.ts'
import { inbox } from './inbox/inbox.ts'
import { init } from './init.ts'
import { interview } from './interview.ts'
import { logs } from './logs.ts'
import { notify } from './notify.ts'
import { type Parsed, parse } from './parse.ts'
import { pause, resume } from './pause.ts'
import { pull, watch } from './pull.ts'
import { regenerate, scale } from './scale.ts'
import { open, start, stop } from './start.ts'
import { here, status } from './status.ts'
import { top } from './top.ts'
import { wait } from './wait.ts'
import { wish } from './wish.ts'

const commandsFor = ({ settings }: Host): readonly Command[] => [
  wish(settings),
  demo,
  init,
  interview,
  check,
  start(settings),
  stop,
  status,
  top,
  inbox,
  open,
  logs,
  pause,
  resume,
  scale,
  pull,
  watch,
  wait,
  importCommand,
  audit,
  backup,
  restore,
  costs,
  config(settings),
  notify,
  auth,
  doctor,
  regenerate,
  completion,
  help,
]

/** Runs a command line and gives the exit code. Throws only for a bug. */
export async function run(argv: string[], host: Host): Promise<number> {
  const commands = commandsFor(host)
  let parsed: Parsed | null = null
  try {
    parsed = parse(argv, commands)
    return await carryOut(parsed, { host, commands })
  } catch (error) {
    if (error instanceof Misuse) return misuse(host, error, parsed?.command ?? calledIn(argv, commands))
    const sentence = sentenceOf(error)
    if (sentence === null) throw error
    host.writeError(`${sentence.split('\n').map(printable).join('\n')}\n`)
    return error instanceof Refused ? error.exit : 1
  }
}

async function carryOut(
  parsed: Parsed,
  { host, commands }: { host: Host; commands: readonly Command[] },
): Promise<number> {
  const { command, wants } = parsed
  const call = { host, commands, args: parsed.args, flags: parsed.flags, isJson: parsed.isJson }
  if (wants === 'version') {
    host.write(`swarm ${host.version}\n`)
    return 0
  }
  if (wants === 'help') {
    host.write(`${explain(call, command?.name)}\n`)
    return 0
  }
  return command ? command.run(call) : here(call)
}

/** Sentence for refusals of ours and of the API, and for trouble of the world; null for a bug. */
function sentenceOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error instanceof Refused || error instanceof ApiError || error.name === 'Trouble') return error.message
  const { code, path } = error as NodeJS.ErrnoException
  const words = SYSTEM[code ?? '']
  return words ? `${path ?? 'A file'}: ${words}.` : null
}

const SYSTEM: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'not a folder',
  EEXIST: 'it exists already',
  ENOTEMPTY: 'it exists already',
}

/** Command of a command line, even one that makes no sense. */
function calledIn(argv: string[], commands: readonly Command[]): Command | null {
  const called = argv.find((word) => !word.startsWith('-'))
  return commands.find(({ name }) => name === called) ?? null
}

function misuse(host: Host, { message }: Misuse, command: Command | null): number {
  const program = command ? `swarm ${command.name}` : 'swarm'
  host.writeError(
    `${printable(`${program}: ${message}`)}\n${command ? usage(command) : 'usage: swarm COMMAND [ARGUMENTS]'}\n`,
  )
  return 2
}
