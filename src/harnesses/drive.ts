/** Driver of a harness's program in its sandbox: its lines become events, and a watchdog ends it when it hangs. */
import type { HarnessEvent, HarnessTask } from '../ports/harness.ts'
import { patiently } from '../ports/patience.ts'
import type { ExecResult } from '../ports/sandbox.ts'

/** Program of a harness, and how to read it. */
export interface Program {
  command: string[]
  env: Record<string, string>
  stdin: string
  /** Parses a line of its stdout; must accept any line. */
  read: (line: string) => HarnessEvent[]
  /** True for an event after which going on is pointless. */
  hopeless?: (event: HarnessEvent) => boolean
  /** True once it has given its answer: background processes of it then do not delay the attempt. */
  isThrough?: () => boolean
  watch: Watch
}

/** Limits of the watchdog. */
export interface Watch {
  /** Milliseconds without a line, while no tool runs, after which the program counts as hung. */
  hangMs: number
  setTimer: SetTimer
}

/** Calls `run` after `ms`, unless the returned function is called first. */
export type SetTimer = (ms: number, run: () => void) => () => void

export const realTimer: SetTimer = patiently

/** End of a driven program. */
export interface Driven {
  exit: ExecResult
  /** Reason why we ended it; null when it ended by itself. */
  stopped: 'aborted' | 'hung' | 'hopeless' | 'through' | null
}

/** Explains a lack of memory in the sandbox, for the ticket; null when there was none. */
export const ranOut = (what: string, { outOfMemory }: ExecResult): string | null =>
  outOfMemory && `${what} was killed: out of memory (limit ${outOfMemory.limitMb} MB, see memory_mb).`

/** Explains that a program's last lines could not be read, for the ticket; null when they were. */
export const wasCut = (what: string, { cut }: ExecResult): string | null =>
  cut.includes('stdout')
    ? `${what} ended, but what it said last could not be read: a process outlived it and kept its output open.`
    : null

/** Runs a program to its end, and emits its events. Ends it when it hangs, is hopeless, or the task is aborted. */
export async function drive(task: HarnessTask, program: Program): Promise<Driven> {
  const own = new AbortController()
  const watchdog = watch(program.watch, () => own.abort('hung'))
  let letGo = () => {}
  const onLine = (line: string, stream: 'stdout' | 'stderr') => {
    const events: HarnessEvent[] = stream === 'stdout' ? program.read(line) : [{ type: 'stderr', text: line }]
    watchdog.saw(events)
    for (const event of events) task.emit(event)
    letGo()
    if (program.isThrough?.()) letGo = program.watch.setTimer(THROUGH_MS, () => own.abort('through'))
    if (program.hopeless && events.some(program.hopeless)) own.abort('hopeless')
  }
  try {
    const exit = await task.sandbox.exec(program.command, {
      env: program.env,
      stdin: program.stdin,
      onLine,
      signal: AbortSignal.any([task.signal, own.signal]),
    })
    return { exit, stopped: task.signal.aborted ? 'aborted' : own.signal.aborted ? own.signal.reason : null }
  } finally {
    watchdog.rest()
    letGo()
  }
}

/** Milliseconds of silence after its answer, in which a program may still end by itself. */
const THROUGH_MS = 10_000

/**
 * Barks when nothing is seen for too long. A running tool may take its time: the attempt has a limit of its own. A program
 * that says it asks the model once more is as silent as that: else one request after the other could take ten minutes.
 */
function watch({ hangMs, setTimer }: Watch, bark: () => void) {
  const tools = new Set<string>()
  let cancel = setTimer(hangMs, bark)
  return {
    saw(events: HarnessEvent[]) {
      if (events.length > 0 && events.every(({ type }) => type === 'retry')) return
      for (const event of events) {
        if (event.type === 'tool_start') tools.add(event.id)
        if (event.type === 'tool_end') tools.delete(event.id)
      }
      cancel()
      cancel = tools.size > 0 ? () => {} : setTimer(hangMs, bark)
    },
    rest: () => cancel(),
  }
}
