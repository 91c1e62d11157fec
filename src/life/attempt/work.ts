/** One run of the harness in the sandbox: events go to the transcript, its usage to the ledger. */

import { NO_USAGE, type Usage } from '../../ports/attempts.ts'
import type { Seen } from '../../ports/gateway.ts'
import type { HarnessEnd, HarnessEvent, Occasion } from '../../ports/harness.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import type { Transcript } from '../../ports/transcripts.ts'
import type { World } from '../../ports/world.ts'
import { isProposing } from '../../ticket/proposing.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { change } from '../follow.ts'
import { overdrawn } from '../limits/budget.ts'
import type { Member } from '../names.ts'
import { around, classify, nothingYet, saw, spoke } from './classify.ts'
import { told } from './ending.ts'
import { reconciled } from './ledger.ts'
import { meter, sum } from './meter.ts'

/** State that an attempt carries from one run of its harness to the next. */
export interface Thread {
  member: Member
  ticket: Ticket
  sandbox: Sandbox
  transcript: Transcript
  /** Gateway's view of the attempt. */
  seen: Seen
  session: string | null
  /** True for an earlier attempt's session, until the harness has confirmed that it resumed it. */
  isInherited: boolean
  /** Model by the harness's report, or else as requested. */
  model: string | null
  /** Usage of the runs that have ended. */
  spent: Usage
  /** Start by the monotonic clock; the settings limit the attempt as a whole. */
  startedAt: number
  /** Called once the model answers. */
  works: () => Promise<void>
  /** Waits until the account may be tried again; gives the milliseconds waited. */
  limitWait: () => Promise<number>
  /** Milliseconds waited so far: they do not count for `startedAt`. */
  waited: number
}

/** Runs the harness once. Never throws for the harness: the end says how it went. */
export async function work(
  world: World,
  thread: Thread,
  { prompt, occasion }: { prompt: string; occasion: Occasion },
  signal: AbortSignal,
): Promise<HarnessEnd> {
  const { member, ticket, sandbox, transcript } = thread
  const poor = await overdrawn(world, ticket)
  if (poor) return { ok: false, session: thread.session, usage: NO_USAGE, until: null, ...poor }
  transcript.append({ type: 'prompt', text: prompt })
  const cap = capped(world, thread.startedAt, signal)
  const watched = nothingYet(thread.session)
  const metered = meter(world, thread, cap.stop)
  const works = once(world, thread.works)
  const before = thread.seen.usage().outputTokens
  const ran = await world.harness.run({
    sandbox,
    manual: filled(isProposing(ticket) ? world.proposingManual : world.manual, member),
    prompt,
    occasion,
    ticket: { id: ticket.id, title: ticket.title, description: ticket.description },
    attempt: member.attempt,
    access: isProposing(ticket) ? 'read' : 'change',
    session: thread.session,
    emit: (event: HarnessEvent) => {
      transcript.append(event)
      saw(watched, event)
      if (watched.worked || spoke(event, thread.seen, before)) works()
      if (event.type === 'session') {
        thread.session = event.id
        thread.isInherited = false
        thread.model = event.model ?? thread.model
      }
      if (event.type === 'usage') metered.saw(event.usage)
    },
    signal: cap.signal,
  })
  cap.end()
  const over = await metered.ended()
  const isLate = cap.passed() && !signal.aborted
  const said = classify(isLate ? hung(ran, cap.sentence) : ran, watched, around(world, thread.seen))
  const isPoor = over && !isLate && !signal.aborted && !said.ok
  const end = isPoor ? { ...said, ...over, until: null } : said
  if (end.ok) works()
  transcript.append(told(end, signal))
  thread.session = end.session ?? thread.session
  thread.spent = sum(thread.spent, end.usage)
  await world.store.transact((tx) =>
    change(tx, ticket.id, member.attempt, {
      session: thread.session,
      model: thread.model,
      usage: reconciled(thread.spent, thread.seen.usage()),
      refused: thread.seen.refused(),
    }),
  )
  return end
}

/** End of a run that we stopped ourselves: its own reason would be wrong. Its work counts, unless it is too late. */
const hung = ({ session, usage }: HarnessEnd, detail: string): HarnessEnd => ({
  ...{ ok: false, session, usage, until: null },
  ...{ reason: 'hang', detail },
})

/** Calls `works` at the first sign only. */
function once({ note }: World, works: () => Promise<void>): () => void {
  let told = false
  return () => {
    if (told) return
    told = true
    works().catch((trouble) => note(`a pause could not be ended: ${trouble}`))
  }
}

/** Makes a signal that also aborts at the attempt's time limit. */
function capped({ settings, clock }: World, startedAt: number, signal: AbortSignal) {
  const seconds = settings().attemptTimeout
  const left = Math.max(0, startedAt + seconds * 1000 - clock.monotonic())
  const cap = new AbortController()
  const over = new AbortController()
  let passed = false
  clock.sleep(left, AbortSignal.any([signal, over.signal])).then(() => {
    if (signal.aborted || over.signal.aborted) return
    passed = true
    cap.abort()
  })
  return {
    signal: AbortSignal.any([signal, cap.signal]),
    passed: () => passed,
    /** Ends the run before its time. */
    stop: () => cap.abort(),
    end: () => over.abort(),
    sentence: `The agent took longer than attempt_timeout (${seconds} s) and was stopped.`,
  }
}

const filled = (manual: string, { ticket, agent }: Member) =>
  manual.replaceAll('{{ticket}}', String(ticket.id)).replaceAll('{{agent}}', agent)
