/** What leaves the merge queue without landing, and what waits in it for a gate that could not run. */
import type { Landing, Receipt } from '../../ports/store.ts'
import type { Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { apart } from '../../ticket/apart.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { ENOUGH } from '../../ticket/failures.ts'
import { redMainOf } from '../../ticket/red-main.ts'
import { apply } from '../apply.ts'
import { lift, pausesOf } from '../limits/pauses.ts'
import { MERGE_QUEUE } from '../names.ts'
import { toldApart } from '../prompts/brief.ts'
import type { Combined } from './combine.ts'
import type { Judged } from './gate.ts'
import { pauseFor, sendBack } from './send-back.ts'

export type Landed =
  | { kind: 'idle' }
  /** It left the merge queue, landed or not, or waits for a person now: look at the next one. */
  | { kind: 'settled' }
  /** The gate could not run: try again later. */
  | { kind: 'waiting'; why: string }

export async function turnedAway(
  world: World,
  { ticket, attempt }: Landing,
  combined: Exclude<Combined, { kind: 'candidate' }>,
): Promise<Landed> {
  if (combined.kind === 'nothing') {
    const reason = 'main already has all of this change.'
    await apply(world, ticket, { type: 'finish', attempt, resolution: 'no-change', reason }, MERGE_QUEUE)
  } else if (combined.kind === 'conflict') {
    await back(world, ticket, attempt, 'conflict', `In conflict with main:\n${combined.paths.join('\n')}`)
  } else {
    await back(world, ticket, attempt, 'gate red', combined.why.join('\n'))
  }
  return { kind: 'settled' }
}

const back = (
  world: World,
  ticket: number,
  attempt: number,
  reason: SendBackReason,
  detail: string,
  enough = false,
) => sendBack(world, { ticket, attempt, reason, detail, enough }, MERGE_QUEUE)

/** It would change what its attempt did not: a bug of ours, that must not reach `main`. */
export async function keepOut(world: World, { ticket, attempt }: Landing, paths: string[]): Promise<Landed> {
  world.note(`#${ticket} would change what its attempt did not: ${paths.join(', ')}`)
  await back(
    world,
    ticket,
    attempt,
    'conflict',
    `It would change what the attempt did not:\n${paths.join('\n')}`,
  )
  return { kind: 'settled' }
}

export async function sendBackRed(
  world: World,
  { ticket, attempt }: Landing,
  { receipt, onMain }: { receipt: Receipt; onMain: Receipt | null },
): Promise<Landed> {
  const parts = onMain && apart(onMain.output, receipt.output)
  const note = parts ? `\n\n${toldApart(parts).note}` : ''
  const detail = `Red on the newest main:\n${receipt.output}${note}`
  const main = onMain && parts?.fresh.length === 0 ? redMainOf(onMain) : undefined
  const reason = main ? 'pre-existing' : 'gate red'
  await sendBack(world, { ticket, attempt, reason, detail, main }, MERGE_QUEUE)
  return { kind: 'settled' }
}

/** It could not be judged, again and again, while nothing says that the machine is to blame: a person is asked. */
export async function giveUp(
  world: World,
  { ticket, attempt }: Landing,
  { tries, why }: { tries: number; why: string },
): Promise<Landed> {
  await back(
    world,
    ticket,
    attempt,
    'infrastructure',
    `The merge queue could not judge it ${tries} times: ${why}`,
    true,
  )
  return { kind: 'settled' }
}

/** Not held against the change, but not for ever either: after a few tries a person is asked. */
export async function wait(world: World, { ticket, attempt }: Landing, receipt: Judged): Promise<Landed> {
  if (receipt.trouble?.code === 'engine') return noSandbox(world, receipt.trouble)
  const tries = (await world.store.receipts({ ticket, limit: 50 })).filter(
    (each) => each.attempt === attempt && each.verdict === 'could not run',
  )
  if (tries.length < ENOUGH) return { kind: 'waiting', why: receipt.output.trim() }
  await back(world, ticket, attempt, 'infrastructure', `The gate could not run:\n${receipt.output}`, true)
  return { kind: 'settled' }
}

const NO_SANDBOX = 'no sandbox'

/** It would befall whatever waits here: all of it stays in the merge queue, agents wait, too, and a person is asked once. */
async function noSandbox(world: World, { message: detail }: Trouble): Promise<Landed> {
  await world.store.transact((tx) =>
    pauseFor(world, tx, world.clock.now(), { reason: NO_SANDBOX, detail, until: null }),
  )
  return { kind: 'waiting', why: detail }
}

/** A gate has just run: lets agents go on that wait for sandboxes. */
export async function sandboxesAreBack(world: World): Promise<void> {
  if ((await pausesOf(world.store, world.clock.now())).some(({ cause }) => cause === NO_SANDBOX))
    await lift(world, ({ cause }) => cause === NO_SANDBOX, 'It works again.')
}
