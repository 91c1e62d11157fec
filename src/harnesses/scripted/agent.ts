/**
 * Scripted agent: a program of its own that plays the script in a ticket's description, in place of a model. Bundled
 * into one file; reads its task on stdin and prints events. The language is in script.ts.
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { newStage, perform, READING, SILENT, type Stage } from './perform.ts'
import { type End, SESSIONS, TASK, type Task } from './protocol.ts'
import { BadScript, type Step, scriptIn, stepsFor } from './script.ts'
import { StepFailed } from './shell.ts'

const print: Stage['print'] = (line) => void process.stdout.write(`${JSON.stringify(line)}\n`)

async function main(): Promise<void> {
  const task = TASK.parse(JSON.parse(await text(process.stdin)))
  const session = task.session ?? randomUUID()
  remember(session, task)
  print({ type: 'session', id: session })
  const stage = newStage(task, print)
  const end = await play(task, stage)
  print({ type: 'usage', usage: stage.usage })
  print(end)
}

/** Writes the session down, one line per run. */
function remember(session: string, { attempt, occasion }: Task): void {
  const folder = join(homedir(), SESSIONS)
  mkdirSync(folder, { recursive: true })
  appendFileSync(join(folder, session), `${JSON.stringify({ attempt, occasion })}\n`)
}

async function play(task: Task, stage: Stage): Promise<End> {
  let steps: Step[] | null
  try {
    const blocks = scriptIn(task.ticket.description ?? '')
    steps = blocks && stepsFor(blocks, task.occasion, task.attempt)
  } catch (error) {
    if (error instanceof BadScript) return failure(error.message)
    throw error
  }
  if (steps === null) {
    const none =
      task.occasion === 'asked'
        ? 'My script has no answer.'
        : `Ticket ${task.ticket.id} has no script for me, so I do nothing.`
    print({ type: 'text', text: none })
    return { type: 'end', ok: true, summary: none }
  }
  const barred = task.access === 'read' ? steps.find(({ verb }) => !READING.includes(verb)) : undefined
  if (barred) return failure(`I may only read here, and the script says ${barred.verb}.`)
  for (const [index, step] of steps.entries()) {
    const outcome = await shown(step, index + 1, stage)
    if (outcome) return outcome
  }
  return { type: 'end', ok: true, summary: lastWords(steps) }
}

/** Performs one step, with the events of a tool at work around it; gives an end when it ends the run. */
async function shown(step: Step, number: number, stage: Stage): Promise<End | null> {
  const id = `step-${number}`
  const silent = SILENT.includes(step.verb)
  stage.usage = { ...stage.usage, turns: stage.usage.turns + 1 }
  if (!silent) print({ type: 'tool_start', id, name: step.verb, input: step.with })
  try {
    const outcome = await perform(step, stage)
    const output = typeof outcome === 'string' ? outcome : outcome.ok ? outcome.summary : outcome.detail
    if (!silent) print({ type: 'tool_end', id, output, failed: false })
    return typeof outcome === 'string' ? null : outcome
  } catch (error) {
    if (!isExpected(error)) throw error
    if (!silent) print({ type: 'tool_end', id, output: error.message, failed: true })
    return failure(`Step ${number} (${step.verb}) failed: ${error.message}`)
  }
}

/** True for failures that a script can cause: a failed command, a missing file. Anything else is a bug of ours. */
const isExpected = (error: unknown): error is Error =>
  error instanceof StepFailed || (error instanceof Error && 'code' in error)

const failure = (detail: string): End => ({
  type: 'end',
  ok: false,
  reason: 'harness crash',
  detail,
  until: null,
})

const lastWords = (steps: Step[]) =>
  steps.flatMap((step) => (step.verb === 'say' ? [step.with] : [])).at(-1) ?? 'The script is through.'

void main()
