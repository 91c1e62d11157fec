/** Command `swarm check`: runs the gate once on the tip of main, and prints its verdict. */
import { type Call, type Command, projectOf } from './command.ts'
import { doubtsAbout, doubtsByName } from './gate-doubts.ts'
import type { Project } from './host/host.ts'
import type { Verdict } from './host/landed.ts'
import { duration, oneLine, print, short, styled } from './screen.ts'

export const check: Command = {
  name: 'check',
  summary: 'Run verify.sh once on the tip of main, and report problems with it',
  more: ['It runs as for every change: in a fresh checkout, in a sandbox. Exit code: 0 green, 1 otherwise.'],
  examples: ['swarm check'],
  async run(call) {
    const checked = await checkGate(call, projectOf(call))
    if (checked === null) return 130
    print(call, json(checked), () => printed(call, checked))
    return checked.verdict === 'green' ? 0 : 1
  },
}

/** Result of the gate on one commit. */
export interface Checked {
  commit: string
  verdict: Verdict
  output: string
  durationMs: number
  doubts: string[]
}

/** Runs the gate on the tip of main; null when it was interrupted. A missing gate could not run. */
export async function checkGate({ host, isJson }: Call, project: Project): Promise<Checked | null> {
  const tip = (await project.landed()).at(-1)!
  const gate = await project.gate()
  if (!isJson && host.isTty) host.write(styled(host, 'dim', `Running verify.sh on ${short(tip.commit)} …\n`))
  const verifier = await project.verifier(null)
  try {
    const run = await verifier.verify(tip.commit, host.signal)
    if (host.signal.aborted) return null
    return {
      commit: tip.commit,
      ...run,
      doubts: gate === null ? [] : [...doubtsAbout(gate.text), ...doubtsByName(gate.byName)],
    }
  } catch (error) {
    if (host.signal.aborted) return null
    throw error
  } finally {
    await verifier.close()
  }
}

/** Converts a result to JSON. */
export const json = ({ commit, verdict, output, durationMs, doubts }: Checked) => ({
  commit,
  verdict,
  output,
  duration_ms: durationMs,
  doubts,
})

const LAST_LINES = 12

/** Formats the verdict, its meaning, and suspicious points. */
export function printed({ host }: Call, { verdict, output, durationMs, doubts }: Checked): string {
  const style = verdict === 'green' ? 'green' : 'red'
  const lines = output
    .trimEnd()
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => styled(host, 'dim', `  | ${oneLine(line)}`))
  return [
    `The gate ${verdict === 'could not run' ? '' : 'is '}${styled(host, style, verdict)} on main (${duration(durationMs)}).`,
    ...(verdict === 'green' ? [] : [...lines, MEANS[verdict]]),
    ...doubts.map((doubt) => styled(host, 'yellow', doubt)),
  ].join('\n')
}

const MEANS: Record<Exclude<Verdict, 'green'>, string> = {
  red:
    'Every change will be red until that is fixed. Fix it or verify.sh, commit, and run swarm init . again ' +
    '(while nothing has landed), or make it the first ticket.',
  'could not run':
    'Nothing can land until the gate runs. Install what is missing in the sandbox, or fix verify.sh, commit, and run ' +
    'swarm init . again.',
}
