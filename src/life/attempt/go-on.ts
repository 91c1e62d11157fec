/** Consequences of a run that ended badly: the attempt resumes, or ends. */
import type { HarnessEnd } from '../../ports/harness.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import { FAILURES } from '../../ticket/failures.ts'
import type { Collected } from '../collecting/collect.ts'
import { goOn } from '../prompts/brief.ts'
import { type Part, whyTooLong } from '../prompts/ticket-texts.ts'
import { waitForLimit } from './wait-for-limit.ts'
import { type Again, type Ended, tells, type Work } from './working-state.ts'

/** Run that ended badly. */
export interface Failure {
  end: Extract<HarnessEnd, { ok: false }>
  collected: Collected
  round: Omit<Again, 'why'>
}

/** Decides how the attempt continues: gives its next prompt, or its end. */
export async function failed(at: Work, { end: ended, collected, round }: Failure): Promise<Ended | Again> {
  const { world, thread, first, signal } = at
  const end = await fully(at, ended, collected)
  if (thread.isInherited && end.reason === 'harness crash') {
    // The harness cannot go on in a session of another version, or a torn one: nothing has happened yet.
    Object.assign(thread, { session: null, isInherited: false })
    const why = 'it starts a new session, because the earlier one cannot be resumed'
    return { prompt: first.afresh, occasion: first.occasion, why }
  }
  const times = at.goneOn.get(end.reason) ?? 0
  at.goneOn.set(end.reason, times + 1)
  const isLimit = FAILURES[end.reason].pause === 'until the reset'
  const goesOn = isLimit
    ? await waitForLimit(world, thread, end, first.by)
    : times < FAILURES[end.reason].goOn
  if (signal.aborted) return 'stopped'
  if (!goesOn) return { bounced: end.reason, detail: end.detail, until: end.until }
  // Without a session there is nothing yet to go on with.
  if (thread.session === null && end.reason !== 'sandbox full') return { ...round, why: end.detail }
  return { prompt: tells(at, goOn(end.detail)), occasion: 'again', why: end.detail }
}

/** Completes the reason of an end: what was too much, for the sandbox or for the model. */
async function fully(at: Work, end: Failure['end'], collected: Collected): Promise<Failure['end']> {
  if (end.reason !== 'too long') return inFull(at, end, collected)
  const parts = [...at.first.parts, ...(await byItself(at.thread.sandbox, at.signal))]
  return { ...end, detail: whyTooLong(parts, end.detail) }
}

/** Sizes of the files that the harness reads by itself at first. */
async function byItself({ exec, checkout }: Sandbox, signal: AbortSignal): Promise<Part[]> {
  const sizes = 'cd "$1" && wc -c CLAUDE.md AGENTS.md 2>/dev/null'
  const { output } = await exec(['sh', '-c', sizes, 'sh', checkout], { signal, timeoutMs: 30_000 })
  return [...output.matchAll(/^\s*(\d+) (CLAUDE|AGENTS)\.md$/gm)].map(([, size, name]) => ({
    name: `the project's ${name}.md`,
    ...{ given: Number(size), all: Number(size) },
  }))
}

/** Blames a full sandbox for the death of its harness, and lists its largest files. */
async function inFull(
  { thread: { sandbox }, signal }: Work,
  end: Failure['end'],
  { room }: Collected,
): Promise<Failure['end']> {
  const isFull = end.reason === 'harness crash' && room !== 'fine' && sandbox.room !== null
  if (!isFull && end.reason !== 'sandbox full') return end
  const what = isFull ? `The sandbox is full (disk_mb ${sandbox.room?.limitMb}): ${end.detail}` : end.detail
  const largest = await largestIn(sandbox, signal)
  const detail = largest === '' ? what : `${what}\nIts largest files, in KB:\n${largest}`
  return { ...end, reason: 'sandbox full', detail }
}

const LARGEST =
  'cd "$1/.." && find . -xdev -type f -size +255k ! -name .reserve -exec du -k {} + | sort -rn | head -n 10'

/** Lists its largest files, as `KB path` lines; empty when that fails. */
export async function largestIn({ exec, home }: Sandbox, signal: AbortSignal): Promise<string> {
  const listed = await exec(['sh', '-c', LARGEST, 'sh', home], { signal, timeoutMs: 30_000 })
  const lines = listed.output.split('\n').flatMap((line) => /^\s*(\d+)\s+\.\/(.+)$/.exec(line) ?? [])
  return lines.length === 0 ? '' : listed.output.trimEnd()
}
