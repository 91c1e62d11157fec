/** From a repository to the verdict. */
import { swarm } from '../chaos/project.ts'
import { differing } from './compare.ts'
import { type History, listCommits, NoHistory, readHistory } from './history.ts'
import { land } from './land.ts'
import { ownPaths, projectAt } from './project.ts'
import { ticketsOf } from './tickets.ts'
import { measure, together, type Upstream } from './upstream.ts'

export interface Wanted {
  repository: string
  /** Null: the repository's own verify.sh. */
  verify: string | null
  commits: number
  to: string
  agents: number
  sandbox: string
  upstream: boolean
  /** Seconds without anything done, after which it gives up. */
  patience: number
  /** Hears how far it is. */
  each: (line: string) => void
}

export interface Replayed {
  /** Commits of the history that are done, of all that were to be. */
  done: number
  of: number
  tickets: number
  landed: number
  agents: number
  sandbox: string
  minutes: number
  commits_a_minute: number
  identical: boolean
  differing: string[]
  /** Each commit on `main` has a green receipt for its exact tree. */
  all_green: boolean
  sent_back: number
  approved: number
  /** Null when it was not measured. */
  upstream: { commits: number; red: number; seconds_a_gate: number } | null
  /** One sentence for each commit that is not done. */
  left: string[]
}

/** Of a script; a request that files a ticket has one MiB. */
const MOST_LETTERS = 900_000

/** Makes everything below `above`. Throws where there is no such history or no gate. */
export async function replay(above: string, wanted: Wanted): Promise<Replayed> {
  const { repository, verify, each } = wanted
  const range = listCommits(repository, wanted.to, wanted.commits)
  const own = ownPaths(repository, range.base, verify)
  const history = readHistory(repository, range, own)
  const all = history.commits.length
  each(`${all} commits, from ${range.list[0]!.slice(0, 10)} to ${range.list.at(-1)!.slice(0, 10)}`)
  const upstream = wanted.upstream
    ? await measure(
        above,
        { history, verify, jobs: wanted.agents },
        (at) => at % 10 === 0 && each(`${at} of ${all} measured`),
      )
    : null
  const groups = together(upstream?.green ?? history.commits.map(() => true))
  const tickets = ticketsOf(history.commits, groups, (index) => index + 1)
  for (const { title, script } of tickets)
    if (JSON.stringify(script).length > MOST_LETTERS)
      throw new NoHistory(
        `"${title}" changes more than a ticket can hold: replay commits that do not include it.`,
      )
  const project = projectAt(above, { repository, base: range.base, verify })
  const landed = await land(project, tickets, wanted)
  const tip = { repository, commit: range.list[groups.flat().at(-1) ?? -1] ?? range.base }
  const paths = differing({ repository: project.bare, commit: 'refs/heads/main' }, tip, own)
  const audit = JSON.parse(swarm(project, 'audit', '--format', 'json'))
  const done = groups.filter((_, at) => landed.done[at]).flat().length
  return {
    ...{ done, of: all, tickets: tickets.length, landed: audit.commits.length - 1 },
    ...{ agents: wanted.agents, sandbox: wanted.sandbox },
    ...{ minutes: rounded(landed.minutes), commits_a_minute: rounded(done / landed.minutes) },
    ...{ identical: paths.length === 0, differing: paths, all_green: audit.all_green },
    ...{ sent_back: landed.back, approved: landed.approved },
    ...{ upstream: upstream && measured(upstream), left: [...landed.left, ...redAtTheEnd(history, groups)] },
  }
}

const measured = ({ green, seconds }: Upstream) => ({
  commits: green.length,
  red: green.filter((isGreen) => !isGreen).length,
  seconds_a_gate: rounded(seconds / green.length),
})

const redAtTheEnd = ({ commits }: History, groups: number[][]): string[] =>
  commits
    .slice((groups.flat().at(-1) ?? -1) + 1)
    .map(({ subject }) => `"${subject}" is red in the history, and so is all after it.`)

const rounded = (value: number) => Number(value.toPrecision(3))
