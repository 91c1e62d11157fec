/** Why attempts fail, and what follows, as rows that people can read. */
import type { BounceReason } from '../../src/ticket/events.ts'
import { FAILURES } from '../../src/ticket/failures.ts'

/** What each class is. A class that is missing here does not compile. */
export const MEANS: Record<BounceReason, string> = {
  'gate red': 'the gate fails on the change, as it is or on the newest `main`',
  conflict: 'git cannot merge the change with `main`, and the agent could not either',
  rejected: 'a person rejected a change to protected paths',
  'pre-existing': '`main` itself fails its gate in the same way: not the fault of the change',
  'did nothing': 'the agent ended without a change and did not say why none was needed',
  'harness crash': 'the agent’s program ended in a way of its own',
  hang: 'the agent’s program fell silent, or took longer than an attempt may',
  'turn limit': 'the model took more turns than `max_turns`',
  budget: 'the attempt cost more than it may',
  'usage limit': 'the account is used up: everybody waits until it is not',
  overloaded: 'the model’s service is overloaded',
  'login expired': 'the model’s service does not accept the key',
  infrastructure: 'this machine failed: disk, network, git, a program that is not installed',
}

const yes = (value: boolean) => (value ? 'yes' : '-')
const seconds = (value: number) => (value > 0 ? `${value} s` : '-')

export const HEADINGS = [
  'counts against the ticket',
  'backs off',
  'to the front',
  'everybody waits',
  'asks a person',
]

export const failureRows = (): [BounceReason, ...string[]][] =>
  Object.entries(FAILURES).map(([reason, { charged, backoff, front, pause, person }]) => [
    reason as BounceReason,
    yes(charged),
    seconds(backoff),
    yes(front),
    seconds(pause),
    yes(person),
  ])
