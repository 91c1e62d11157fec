/** Exits from the merge queue without landing, and waits in it for a gate that could not run. */
import type { Landing, Receipt } from '../../ports/attempts.ts'
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

/** Result of one step of the merge queue. */
export type Landed =
  | { kind: 'idle' }
  /** Landing that left the queue, landed or not, or waits for a person now: look at the next one. */
  | { kind: 'settled' }
  /** Gate that could not run: retry later. */
  | { kind: 'waiting'; why: string }

/** Ends a landing that has no candidate: nothing to land, a conflict, or forbidden content. */
export async function turnedAway(
  world: World,
  { ticket, attempt }: Landing,
  combined: Exclude<Combined, { kind: 'candidate' }>,
): Promise<Landed> {
  if (combined.kind === 'nothing') {
    const reason = 'main already has all of this change.'
    await apply(world, ticket, { type: 'finish', attempt, resolution: 'no-change', reason }, MERGE_QUEUE)
  } else if (combined.kind === 'conflict') {
    await back(world, ticket, attempt, 'conflict', `Conflicts with main:\n${combined.paths.join('\n')}`)
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

/** Sends back a landing that would change what its attempt did not: a bug of ours, which must not reach `main`. */
export async function keepOut(world: World, { ticket, attempt }: Landing, paths: string[]): Promise<Landed> {
  world.note(`the landing of #${ticket} would change files that its attempt did not: ${paths.join(', ')}`)
  await back(
    world,
    ticket,
    attempt,
    'conflict',
    `The landing would change files that the attempt did not:\n${paths.join('\n')}`,
  )
  return { kind: 'settled' }
}

/** Sends back a landing that is red on the newest `main`, with its receipt. */
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

/** Gives up a landing that could not be judged several times while the machine is not to blame: a person is asked. */
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
    `The merge queue could not verify it ${tries} times: ${why}`,
    true,
  )
  return { kind: 'settled' }
}

/** Leaves a landing waiting for its gate, without a charge; after a few tries a person is asked. */
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

/**
 * Pauses everybody when no sandbox can be opened: landings stay in the merge queue, agents wait, too, and a person is
 * asked once.
 */
async function noSandbox(world: World, { message: detail }: Trouble): Promise<Landed> {
  await world.store.transact((tx) =>
    pauseFor(world, tx, world.clock.now(), { reason: NO_SANDBOX, detail, until: null }),
  )
  return { kind: 'waiting', why: detail }
}

/** Ends the wait for sandboxes, since a gate has just run. */
export async function sandboxesAreBack(world: World): Promise<void> {
  if ((await pausesOf(world.store, world.clock.now())).some(({ cause }) => cause === NO_SANDBOX))
    await lift(world, ({ cause }) => cause === NO_SANDBOX, 'Agents can work again.')
}
