/** `swarm init`: tells what it would do, asks, and does it. */

import { Refused } from '../../ticket/refused.ts'
import { Misuse } from '../misuse.ts'
import { checkGate, printed as gateTold } from './check.ts'
import type { Call, Command } from './command.ts'
import type { InitPlan, Interviewer } from './host/setup.ts'
import { fileTickets, hold, said } from './interview.ts'
import type { Approved } from './review.ts'
import { counted, few, oneLine, print, short, styled } from './screen.ts'

export const init: Command = {
  name: 'init',
  summary: 'Set up a project for the swarm; existing files stay unchanged',
  args: [{ name: 'DIR', help: 'the folder of the project, such as .' }],
  flags: [
    { name: 'yes', short: 'y', help: 'do not ask' },
    { name: 'no-interview', help: 'do not offer the interview' },
  ],
  more: [
    "It creates .swarm/, which git ignores, and copies the default branch into the swarm's own repository. With your",
    'consent it adds a missing verify.sh and PROJECT.md in one commit on that branch. Or Claude Code first interviews',
    'you about the project and writes both with the first tickets (later: swarm interview).',
    'When run again, it restores missing parts and, while nothing has landed, starts from your newer commits.',
  ],
  examples: ['swarm init .', 'swarm init . --yes', 'swarm init ~/projects/shop --no-interview'],
  async run(call) {
    const { host } = call
    if (call.args.DIR === '') throw new Misuse('DIR cannot be empty.')
    const begun = await begin(call, call.args.DIR!)
    const { plan, approved } = begun
    const project = host.project(plan.root)!
    const checked = begun.isNew && host.isTty && !call.isJson ? await checkGate(call, project) : null
    print(call, printed(plan, begun.outcome), () =>
      [
        outcomeOf(begun),
        ...(approved ? [said(approved, false)] : []),
        ...(checked ? [gateTold(call, checked)] : []),
        ...(begun.isNew ? [next(begun)] : []),
      ].join('\n'),
    )
    return 0
  },
}

/** Result of `swarm init`. */
export interface Begun {
  plan: InitPlan
  outcome: 'already initialised' | 'mended' | 'initialised'
  isNew: boolean
  /** Approved results of an interview; null when none was held. */
  approved: Approved | null
  /** Reason why none could be held; null when it could. */
  noInterview: string | null
}

/** Makes the folder a project of the swarm, where it is not one yet, with the person's consent. */
export async function begin(call: Call, folder: string): Promise<Begun> {
  const { host } = call
  const { plan, interviewer, carryOut } = await host.planInit(folder)
  const { missing, ahead } = plan.initialised ?? { missing: null, ahead: 0 }
  const begun = { plan, isNew: false, approved: null, noInterview: interviewer.missing }
  if (missing?.length === 0 && ahead === 0) return { ...begun, outcome: 'already initialised' }
  if (!call.isJson) host.write(`${description(call, plan)}\n`)
  const approved = await agreement(call, plan, interviewer)
  await carryOut(approved?.files ?? [])
  if (approved) await fileTickets(host.project(plan.root)!, approved.tickets)
  return { ...begun, isNew: missing === null, approved, outcome: missing ? 'mended' : 'initialised' }
}

function outcomeOf({ plan: { root, initialised }, outcome }: Begun): string {
  if (outcome === 'already initialised')
    return `${root} is already initialised, and nothing is missing. Next: swarm start.`
  if (outcome === 'initialised') return `${oneLine(root)} is ready.`
  const { missing, ahead } = initialised!
  return [
    ...(missing.length > 0 ? [`Restored: ${missing.join(', ')}.`] : []),
    ...(ahead > 0 ? [`The swarm now starts from your newer ${ahead === 1 ? 'commit' : 'commits'}.`] : []),
  ].join('\n')
}

/**
 * Asks for consent: gives the results of an interview, or null for the plan as it is. Throws Refused when the person
 * wants neither.
 */
async function agreement(call: Call, plan: InitPlan, interviewer: Interviewer): Promise<Approved | null> {
  const { host, flags, isJson } = call
  if (flags.yes || !changes(plan)) return null
  if (isJson || !host.canAsk)
    throw new Refused(
      `Nothing was changed: ${intent(plan)} needs your confirmation. Run it again with --yes.`,
    )
  const canInterview = plan.initialised === null && interviewer.missing === null && !flags['no-interview']
  if (!canInterview) {
    if (await host.confirm('Continue?')) return null
    throw nothingChanged()
  }
  const choice = await host.choose('How do you want to start?', [
    {
      key: 'i',
      label: 'Interview first: Claude Code writes PROJECT.md, verify.sh and the first tickets with you',
    },
    { key: 'y', label: 'As shown above' },
    { key: 'n', label: 'Cancel; nothing is changed' },
  ])
  if (choice === 'i') return hold(call, interviewer, `swarm init ${call.args.DIR ?? '.'}`)
  if (choice !== 'y') throw nothingChanged()
  return null
}

const nothingChanged = () =>
  new Refused(
    'Nothing was changed. You can also write and commit your own verify.sh and PROJECT.md, and run swarm init again.',
  )

/** True for a plan that needs consent. A complete project only gets `.swarm/`, which needs none. */
const changes = (plan: InitPlan) =>
  plan.adds.length > 0 || plan.firstCommit !== null || plan.initialised !== null

function intent({ adds, branch, firstCommit, initialised }: InitPlan): string {
  if (initialised)
    return initialised.missing.length > 0
      ? `making ${initialised.missing.join(', ')} anew`
      : `beginning at ${counted(initialised.ahead, 'newer commit')}`
  const names = adds.map(({ path }) => path).join(' and ')
  return firstCommit
    ? `committing ${counted(firstCommit, 'file')} on ${branch}`
    : `committing ${names} on ${branch}`
}

function description({ host }: Call, plan: InitPlan): string {
  const { root, branch, commit, subject, notTaken, leftOut, firstCommit, initialised, stacks, adds } = plan
  if (initialised && initialised.missing.length > 0)
    return `${root} is already initialised, but parts are missing: ${initialised.missing.join(', ')}.`
  if (initialised)
    return (
      `${root} is already initialised. ${branch} has ${counted(initialised.ahead, 'newer commit')} of yours, and ` +
      'nothing has landed yet, so the swarm can start there.'
    )
  const lines = [styled(host, 'bold', oneLine(root))]
  if (plan.isNewRepository) lines.push(`Creates a git repository there, with the branch ${branch}.`)
  if (commit !== null) lines.push(`Taken: branch ${branch} at ${short(commit)} ${oneLine(subject ?? '', 60)}`)
  if (firstCommit) lines.push(`Includes: ${counted(firstCommit, 'file')}, in a first commit on ${branch}`)
  if (leftOut.length > 0) lines.push(`Excluded from that commit: ${few(leftOut)}`)
  if (notTaken.length > 0)
    lines.push(`Not included, because not committed: ${few(notTaken)}. Agents see only commits.`)
  lines.push(`Found: ${stacks.length > 0 ? stacks.join(', ') : 'no known build or tests'}`)
  if (adds.length > 0) lines.push('', firstCommit ? 'Added to it:' : `Added in one commit on ${branch}:`)
  for (const { path, theirs } of adds)
    lines.push(`  ${path.padEnd(10)}  ${theirs ? 'the file in your folder' : PURPOSE[path]}`)
  const gate = adds.find(({ path, theirs }) => path === 'verify.sh' && !theirs)
  if (gate)
    lines.push(
      '',
      ...gate.text
        .trimEnd()
        .split('\n')
        .map((line) => styled(host, 'dim', `  | ${line}`)),
      '',
    )
  return [...lines, ...plan.notes.map((note) => styled(host, 'yellow', note))].join('\n')
}

const PURPOSE: Record<string, string> = {
  'verify.sh': 'the check that every change must pass before it lands',
  'PROJECT.md': 'notes for agents; fill it in',
}

const next = ({ approved, noInterview }: Begun) =>
  [
    'Next:',
    ...(approved && approved.tickets.length > 0
      ? []
      : ["  ticket create 'What you want' --description 'More about it'"]),
    '  swarm start',
    ...(approved
      ? []
      : [
          noInterview === null
            ? '  swarm interview    at any time: Claude Code interviews you and writes PROJECT.md, verify.sh and tickets'
            : `An interview can write both files with you: swarm interview. First: ${noInterview}`,
        ]),
  ].join('\n')

const printed = (plan: InitPlan, outcome: string) => ({
  outcome,
  root: plan.root,
  branch: plan.branch,
  commit: plan.commit,
  stacks: plan.stacks,
  added: plan.adds.map(({ path }) => path),
  first_commit: plan.firstCommit,
  left_out: plan.leftOut,
  not_taken: plan.notTaken,
  missing: plan.initialised?.missing ?? [],
  ahead: plan.initialised?.ahead ?? 0,
  notes: plan.notes,
})
