/**
 * Proposing: with nothing ready, an agent reads the code and proposes. One ticket stands for all of it, is filed by the
 * swarm, and is never open: a claim opens it, and the end of the attempt closes it.
 */
import { refuse } from './commands.ts'
import { evolve } from './evolve.ts'
import { type Decision, done } from './steps.ts'
import type { Ticket } from './ticket.ts'

/** Author of the ticket of proposing. Nobody else has that name. */
export const PROPOSER = 'scout'

/** True for the ticket of proposing. */
export const isProposing = ({ createdBy }: Pick<Ticket, 'createdBy'>): boolean => createdBy === PROPOSER

/** Completes a decision about the ticket of proposing, so that it stays closed between two attempts. */
export function closed(ticket: Ticket, decision: Decision): Decision {
  if (!isProposing(ticket) || 'refused' in decision) return decision
  const after = decision.reduce((now, event) => evolve(now, event, ticket.updatedAt), ticket)
  if (after.stage.status !== 'open') return decision
  if (ticket.stage.status === 'done')
    return refuse(
      'conflict',
      `Ticket ${ticket.id} belongs to the swarm. It is claimed again when no ticket is ready.`,
    )
  return [...decision, done('cancelled', 'Proposing resumes later.')]
}

/** Settings of a person. */
export interface ProposingRules {
  propose: boolean
  /** Maximum proposals that may wait at once. */
  proposeMaxOpen: number
  /** Seconds between the beginnings of two rounds. */
  proposeInterval: number
  /** US dollars per day; 0: no limit. */
  proposeBudget: number
}

/** State of proposing in the store. */
export interface ProposingNow {
  now: number
  /** Number of proposals that wait for a person, whoever made them. */
  waiting: number
  /** US dollars spent today. */
  spent: number
  /** True while an agent proposes. */
  isAtWork: boolean
  /** Start of the last round, and the number of rounds in a row without a result; null: never. */
  last: { began: number; failures: number } | null
  /** True when the last round found something, or what it read has changed since. */
  isWorthIt: boolean
}

/** Reason why no agent may propose now. */
export type NotNow = 'off' | 'at work' | 'enough wait' | 'too soon' | 'no money' | 'nothing new'

/** Finds why no agent may propose now; null when one may. */
export function whyNotPropose(rules: ProposingRules, proposed: ProposingNow): NotNow | null {
  const { now, waiting, spent, isAtWork, last, isWorthIt } = proposed
  if (!rules.propose || rules.proposeMaxOpen === 0) return 'off'
  if (isAtWork) return 'at work'
  if (waiting >= rules.proposeMaxOpen) return 'enough wait'
  // One that is still to come was begun by a clock that was wrong.
  const isRecent = last !== null && last.began <= now && now < last.began + patience(rules, last.failures)
  if (isRecent) return 'too soon'
  if (rules.proposeBudget > 0 && spent >= rules.proposeBudget) return 'no money'
  return isWorthIt ? null : 'nothing new'
}

/** Milliseconds between rounds: doubled for each failure in a row, so that constant failures do not cost for ever. */
const patience = ({ proposeInterval }: ProposingRules, failures: number) =>
  proposeInterval * 1000 * 2 ** Math.min(failures, 6)

/** Proposal that a person has rejected. */
export interface Rejected {
  id: number
  title: string
  reason: string | null
}

/** Proposal of an agent. */
export interface Proposed {
  title: string
  description: string
}

const BLOCK = /^--- proposal ---[ \t]*\n([\s\S]*?)^--- end ---[ \t]*$/gm

/** Finds the proposals in an agent's last words: blocks whose first line is the title. */
export const proposalsIn = (text: string): Proposed[] =>
  [...text.replaceAll('\r\n', '\n').matchAll(BLOCK)].flatMap(([, block = '']) => {
    const [first = '', ...rest] = block.trim().split('\n')
    const title = first.replace(/^(#+|title:)\s*/i, '').trim()
    return title === '' ? [] : { title, description: rest.join('\n').trim() }
  })

/** True for titles that differ only in case, spaces and punctuation. */
export const isSameTitle = (one: string, other: string): boolean => bare(one) === bare(other)

const bare = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
