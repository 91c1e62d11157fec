/** Scripted harness: no model, no key. Tickets carry the steps of their agent; for demos, tests and experiments. */

import { NO_USAGE, type Usage } from '../../ports/attempts.ts'
import type { Harness, HarnessEnd, HarnessTask, Sessions } from '../../ports/harness.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { type Driven, drive, ranOut, realTimer, type SetTimer, wasCut } from '../drive.ts'
import { type End, readLine, SESSIONS, type Task } from './protocol.ts'

/** Options of the scripted harness. */
export interface ScriptedOptions {
  /** Path of the bundled agent (`scripted-agent.cjs`), as the sandbox sees it. */
  program: string
  /** Node that runs it. */
  node?: string
  /** Milliseconds without a line, while no step runs, after which it counts as hung. */
  hangMs: number
  setTimer?: SetTimer
}

/** Makes the scripted harness. Its runs never throw for what the program does. */
export function scriptedHarness(options: ScriptedOptions): Harness {
  return {
    name: 'scripted',
    run: (task) => runScripted(task, options),
    sessions: { folder: SESSIONS, adopt },
  }
}

/** Finds a session, which the agent writes down in its home, by its name. */
const adopt: Sessions['adopt'] = async ({ home, exec }, session, signal) =>
  (await exec(['test', '-f', `${home}/${SESSIONS}/${session}`], { signal })).exit === 0

async function runScripted(task: HarnessTask, options: ScriptedOptions): Promise<HarnessEnd> {
  let session = task.session
  let usage: Usage = NO_USAGE
  let end = null as End | null
  const { ticket, attempt, access, occasion } = task
  const input: Task = { ticket, attempt, access, occasion, session }
  const driven = await drive(task, {
    command: [options.node ?? process.execPath, options.program],
    env: {},
    stdin: JSON.stringify(input),
    read(text) {
      const line = readLine(text)
      if (line.type === 'session') session = line.id
      if (line.type === 'usage') usage = line.usage
      if (line.type !== 'end') return [line]
      end = line
      return []
    },
    watch: { hangMs: options.hangMs, setTimer: options.setTimer ?? realTimer },
  })
  const { type: _, ...how } = end ?? withoutEnd(driven)
  return { session, usage, ...how }
}

function withoutEnd({ stopped, exit }: Driven): Extract<End, { ok: false }> {
  const failed = { type: 'end', ok: false, until: null } as const
  if (stopped === 'aborted')
    return {
      ...failed,
      reason: 'harness crash',
      detail: 'The scripted agent was stopped before it had finished.',
    }
  if (stopped === 'hung')
    return {
      ...failed,
      reason: 'hang',
      detail: 'The scripted agent stopped responding while no step was running.',
    }
  if (exit.exit === 127)
    return {
      ...failed,
      reason: 'infrastructure',
      detail: 'The scripted agent is not built. Build it with `npm run build`.',
    }
  const memory = ranOut('The scripted agent', exit)
  if (memory) return { ...failed, reason: 'sandbox full', detail: memory }
  const cut = wasCut('The scripted agent', exit)
  if (cut) return { ...failed, reason: 'infrastructure', detail: cut }
  const how = exit.signal ? `was killed by ${exit.signal}` : `ended with exit ${exit.exit}`
  return {
    ...failed,
    reason: 'harness crash',
    detail: firstLine(`The scripted agent ${how} before its script did.`),
  }
}
