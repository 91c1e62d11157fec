/** Programs that the scripted agent runs: a shell, git, and `ticket`. */
import { spawn } from 'node:child_process'
import * as z from 'zod'
import { PHASES } from '../../ticket/json.ts'
import { STATUSES } from '../../ticket/ticket.ts'

export class StepFailed extends Error {
  override name = 'StepFailed'
}

/** Maximum characters of output to keep for people: its end. */
const SHOWN = 64 * 1024
/** Maximum characters of output to read: the descriptions of all tickets may be in it. */
const READ = 64 * 1024 * 1024

/** Runs a program without input. Gives its exit, null where a signal ended it, and the last `most` characters of its output. */
export function sh(command: string[], most = SHOWN): Promise<{ exit: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-most)
    }
    child.on('error', (error) => reject(new StepFailed(error.message)))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('close', (exit) => resolve({ exit, output }))
  })
}

/** Runs a program and gives its output. A failure ends the step. */
async function must(command: string[], most?: number): Promise<string> {
  const { exit, output } = await sh(command, most)
  if (exit !== 0) throw new StepFailed(`${command.slice(0, 2).join(' ')}: exit ${exit}: ${output.trim()}`)
  return output
}

/** Runs git and gives its output; throws StepFailed when it fails. */
export const git = (...args: string[]) => must(['git', ...args])
/** Runs `ticket` and gives its output; throws StepFailed when it fails. */
export const ticket = (...args: string[]) => must(['ticket', ...args])

const LISTED = z.object({
  id: z.number(),
  title: z.string(),
  status: z.string(),
  phase: z.enum(PHASES).nullish(),
})
/** Ticket as `ticket --format json` prints it. */
export type Listed = z.infer<typeof LISTED>

/** Reads a ticket; throws StepFailed when it does not exist. */
export async function showTicket(id: number): Promise<Listed> {
  return LISTED.parse(JSON.parse(await must(['ticket', 'show', String(id), '--format', 'json'], READ)))
}

/** Lists all tickets. */
export async function listTickets(): Promise<Listed[]> {
  const command = ['ticket', 'list', '--status', STATUSES.join(), '--format', 'json']
  const text = await must(command, READ)
  return z.array(LISTED).parse(JSON.parse(text))
}
