/** Where a secret could have got to: everything that the swarm keeps, shows or stores. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '../../src/api/client.ts'

export interface Place {
  name: string
  text: string
}

/** Transcripts, logs, the database, git objects, and what the API answers. */
export async function everythingSeen(project: string, api: Client): Promise<Place[]> {
  const own = join(project, '.swarm')
  const files = readdirSync(own, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('repo.git') && path !== 'token' && statSync(join(own, path)).isFile())
    .map((path) => ({ name: path, text: readFileSync(join(own, path), 'latin1') }))
  const objects = execFileSync(
    'git',
    ['-C', join(own, 'repo.git'), 'cat-file', '--batch', '--batch-all-objects'],
    {
      maxBuffer: 1024 * 1024 * 1024,
    },
  )
  const answers = await Promise.all([api.status(), api.inbox(), api.history({}), api.pulse()])
  return [
    ...files,
    { name: 'git objects', text: objects.toString('latin1') },
    { name: 'the API', text: JSON.stringify(answers) },
  ]
}

/** Each canary, by the places that it was found in. */
export const leaksIn = (places: Place[], canaries: string[]): string[] =>
  canaries.flatMap((canary) =>
    places.flatMap(({ name, text }) =>
      text.includes(canary) ? [`${canary.split('-')[1]} is in ${name}`] : [],
    ),
  )

/** The outputs of the steps that were run in an attempt, in order. */
export function outputsOf(project: string, ticket: number, attempt: number): Map<string, string> {
  const text = readFileSync(join(project, '.swarm', 'transcripts', `t${ticket}-a${attempt}.jsonl`), 'utf8')
  const names = new Map<string, string>()
  const outputs = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (!/"type":"(tool_start|tool_end|stderr)"/.test(line)) continue
    const event = JSON.parse(line)
    if (event.type === 'stderr') outputs.set(LAST_WORDS, event.text)
    if (event.type === 'tool_start') names.set(event.id, WAY.exec(event.input?.command ?? '')?.[1] ?? '')
    if (event.type === 'tool_end') outputs.set(names.get(event.id) ?? '', event.output)
  }
  return outputs
}

/** What the attempt itself was told, where the step did not come to its end. */
export const LAST_WORDS = 'last words'

/** Steps carry the name of their way as a comment of the shell. */
const WAY = /^# (.*)\n/
