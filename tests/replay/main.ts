/** `npm run replay`: real commits of any repository, landed once more by agents, and whether the same tree comes of it. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { oneOf, refuse, whenCalledOff, wholeNumber } from '../../demo/flags.ts'
import { removeImages } from '../../demo/images.ts'
import { stopServers } from '../chaos/server.ts'
import { NoHistory } from './history.ts'
import { NoGate } from './project.ts'
import { RECORDED_COUNT, RECORDED_GATE, record } from './recorded.ts'
import { type Replayed, replay } from './replay.ts'

const HELP = `npm run replay -- REPOSITORY --verify COMMAND [--commits 80] [--to HEAD] [--agents 3] [--upstream]
npm run replay -- --recorded

Turns consecutive commits of a git repository into tickets, lets scripted agents land them by a real server, and compares
the tree that comes of it with the one that the history has. Merges are taken as their change against the first parent. A
commit waits for the earlier ones whose lines it changes or shows. Nothing is written to the repository. Exit 1 when not
every commit is done, the trees differ, or a commit of main has no green receipt.

  --verify    the command that must pass, run by sh in the root of the tree; left out, the repository's own verify.sh
  --commits   how many, counted back from --to (80)
  --to        the last commit (HEAD)
  --agents    how many work at once (3)
  --sandbox   where agents and gates run: process, docker or bubblewrap (process)
  --upstream  run the gate on each commit of the history as well, on this machine and outside of any sandbox. A commit
              that is red there becomes one ticket with those after it, up to the one that is green again
  --patience  seconds without anything done, after which it gives up (1800)
  --format    text, or json: the result as one line (text)
  --recorded  replay a small history that comes with swarm, with --upstream
  --keep      leave the project there for a look`

const { values: asked, positionals } = parsed()

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        verify: { type: 'string' },
        commits: { type: 'string', default: '80' },
        to: { type: 'string', default: 'HEAD' },
        agents: { type: 'string', default: '3' },
        sandbox: { type: 'string', default: 'process' },
        upstream: { type: 'boolean', default: false },
        patience: { type: 'string', default: '1800' },
        format: { type: 'string', default: 'text' },
        recorded: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return refuse(`${(error as Error).message.split('. ')[0]}. See --help.`)
  }
}

async function main(): Promise<number> {
  if (asked.help) {
    console.log(HELP)
    return 0
  }
  const wanted = {
    commits: wholeNumber('commits', asked.commits),
    agents: wholeNumber('agents', asked.agents),
    sandbox: oneOf('sandbox', asked.sandbox, ['process', 'docker', 'bubblewrap']),
    patience: wholeNumber('patience', asked.patience),
    to: asked.to,
  }
  oneOf('format', asked.format, ['text', 'json'])
  if (asked.recorded === positionals.length > 0 || positionals.length > 1)
    refuse('Name one repository, or --recorded. See --help.')
  const repository = resolve(positionals[0] ?? '.')
  if (!existsSync(repository)) refuse(`There is no ${repository}.`)
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-replay-')))
  const clear = () => {
    if (asked.keep) return console.error(`Look at it in ${above}`)
    const project = join(above, 'project')
    if (wanted.sandbox === 'docker' && existsSync(project)) removeImages(project)
    rmSync(above, { recursive: true, force: true, maxRetries: 5 })
  }
  whenCalledOff(async () => {
    await stopServers()
    clear()
  })
  const each = (line: string) => console.error(line)
  try {
    const what = asked.recorded
      ? {
          repository: record(above),
          verify: RECORDED_GATE,
          upstream: true,
          commits: RECORDED_COUNT,
          to: 'main',
        }
      : { repository, verify: asked.verify ?? null, upstream: asked.upstream }
    return report(await replay(above, { ...wanted, ...what, each }))
  } catch (error) {
    if (!(error instanceof NoHistory || error instanceof NoGate)) throw error
    console.error(error.message)
    return 2
  } finally {
    clear()
  }
}

function report(result: Replayed): number {
  const isGood = result.done === result.of && result.differing.length === 0 && result.all_green
  if (asked.format === 'json') console.log(JSON.stringify(result))
  else for (const line of lines(result)) console.log(line)
  return isGood ? 0 : 1
}

const SHOWN = 20

function lines(result: Replayed): string[] {
  const { done, of, tickets, minutes, commits_a_minute, differing, upstream } = result
  const more = differing.length > SHOWN ? [`  and ${differing.length - SHOWN} more`] : []
  return [
    `${done} of ${of} commits done in ${tickets} tickets, by ${result.agents} agents in ${minutes} minutes: ${commits_a_minute} commits a minute.`,
    differing.length === 0
      ? "The tree of main is the history's, to the last byte and mode."
      : `The tree of main differs from the history's in ${differing.length} paths:`,
    ...differing.slice(0, SHOWN).map((path) => `  ${path}`),
    ...more,
    result.all_green
      ? `Each of the ${result.landed} commits on main has a green receipt for its exact tree.`
      : 'A commit on main has no green receipt for its exact tree.',
    upstream === null
      ? 'How often the history itself is red was not measured: --upstream does that.'
      : `In the history itself ${upstream.red} of ${upstream.commits} commits are red under this gate (${upstream.seconds_a_gate} s each).`,
    `On the way ${result.sent_back} attempts were sent back or gave their ticket back, and ${result.approved} were approved.`,
    ...result.left,
  ]
}

process.exitCode = await main()
