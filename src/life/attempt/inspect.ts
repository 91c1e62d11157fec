/** Inspection of collected work as the merge queue would do it: on the newest `main`, under its gate. */

import type { Receipt } from '../../ports/attempts.ts'
import type { Occasion } from '../../ports/harness.ts'
import { shown } from '../../ports/path-bytes.ts'
import type { World } from '../../ports/world.ts'
import { apart } from '../../ticket/apart.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { type RedMain, redMainOf } from '../../ticket/red-main.ts'
import { type Candidate, combine, guard, overlaid } from '../landing/combine.ts'
import { judge, redOfMain } from '../landing/gate.ts'
import type { Member } from '../names.ts'
import { IF_YOURS, toldApart } from '../prompts/brief.ts'

/** Result of an inspection. */
export type Found =
  /** Green, or the gate could not run: then the merge queue, which never lands without a receipt, retries later. */
  | { kind: 'fit' }
  | {
      kind: 'conflict' | 'red' | 'red on main'
      sendBack: SendBackReason
      occasion: Occasion
      /** Sentence about it for the agent. */
      what: string
      evidence: string
      /** Task of the agent, when it is not simply to fix the failure. */
      task?: string
      /** Tree that was red only where `main` is red. */
      tree?: string
      main?: RedMain
    }

/** Inspects the work of an attempt. Throws Trouble when git or the sandbox fails. */
export async function inspect(
  world: World,
  member: Member,
  work: string,
  signal: AbortSignal,
): Promise<Found> {
  const combined = await combine(world, member, work)
  if (combined.kind === 'nothing') return { kind: 'fit' }
  if (combined.kind === 'conflict') {
    const what = `main has moved, and the work conflicts with it in ${combined.paths.join(', ')}.`
    return {
      kind: 'conflict',
      sendBack: 'conflict',
      occasion: 'conflict',
      what,
      evidence: combined.paths.join('\n'),
    }
  }
  if (combined.kind === 'forbidden') return red('Your work cannot land as it is.', combined.why.join('\n'))
  const candidate = await guard(world, member, combined.candidate)
  const { tip } = candidate
  const request = {
    commit: candidate.commit,
    ref: candidate.ref,
    tree: candidate.tree,
    ticket: member.ticket,
    attempt: member.attempt,
    agent: member.agent,
    main: { commit: tip.commit, tree: tip.tree, ref: `refs/heads/${world.repo.branch}` },
    doubts: candidate.doubts,
  }
  const receipt = await judge(world, request, signal)
  if (receipt.verdict !== 'red') return { kind: 'fit' }
  const onMain = await redOfMain(world, request, signal)
  return beside(receipt, onMain, guardedNote(combined.candidate))
}

/** Result for a red change, compared with a `main` that is red itself, if it is. */
function beside(receipt: Receipt, onMain: Receipt | null, note: string): Found {
  const what = `The gate is red (verify.sh exit ${receipt.exit ?? receipt.signal}).`
  if (onMain === null) return red(what, `${receipt.output}${note}`)
  const parts = apart(onMain.output, receipt.output)
  const told = toldApart(parts)
  const evidence = `${receipt.output}${note}\n\n${told.note}`
  if (parts.fresh.length > 0) return red(`${what} ${told.what}`, evidence)
  return {
    ...red(told.what, evidence),
    ...{ kind: 'red on main', sendBack: 'pre-existing', task: IF_YOURS, tree: receipt.tree },
    main: redMainOf(onMain),
  }
}

const red = (what: string, evidence: string) =>
  ({ kind: 'red', sendBack: 'gate red', occasion: 'red', what, evidence }) as const

const guardedNote = (candidate: Candidate) =>
  takenFrom('they are protected', candidate.protected) +
  takenFrom('the gate depends on them', overlaid(candidate).map(shown))

const takenFrom = (why: string, paths: string[]) =>
  paths.length > 0 ? `\n\nTaken from main, because ${why}: ${paths.join(', ')}` : ''
