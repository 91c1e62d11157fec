/** Trouble of a failed call of the engine, in one sentence that names the cause. */
import { Trouble } from '../../ports/trouble.ts'

/** Failed call of the engine's program. */
export interface FailedCall {
  program: string
  verb: string
  /** Address of the engine from a variable; empty when none is set. */
  host: string
  /** Error of starting the program, or its end. */
  failure: Error & { code?: unknown }
  /** Output on stderr. */
  stderr: string
}

const DENIED = /permission denied.*(daemon|socket|\.sock)|(daemon|socket|\.sock).*permission denied/i
const SILENT =
  /Cannot connect to the Docker daemon|failed to connect to the docker API|error during connect|connection refused|no such host|dial (unix|tcp)|unable to connect to Podman/i
const FULL = /no space left on device|disk quota exceeded/i

/** Makes Trouble of a failed call; its code is `disk` when the engine has no room left. */
export function troubleOf({ program, verb, host, failure, stderr }: FailedCall): Trouble {
  const trouble = (sentence: string, code: Trouble['code'] = 'sandbox') =>
    new Trouble(code, sentence, { cause: failure })
  if (failure.code === 'ENOENT')
    return new Trouble('missing program', `${program} is not on PATH.`, { retryable: false, cause: failure })
  const said = saidBy(stderr)
  const engine = `The ${program} engine${host && ` at ${host}`}`
  if (DENIED.test(stderr)) return trouble(`${engine} may not be used by you. (${said ?? failure.message})`)
  if (SILENT.test(stderr)) return trouble(`${engine} does not answer. Start it. (${said ?? failure.message})`)
  if (FULL.test(stderr))
    return trouble(
      `The disk of the ${program} engine is full; make room: ${program} system prune. (${said ?? failure.message})`,
      'disk',
    )
  return trouble(`${program} ${verb} failed: ${said ?? (stderr.trim() === '' ? failure.message : ONLY_HELP)}`)
}

const ONLY_HELP = 'it only says how it is used, so this version of it does not know what it was asked'

/** Lines that only refer to help, warn, or report that an image was not found at first. */
const BESIDE = /^(See|Run) ['"`].*--help|^WARNING\b|^time=".*level=(warning|info)|^Unable to find image/i
const MOST = 400

/** Last line that says what went wrong; null when there is only usage help. */
export function saidBy(stderr: string): string | null {
  const before = stderr.split(/^Usage:/m)[0]!
  const lines = before.split('\n').map((line) => line.trim())
  const telling = lines.findLast((line) => line !== '' && !BESIDE.test(line))
  return telling?.replace(/^\w+: (?=Error response from daemon)/, '').slice(0, MOST) ?? null
}
