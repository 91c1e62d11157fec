/** Command `swarm audit`: every commit that landed, with the receipt that let it land. */
import { type Call, type Command, projectOf } from './command.ts'
import type { History, Landed, Verdict } from './host/landed.ts'
import { columns, counted, duration, oneLine, print, short, styled } from './screen.ts'

export const audit: Command = {
  name: 'audit',
  summary: 'Show each landed commit and its receipt; --rerun verifies each again',
  flags: [
    {
      name: 'rerun',
      help: 'run verify.sh on each commit in a fresh checkout; exit 1 unless all are green',
    },
  ],
  more: [
    'A receipt names the exact tree that passed verify.sh. The first commit, which existed before the swarm, has none.',
    'Each landing is also compared with the saved work of its attempt, while that exists; exit 1 if it changes more.',
    '--rerun uses the kind of sandbox that the receipts name, if this machine has it, and says so otherwise. The results',
    'are saved in .swarm/audit.log and shown by later audits.',
  ],
  examples: ['swarm audit', 'swarm audit --rerun'],
  async run(call) {
    const project = projectOf(call)
    const landed = await project.landed()
    return call.flags.rerun ? rerun(call, project, landed) : show(call, landed)
  },
}

function show(call: Call, landed: Landed[]): number {
  const unproven = landed.filter((each) => !isProven(each))
  const whose = whoseChanges(landed)
  const json = {
    commits: landed.map(printed),
    all_green: unproven.length === 0,
    all_own: whose.astray.length === 0,
    compared: whose.compared,
    not_comparable: whose.unknown,
  }
  print(call, json, () => {
    const rows = landed.map((each) => [
      short(each.commit),
      verdict(call, each),
      oneLine(each.subject, 70),
      again(call, each),
    ])
    const sum =
      unproven.length === 0
        ? `${counted(landed.filter(({ isStart }) => !isStart).length, 'landed commit')}, each with a green receipt for its exact tree.`
        : `${counted(unproven.length, 'commit')} ${unproven.length === 1 ? 'has' : 'have'} no green receipt.`
    return [columns(rows), '', ...whose.astray.map(stray), sum, ...sentences(whose)].join('\n')
  })
  return unproven.length + whose.astray.length === 0 ? 0 : 1
}

/**
 * Compares commits that name a ticket with their attempts: the number that can be compared, and those that change more.
 */
function whoseChanges(landed: Landed[]) {
  const ours = landed.filter(({ isStart, ticket }) => !isStart && ticket !== null)
  const unknown = ours.filter(({ strays }) => strays === null).length
  const astray = ours.filter(({ strays }) => strays !== null && strays.length > 0)
  return { compared: ours.length - unknown, unknown, astray }
}

function sentences({ compared, unknown, astray }: ReturnType<typeof whoseChanges>): string[] {
  const said: string[] = []
  const [ofOne, ofAll] = ['its attempt', 'their attempts']
  if (astray.length > 0)
    said.push(
      `${astray.length} of ${counted(compared, 'compared landing')} changed more than the attempt did.`,
    )
  else if (compared > 0)
    said.push(
      `${counted(compared, 'landing')} compared with the work of ${compared === 1 ? ofOne : ofAll}: nothing else changed.`,
    )
  if (unknown > 0)
    said.push(
      `${counted(unknown, 'landing')} cannot be compared: the work of ${unknown === 1 ? ofOne : ofAll} is no longer saved.`,
    )
  return said
}

const MOST_PATHS = 10

function stray({ commit, ticket, strays }: Landed): string {
  const paths = (strays ?? []).slice(0, MOST_PATHS).map((path) => oneLine(path))
  const more = (strays ?? []).length - paths.length
  const list = paths.join(', ') + (more > 0 ? ` and ${more} more` : '')
  return `${short(commit)} (#${ticket}) changes what its attempt did not: ${list}`
}

const isProven = ({ isStart, receipt }: Landed) => isStart || receipt?.verdict === 'green'

function verdict({ host }: Call, { isStart, receipt }: Landed): string {
  if (isStart) return styled(host, 'dim', 'before swarm')
  if (receipt === null) return styled(host, 'red', 'no receipt')
  const { length } = receipt.doubts
  const marks = [...(receipt.flaky ? ['flaky'] : []), ...(length > 0 ? [counted(length, 'doubt')] : [])]
  const printed = `${receipt.verdict}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
  const took = `${printed} in ${duration(receipt.durationMs)}`
  return styled(host, receipt.verdict === 'green' ? 'green' : 'red', took)
}

/** Note of a later run that was not green: receipts are what counts. */
function again({ host }: Call, { rerun }: Landed): string {
  if (rerun === null || rerun.verdict === 'green') return ''
  const day = new Date(rerun.at).toISOString().slice(0, 10)
  return styled(host, 'red', `${rerun.verdict} again on ${day} (${oneLine(rerun.sandbox)})`)
}

interface Rerun {
  commit: string
  sandbox: string
  /** Sandbox of its receipt; null without one. */
  receipt_sandbox: string | null
  verdict: Verdict
  duration_ms: number
  output: string
}

async function rerun(call: Call, project: History, landed: Landed[]): Promise<number> {
  const { host, isJson } = call
  const like = landed.findLast(({ receipt }) => receipt !== null)?.receipt?.sandbox ?? null
  const verifier = await project.verifier({ like })
  const runs: Rerun[] = []
  const proper = landed.filter(({ isStart }) => !isStart)
  try {
    for (const [at, { commit, subject, receipt }] of proper.entries()) {
      if (host.signal.aborted) break
      if (!isJson && host.isTty) host.write(`${at + 1}/${proper.length} ${short(commit)} …\r`)
      const { verdict, output, durationMs } = await verifier.verify(commit, host.signal)
      if (host.signal.aborted) break
      const receipt_sandbox = receipt?.sandbox ?? null
      runs.push({
        commit,
        sandbox: verifier.sandbox,
        receipt_sandbox,
        verdict,
        output,
        duration_ms: durationMs,
      })
      if (isJson) continue
      const style = verdict === 'green' ? 'green' : 'red'
      const words = styled(host, style, `${verdict} in ${duration(durationMs)}`)
      host.write(`${at + 1}/${proper.length} ${short(commit)} ${words}  ${oneLine(subject, 60)}\n`)
      if (verdict !== 'green') host.write(indented(output))
    }
  } finally {
    await verifier.close()
  }
  if (runs.length < proper.length) return 130
  const bad = runs.filter(({ verdict }) => verdict !== 'green').length
  print(call, { commits: runs, all_green: bad === 0 }, () =>
    [
      bad === 0
        ? `${counted(runs.length, 'landed commit')} verified again, all green.`
        : `${counted(bad, 'commit')} of ${runs.length} not green.`,
      ...elsewhere(runs),
    ].join('\n'),
  )
  return bad === 0 ? 0 : 1
}

/** Note that a gate ran in another kind of sandbox, and may see another machine there. */
function elsewhere(runs: Rerun[]): string[] {
  const others = runs.filter((run) => run.receipt_sandbox !== null && run.receipt_sandbox !== run.sandbox)
  if (others.length === 0) return []
  const kinds = [...new Set(others.map((run) => oneLine(run.receipt_sandbox ?? '')))].join(', ')
  return [
    `The sandbox differs: here ${oneLine(others[0]!.sandbox)}, in ${counted(others.length, 'receipt')} ${kinds}. This may explain differences.`,
  ]
}

const LAST_LINES = 15

const indented = (output: string) =>
  output
    .trimEnd()
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => `    | ${oneLine(line)}\n`)
    .join('')

const printed = ({ isStart, receipt, ...landed }: Landed) => ({
  ...landed,
  before_swarm: isStart,
  receipt: receipt && { ...receipt, durationMs: undefined, duration_ms: receipt.durationMs },
})
