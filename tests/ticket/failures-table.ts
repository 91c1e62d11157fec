/** Why attempts fail, and what follows, as rows that people can read. */
import { LONGEST_LIMIT_WAIT } from '../../src/life/attempt/wait-for-limit.ts'
import type { SendBackReason } from '../../src/ticket/events.ts'
import { FAILURES, type Failure } from '../../src/ticket/failures.ts'

/** What each class is. A class that is missing here does not compile. */
export const MEANS: Record<SendBackReason, string> = {
  'gate red': 'the gate fails on the change itself, or on the change merged with the newest `main`',
  conflict: 'git cannot merge the change with `main`, and the agent could not resolve the conflict',
  rejected: 'a person rejected a change to protected paths',
  'pre-existing': 'the change fails only the checks that `main` itself fails',
  'did nothing': 'the agent ended without a change and, when asked, gave no reason',
  'sandbox full': 'the sandbox reached `disk_mb` or `memory_mb` again after the agent was warned',
  'harness crash': 'the agent’s program ended unexpectedly',
  hang: 'the agent’s program printed nothing for too long, or the attempt exceeded its time limit',
  'turn limit': 'the model used more turns than `max_turns`, or its context or one answer is full',
  'too long': 'the first prompt is longer than the model accepts',
  refusal: 'the model refuses this ticket, or its service rejects the request as invalid',
  budget: 'the attempt, or all attempts at its ticket, exceeded the budget',
  'swarm budget': 'all agents together exceeded the daily or total budget',
  'usage limit': 'the account reached its usage limit: all agents wait for the reset',
  overloaded: 'the model’s service is overloaded or unreachable',
  'login expired': 'the model’s service rejects the key',
  'no sandbox':
    'no sandbox can be created: the engine is down, full or gone; a second failure in a row asks a person',
  infrastructure: 'this machine failed: disk, network, git, a program that is not installed',
}

const yes = (value: boolean) => (value ? 'yes' : '-')
const seconds = (value: number) => (value > 0 ? `${value} s` : '-')
const waits = (pause: Failure['pause']) =>
  typeof pause === 'number' ? `${pause} s, doubled` : (pause ?? '-')
const person = ({ person, asks }: Failure) => (person ? 'yes' : asks ? 'once' : '-')
const goesOn = ({ goOn, pause }: Failure) =>
  pause === 'until the reset'
    ? `within ${LONGEST_LIMIT_WAIT / 3_600_000} h`
    : goOn > 1
      ? `${goOn} times`
      : goOn === 1
        ? 'once'
        : '-'

export const HEADINGS = [
  'counts against the ticket',
  'resumes its session',
  'backs off',
  'to the front',
  'all agents wait',
  'asks a person',
]

export const failureRows = (): [SendBackReason, ...string[]][] =>
  Object.entries(FAILURES).map(([reason, failure]) => [
    reason as SendBackReason,
    yes(failure.charged),
    goesOn(failure),
    seconds(failure.backoff),
    yes(failure.front),
    waits(failure.pause),
    person(failure),
  ])
