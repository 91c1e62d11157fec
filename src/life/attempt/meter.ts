/** Meter of a run's usage while it lasts: into the ledger, and against the budgets. */

import type { Usage } from '../../ports/attempts.ts'
import type { Seen } from '../../ports/gateway.ts'
import type { World } from '../../ports/world.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { change } from '../follow.ts'
import { type Overdrawn, overdrawn } from '../limits/budget.ts'
import type { Member } from '../names.ts'
import { reconciled } from './ledger.ts'

/** Meter of one run. */
export interface Meter {
  saw(usage: Usage): void
  /** Resolves when all usage is stored; gives the budget that must end the attempt, or null. */
  ended(): Promise<Overdrawn | null>
}

/** Makes the meter of a run; calls `stop` when nothing more may be spent. */
export function meter(world: World, thread: MeteredThread, stop: () => void): Meter {
  const { member, ticket, spent, seen } = thread
  let newest: Usage | null = null
  let looking: Promise<void> | null = null
  let over: Overdrawn | null = null
  const look = async () => {
    while (newest !== null) {
      const usage = reconciled(sum(spent, newest), seen.usage())
      newest = null
      await world.store.transact((tx) =>
        change(tx, ticket.id, member.attempt, { usage, model: thread.model }),
      )
      over ??= await overdrawn(world, ticket)
      if (over) stop()
    }
  }
  return {
    saw(usage) {
      newest = usage
      looking ??= look()
        .catch((trouble) => world.note(`the use of #${ticket.id} could not be stored: ${trouble}`))
        .finally(() => {
          looking = null
        })
    },
    async ended() {
      while (looking) await looking
      return over
    },
  }
}

interface MeteredThread {
  member: Member
  ticket: Pick<Ticket, 'id' | 'createdBy'>
  model: string | null
  /** Usage of its runs that have ended. */
  spent: Usage
  seen: Seen
}

/** Adds usages. Unknown costs stay unknown: the sum of a known and an unknown one is a lie. */
export function sum(a: Usage, b: Usage): Usage {
  const known = a.costUsd !== null && b.costUsd !== null
  const first = a.turns === 0 && a.costUsd === null
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    turns: a.turns + b.turns,
    costUsd: first ? b.costUsd : known ? (a.costUsd as number) + (b.costUsd as number) : null,
  }
}
