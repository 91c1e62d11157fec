/**
 * Failpoints right before and right after everything that lasts: each commit of the store, by its events and rows, each
 * step of git, each sandbox, each session. `SWARM_FAILPOINT='done before'` makes the server die at that point the first
 * time it gets there, as `kill -9` would, so that `npm run chaos -- --points` can show that a restart continues from
 * each of them.
 */

import type { Archives } from '../../ports/archives.ts'
import type { Repo } from '../../ports/repo.ts'
import type { Sandboxes } from '../../ports/sandbox.ts'
import type { Store, Tx } from '../../ports/store.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import { POINTS, type Step } from './points.ts'

/** Runs one step: dies before or after it, when that is the point. */
type Pass = <T>(step: Step, work: () => Promise<T>) => Promise<T>

interface Ports {
  store: Store
  repo: Repo
  sandboxes: Sandboxes
  sessions: Archives
}

/** Adds the failpoint to the ports; gives them unchanged when none is named. Throws Refused for an unknown name. */
export function failing<P extends Ports>(ports: P, { SWARM_FAILPOINT: named }: Environment): P {
  if (!named) return ports
  if (!POINTS.includes(named)) throw new Refused(`SWARM_FAILPOINT names '${named}', which is no point.`)
  const pass: Pass = async (step, work) => {
    if (named === `${step} before`) await die()
    const result = await work()
    if (named === `${step} after`) await die()
    return result
  }
  return {
    ...ports,
    store: storeOf(ports.store, named),
    repo: repoOf(ports.repo, pass),
    sandboxes: sandboxesOf(ports.sandboxes, pass),
    sessions: {
      ...ports.sessions,
      keep: (key, fill) => pass('session keep', () => ports.sessions.keep(key, fill)),
    },
  }
}

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

/** Store that dies before a commit: everything is written, and not committed. */
const storeOf = (store: Store, named: string): Store => ({
  ...store,
  async transact(work) {
    const written = new Set<string>()
    const result = await store.transact(async (tx) => {
      const made = await work(noting(tx, written))
      if (named.endsWith(' before') && written.has(named.slice(0, -' before'.length))) await die()
      return made
    })
    if (named.endsWith(' after') && written.has(named.slice(0, -' after'.length))) await die()
    return result
  },
})

/** Transaction that notes the names of its writes. */
function noting(tx: Tx, written: Set<string>): Tx {
  const note = (step: Step) => void written.add(step)
  return {
    ...tx,
    save(ticket, events, by, at) {
      for (const { type } of events) written.add(type)
      return tx.save(ticket, events, by, at)
    },
    putLanding(landing) {
      if (landing.candidate !== null && landing.endedAt === null) note('candidate')
      return tx.putLanding(landing)
    },
    async putAttempt(attempt) {
      const known = await tx.attempt(attempt.ticket, attempt.number)
      if (attempt.base !== null && known?.base === null) note('base')
      if (attempt.work !== null && attempt.work !== known?.work) note('work')
      if (known && attempt.leaseUntil !== null && attempt.leaseUntil !== known.leaseUntil) note('lease')
      return tx.putAttempt(attempt)
    },
    addReceipt(receipt) {
      note('receipt')
      return tx.addReceipt(receipt)
    },
    putSetting(name, value) {
      note('setting')
      return tx.putSetting(name, value)
    },
  }
}

const VERBS = ['recover', 'receive', 'commit', 'keep', 'advance'] as const

/** Passes each verb on as it was called. */
function repoOf(repo: Repo, pass: Pass): Repo {
  const passing = VERBS.map((verb) => {
    const call = repo[verb] as (...args: unknown[]) => Promise<unknown>
    return [verb, (...args: unknown[]) => pass(`git ${verb}`, () => call(...args))]
  })
  return { ...repo, ...Object.fromEntries(passing) }
}

const sandboxesOf = (sandboxes: Sandboxes, pass: Pass): Sandboxes => ({
  ...sandboxes,
  get kind() {
    return sandboxes.kind
  },
  reap: () => pass('sandboxes reap', sandboxes.reap),
  async open(spec, signal) {
    const sandbox = await pass('sandbox open', () => sandboxes.open(spec, signal))
    return {
      ...sandbox,
      take: (command, host, options) => pass('sandbox take', () => sandbox.take(command, host, options)),
      close: () => pass('sandbox close', () => sandbox.close()),
    }
  },
})
