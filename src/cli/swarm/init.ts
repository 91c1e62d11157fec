/** `swarm init`: tells what it would do, asks, and does it. */
import { type Call, type Command, Misuse } from './command.ts'
import type { InitPlan } from './host.ts'
import { Refused } from './refused.ts'
import { counted, few, oneLine, short, styled, tell } from './screen.ts'

export const init: Command = {
  name: 'init',
  summary: 'Make a project the swarm can work on; nothing that is there is changed',
  args: [{ name: 'DIR', help: 'the folder of the project, such as .' }],
  flags: [{ name: 'yes', short: 'y', help: 'do not ask' }],
  more: [
    'It makes .swarm/, which git ignores, and copies the default branch into a repository of the swarm. A verify.sh and',
    'a PROJECT.md that are missing are added in one commit on that branch, once you agree.',
  ],
  async run(call) {
    const { host } = call
    if (call.args.DIR === '') throw new Misuse('DIR cannot be empty.')
    const { plan, carryOut } = await host.planInit(call.args.DIR!)
    const { missing } = plan.initialised ?? { missing: null }
    if (missing?.length === 0) {
      tell(
        call,
        told(plan, 'already initialised'),
        () => `${plan.root} is already initialised, and nothing is missing. Next: swarm start.`,
      )
      return 0
    }
    if (!call.isJson) host.write(`${description(call, plan)}\n`)
    await agreement(call, plan)
    await carryOut()
    tell(call, told(plan, missing ? 'mended' : 'initialised'), () =>
      missing ? `Made anew: ${missing.join(', ')}.` : done(plan),
    )
    return 0
  },
}

async function agreement({ host, flags, isJson }: Call, plan: InitPlan): Promise<void> {
  if (flags.yes || !changes(plan)) return
  if (isJson || !host.canAsk)
    throw new Refused(`Nothing was changed: ${intent(plan)} needs your yes. Run it again with --yes.`)
  if (await host.confirm(`Go on?`)) return
  throw new Refused(
    'Nothing was changed. You can also write and commit your own verify.sh and PROJECT.md, and run swarm init again.',
  )
}

/** A project that has everything gets `.swarm/` and nothing else, which needs no question. */
const changes = (plan: InitPlan) =>
  plan.adds.length > 0 || plan.firstCommit !== null || plan.initialised !== null

function intent({ adds, branch, firstCommit, initialised }: InitPlan): string {
  if (initialised) return `making ${initialised.missing.join(', ')} anew`
  const names = adds.map(({ path }) => path).join(' and ')
  return firstCommit
    ? `committing ${counted(firstCommit, 'file')} on ${branch}`
    : `committing ${names} on ${branch}`
}

function description({ host }: Call, plan: InitPlan): string {
  const { root, branch, commit, subject, notTaken, leftOut, firstCommit, initialised, stacks, adds } = plan
  if (initialised)
    return `${root} is already initialised, but this is missing: ${initialised.missing.join(', ')}.`
  const lines = [styled(host, 'bold', oneLine(root))]
  if (plan.isNewRepository) lines.push(`A git repository is made there, with the branch ${branch}.`)
  if (commit !== null) lines.push(`Taken: branch ${branch} at ${short(commit)} ${oneLine(subject ?? '', 60)}`)
  if (firstCommit) lines.push(`Taken: ${counted(firstCommit, 'file')}, in a first commit on ${branch}`)
  if (leftOut.length > 0) lines.push(`Left out of that commit: ${few(leftOut)}`)
  if (notTaken.length > 0)
    lines.push(`Not taken, because not committed: ${few(notTaken)}. Agents see what is committed.`)
  lines.push(`Found: ${stacks.length > 0 ? stacks.join(', ') : 'no build or tests that swarm knows of'}`)
  if (adds.length > 0) lines.push('', firstCommit ? 'Added to it:' : `Added in one commit on ${branch}:`)
  for (const { path, theirs } of adds)
    lines.push(`  ${path.padEnd(10)}  ${theirs ? 'as it is in the folder' : PURPOSE[path]}`)
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
  'verify.sh': 'what every change must pass before it lands',
  'PROJECT.md': 'what agents should know; fill it in',
}

const done = ({ root }: InitPlan) =>
  [
    `${oneLine(root)} is ready. Next:`,
    "  ticket create 'What you want' --description 'More about it'",
    '  swarm start',
  ].join('\n')

const told = (plan: InitPlan, outcome: string) => ({
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
  notes: plan.notes,
})
