/**
 * What could happen to somebody who used the original swarm, and which tests show that it cannot happen here. Files are
 * named from `tests/`, tests by their titles.
 */
export interface Defect {
  /** L: work was lost; D: done twice, or by nobody; M: `main` was red. */
  id: string
  saw: string
  tests: [file: string, ...titles: string[]][]
}

const defect = (id: string, saw: string, ...tests: Defect['tests']): Defect => ({ id, saw, tests })

export const DEFECTS: Defect[] = [
  defect(
    'L1',
    'every ticket of a project on master is "done", and nothing ever lands',
    ['story/landing.test.ts', 'lands on a project whose default branch is master'],
    ['story/init.test.ts', 'keeps the branch called master'],
  ),
  defect(
    'L2',
    'a merge that fails for want of disk counts as resolved: the ticket is done, its work nowhere',
    ['story/original/lost.test.ts', 'lands the work later when the disk was full in the middle of a merge'],
  ),
  defect('L3', 'a busy database at the wrong moment, and the finished work is wiped', [
    'story/original/lost.test.ts',
    'goes on with finished work though the database was busy at the moment it was to be noted',
  ]),
  defect('L4', 'an agent that crashes does the same ticket from nothing, again and again, for ever', [
    'story/original/lost.test.ts',
    'tries an agent whose program keeps crashing three times, with time between, and then asks a person',
  ]),
  defect('L5', 'with a dead key, every ticket is "done" overnight without a single change', [
    'story/failing.test.ts',
    'never takes "the agent changed nothing" for done',
  ]),
  defect(
    'L6',
    'an agent that was killed in a merge never starts again',
    ['story/original/lost.test.ts', 'goes on with a ticket whose agent was killed in the middle of a merge'],
    ['story/settling.test.ts', 'goes on after git was killed in the middle of a landing and left its lock'],
  ),
  defect('L7', 'work that did not pass verify.sh in the end is thrown away', [
    'story/landing.test.ts',
    'hands the work of a failed attempt to the next one',
  ]),
  defect(
    'L8',
    'whoever ends the interview early is told to rm -rf their project',
    [
      'e2e/interview.test.ts',
      'leaves the project as it was when the person ends it early, and says how to go on',
    ],
    ['story/init-refused.test.ts', 'when it is interrupted'],
  ),
  defect('L9', 'a kill during migrate, and there is no table of tickets any more', [
    'contracts/store-upgrade.test.ts',
    'can be run again after it was killed',
    'finds the tickets again that a killed upgrade of the original had set aside',
  ]),
  defect('L10', 'looking at the dashboard too early makes a database that can never be migrated', [
    'story/original/lost.test.ts',
    'makes no half database when somebody looks before there is one',
  ]),
  defect('D1', 'stopping an idle agent takes the ticket out of the hands of another', [
    'ticket/rules.test.ts',
    'does not let a late attempt give back what another one holds',
  ]),
  defect(
    'D2',
    'an agent that is long out of it completes, blocks or gives back what others work on',
    [
      'story/leases.test.ts',
      'lets an agent that was paused and woke up file nothing, say nothing and submit nothing',
    ],
    ['contracts/ticket-cli-agents.test.ts', 'leaves the tickets of others alone: %s'],
  ),
  defect('D3', 'starting twice gives every ticket to two agents', [
    'e2e/server.test.ts',
    'lets exactly one of several starts at the same moment run',
  ]),
  defect(
    'D4',
    'a crash right after the push, and the ticket is done and landed twice',
    ['story/landing.test.ts', 'lands once when it dies between moving main and writing that down'],
    ['e2e/server.test.ts', 'loses nothing when it is killed: the next start lands the ticket, once'],
  ),
  defect(
    'D5',
    'a stop never reaches the agent: it is killed, and its ticket stays in progress for ever',
    ['story/failing.test.ts', 'hands every ticket back when it is stopped, with the work so far'],
    ['e2e/server.test.ts', 'hands the ticket back when it is stopped, and goes on with it at the next start'],
  ),
  defect(
    'D6',
    'an agent whose tests take long is taken for dead and shot',
    ['story/leases.test.ts', 'keeps the lease of an agent that works for hours, whatever the clock says'],
    ['contracts/harness.ts', 'does not take a running tool for a hang'],
  ),
  defect('D7', 'the tickets of a container that died are stuck until somebody starts the swarm again', [
    'story/leases.test.ts',
    'has a dead agent’s ticket back on the ready list within 75 seconds',
  ]),
  defect('D8', 'tickets that wait for each other are taken without a word, and never done', [
    'story/original/twice.test.ts',
    'refuses tickets that would wait for each other or for themselves',
  ]),
  defect('D9', 'one ticket that cannot be done keeps all the others from being done', [
    'story/failing.test.ts',
    'asks a person after three failed attempts, and never starves the tickets behind',
  ]),
  defect('D10', 'six idle agents, six times the same proposal', [
    'story/original/twice.test.ts',
    'lets six agents without anything to do file nothing',
  ]),
  defect(
    'D11',
    'scaling restarts every agent, without a key',
    ['story/original/twice.test.ts', 'leaves the agents at work alone when the swarm grows and shrinks'],
    ['e2e/server-work.test.ts', 'grows and shrinks while it runs, and remembers'],
  ),
  defect('D12', 'an agent asks, does not wait for the answer, and never hears of it', [
    'story/failing.test.ts',
    'asks a person and goes on with the answer',
  ]),
  defect('M1', 'two changes, each green by itself, and main is red', [
    'story/landing.test.ts',
    'does not land two green changes that are red together',
    'sends work back from the merge queue when main has moved under it',
  ]),
  defect('M2', 'an agent that commits by itself is not verified at all', [
    'story/landing.test.ts',
    'verifies an agent that commits by itself like any other',
  ]),
  defect('M3', 'conflict markers on main', [
    'story/landing.test.ts',
    'refuses a conflict that is "resolved" with its markers left in',
  ]),
  defect('M4', 'green at the agent’s, red in a fresh clone', [
    'story/landing.test.ts',
    'is not fooled by an ignored leftover that makes the gate pass in the agent’s own checkout',
  ]),
  defect('M5', 'an agent makes verify.sh not executable, and everything lands', [
    'story/landing.test.ts',
    'holds a change that %s',
    'verifies a change of the gate by the gate of main until then: what it switches off stays red',
  ]),
  defect('M6', 'branches that an agent had given up are merged with the rest', [
    'story/original/red.test.ts',
    'lands what is in the checkout, and no other branch that the agent has left behind',
  ]),
  defect(
    'M7',
    'a verify.sh that hangs holds the agent for ever, and a heading underlined with = counts as a conflict',
    ['story/failing.test.ts', 'ends a gate that takes too long and counts it as red'],
    ['story/landing.test.ts', 'takes a heading underlined with = for what it is'],
    [
      'story/original/red.test.ts',
      'finds conflict markers in a file whose name has spaces, and names it whole',
    ],
  ),
]
