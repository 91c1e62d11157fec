/** Why attempts fail, and what follows, as rows that people can read. */
import { LONGEST_LIMIT_WAIT } from '../../src/life/attempt/wait-for-limit.ts'
import type { SendBackReason } from '../../src/ticket/events.ts'
import { FAILURES, type Failure } from '../../src/ticket/failures.ts'

/** What each class is. A class that is missing here does not compile. */
export const MEANS: Record<SendBackReason, string> = {
  'gate red': 'the gate fails on the change, as it is or on the newest `main`',
  conflict: 'git cannot merge the change with `main`, and the agent could not either',
  rejected: 'a person rejected a change to protected paths',
  'pre-existing': 'the change is red on what `main` itself is red on, and on nothing else',
  'did nothing': 'the agent ended without a change, and did not say why none was needed when it was asked',
  'sandbox full':
    'the sandbox held as much as `disk_mb` or `memory_mb` allows, also after the agent was told',
  'harness crash': 'the agent’s program ended in a way of its own',
  hang: 'the agent’s program fell silent, or took longer than an attempt may',
  'turn limit': 'the model took more turns than `max_turns`, or its context or one answer is full',
  'too long': 'what the agent is told at first is more than the model takes',
  refusal: 'the model refuses what this ticket asks, or its service takes the request for a mistake',
  budget: 'the attempt, or all at its ticket, cost more than they may',
  'swarm budget': 'all agents together cost more than they may, in a day or in all',
  'usage limit': 'the account is used up: everybody waits until it is not',
  overloaded: 'the model’s service has too much to do, or cannot be reached',
  'login expired': 'the model’s service does not accept the key',
  'no sandbox':
    'no sandbox can be made: the engine is down, full or gone; one more try comes before the question',
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
  'goes on in its session',
  'backs off',
  'to the front',
  'everybody waits',
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
