/** `swarm audit`: every commit that landed, with the receipt that let it land. */
import { type Call, type Command, projectOf } from './command.ts'
import type { Landed, Project, Verdict } from './host.ts'
import { columns, counted, duration, oneLine, short, styled, tell } from './screen.ts'

export const audit: Command = {
  name: 'audit',
  summary: 'Show every commit that landed with its receipt; --rerun verifies each again',
  flags: [
    {
      name: 'rerun',
      help: 'run verify.sh on each commit, from a fresh checkout; exit 1 when one is not green',
    },
  ],
  more: [
    'A receipt names the exact tree that passed verify.sh. The commit that the swarm began at has none.',
    'Each commit is also compared with what its attempt made: a landing changes nothing else.',
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
  const straying = landed.filter(({ strays }) => (strays ?? []).length > 0)
  const json = {
    commits: landed.map(told),
    all_green: unproven.length === 0,
    all_own: straying.length === 0,
  }
  tell(call, json, () => {
    const rows = landed.map((each) => [short(each.commit), verdict(call, each), oneLine(each.subject, 70)])
    const sum =
      unproven.length === 0
        ? `${counted(landed.filter(({ isStart }) => !isStart).length, 'landed commit')}, each with a green receipt for its exact tree.`
        : `${counted(unproven.length, 'commit')} ${unproven.length === 1 ? 'has' : 'have'} no green receipt.`
    return [columns(rows), '', ...straying.map(stray), sum].join('\n')
  })
  return unproven.length + straying.length === 0 ? 0 : 1
}

const stray = ({ commit, strays }: Landed) =>
  `${short(commit)} changes what its attempt did not: ${(strays ?? []).map((path) => oneLine(path)).join(', ')}`

const isProven = ({ isStart, receipt }: Landed) => isStart || receipt?.verdict === 'green'

function verdict({ host }: Call, { isStart, receipt }: Landed): string {
  if (isStart) return styled(host, 'dim', 'before swarm')
  if (receipt === null) return styled(host, 'red', 'no receipt')
  const { length } = receipt.doubts
  const marks = [...(receipt.flaky ? ['flaky'] : []), ...(length > 0 ? [counted(length, 'doubt')] : [])]
  const told = `${receipt.verdict}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
  const took = `${told} in ${duration(receipt.durationMs)}`
  return styled(host, receipt.verdict === 'green' ? 'green' : 'red', took)
}

interface Rerun {
  commit: string
  verdict: Verdict
  duration_ms: number
  output: string
}

async function rerun(call: Call, project: Project, landed: Landed[]): Promise<number> {
  const { host, isJson } = call
  const verifier = await project.verifier()
  const runs: Rerun[] = []
  const proper = landed.filter(({ isStart }) => !isStart)
  try {
    for (const [at, { commit, subject }] of proper.entries()) {
      if (host.signal.aborted) break
      if (!isJson && host.isTty) host.write(`${at + 1}/${proper.length} ${short(commit)} …\r`)
      const { verdict, output, durationMs } = await verifier.verify(commit, host.signal)
      if (host.signal.aborted) break
      runs.push({ commit, verdict, output, duration_ms: durationMs })
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
  tell(call, { commits: runs, all_green: bad === 0 }, () =>
    bad === 0
      ? `${counted(runs.length, 'landed commit')} verified again, all green.`
      : `${counted(bad, 'commit')} of ${runs.length} not green.`,
  )
  return bad === 0 ? 0 : 1
}

const LAST_LINES = 15

const indented = (output: string) =>
  output
    .trimEnd()
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => `    | ${oneLine(line)}\n`)
    .join('')

const told = ({ isStart, receipt, ...landed }: Landed) => ({
  ...landed,
  before_swarm: isStart,
  receipt: receipt && { ...receipt, durationMs: undefined, duration_ms: receipt.durationMs },
})
