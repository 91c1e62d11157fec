/** Runs a harness's program in its sandbox: its lines become events, and a watchdog ends it when it hangs. */
import type { HarnessEvent, HarnessTask } from '../ports/harness.ts'
import { patiently } from '../ports/patience.ts'
import type { ExecResult } from '../ports/sandbox.ts'

export interface Program {
  command: string[]
  env: Record<string, string>
  stdin: string
  /** What a line of its stdout says; it must take any line. */
  read: (line: string) => HarnessEvent[]
  /** Whether there is no point in going on after this event. */
  hopeless?: (event: HarnessEvent) => boolean
  /** Whether it has given its answer: what it left running does not hold up the attempt. */
  isThrough?: () => boolean
  watch: Watch
}

export interface Watch {
  /** Milliseconds without a line, while no tool runs, after which it counts as hung. */
  hangMs: number
  setTimer: SetTimer
}

/** Calls `run` after `ms` unless what it gives back is called first. */
export type SetTimer = (ms: number, run: () => void) => () => void

export const realTimer: SetTimer = patiently

export interface Driven {
  exit: ExecResult
  /** Why we ended it; null when it ended by itself. */
  stopped: 'aborted' | 'hung' | 'hopeless' | 'through' | null
}

/** For the ticket, when the sandbox had no more memory to give; null when that is not why. */
export const ranOut = (what: string, { outOfMemory }: ExecResult): string | null =>
  outOfMemory && `${what} was killed: out of memory (limit ${outOfMemory.limitMb} MB, see memory_mb).`

/** For the ticket, when a program's last lines could not be read; null when all of them were. */
export const wasCut = (what: string, { cut }: ExecResult): string | null =>
  cut.includes('stdout')
    ? `${what} ended, but what it said last could not be read: something that outlived it held its output open.`
    : null

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
