/** What became of everything, by the store, the log and a fresh clone, once no server runs any more. */
import { spawnSync } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import { checkEveryCommit } from '../../demo/check.ts'
import type { CommitInfo, Repo } from '../../src/ports/repo.ts'
import type { Store } from '../../src/ports/store.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { loadDriver } from '../../src/stores/sqlite/driver.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import type { LogEntry } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import { isOver } from '../sim/watch.ts'
import { goneAstray } from './astray.ts'
import type { Confirmed } from './person.ts'
import type { Project } from './project.ts'
import type { Expected } from './tickets.ts'

export interface Verdict {
  tickets: number
  done: number
  with_people: number
  lost: number
  twice: number
  acked_missing: number
  red: number
  /** Paths that a landing changed although its attempt did not. */
  strayed: number
  /** Paths that a commit took off `main` although nobody removed them. */
  paths_lost: number
  integrity: string
}

/** `tell` hears every single thing that is wrong. */
export async function judge(
  project: Project,
  { confirmed, expected, scratch }: { confirmed: Confirmed; expected: Expected; scratch: string },
  tell: (line: string) => void,
): Promise<Verdict> {
  const store = await openSqlite({ path: project.database })
  const repo = openGit({ path: project.bare, branch: 'main', searchPath: project.env.PATH })
  const all = await store.tickets({})
  const byId = new Map(all.map((ticket) => [ticket.id, ticket]))
  const main = await repo.history({})
  const log = await store.events({ limit: 10_000_000 })
  const count = (wrong: string[]) => {
    for (const line of wrong) tell(line)
    return wrong.length
  }
  const done = all.filter(({ stage }) => stage.status === 'done').length
  const left = all.filter((ticket) => !isOver(ticket, byId))
  const lost = [...left.map(told), ...(await unlanded(repo, { all, main, leaves: expected.leaves }))]
  const { red } = await checkEveryCommit(project.bare, scratch, () => {}, new AbortController().signal)
  const { strayed, gone } = goneAstray(project, expected)
  const verdict = {
    tickets: all.length,
    done,
    with_people: all.length - done - left.length,
    lost: count(lost),
    twice: count(twice(main, log)),
    acked_missing: count(await missing(store, { confirmed, byId, log })),
    red: count(red),
    strayed: count(strayed),
    paths_lost: count(gone),
    integrity: integrity(project, byId, log),
  }
  await store.close()
  return verdict
}

const told = ({ id, title, stage }: Ticket) =>
  `#${id} (${title}) neither ends nor waits for a person: it is ${stage.status}`

/** Done as a commit that `main` does not have, or without what it was for; on `main`, and the ticket does not know. */
async function unlanded(
  repo: Repo,
  { all, main, leaves }: { all: Ticket[]; main: CommitInfo[]; leaves: Expected['leaves'] },
): Promise<string[]> {
  const wrong: string[] = []
  const known = new Set(main.map(({ commit }) => commit))
  const claimed = new Set<string>()
  for (const { id, title, stage } of all) {
    if (stage.status !== 'done' || stage.resolution !== 'landed') continue
    if (stage.commit === null || !known.has(stage.commit)) {
      wrong.push(`#${id} is done as ${stage.commit}, which is not on main`)
      continue
    }
    claimed.add(stage.commit)
    const left = leaves.get(title)
    const there = left && (await repo.read('refs/heads/main', left.file))
    if (left && there?.toString() !== left.text)
      wrong.push(`#${id} has landed, and ${left.file} is not on main`)
  }
  for (const { commit, subject, trailers } of main)
    if (trailers.ticket && !claimed.has(commit))
      wrong.push(`${commit} (${subject}) is on main, and its ticket does not know`)
  return wrong
}

function twice(main: CommitInfo[], log: LogEntry[]): string[] {
  const wrong: string[] = []
  const commits = main.flatMap(({ trailers }) => trailers.ticket ?? [])
  for (const id of repeated(commits)) wrong.push(`#${id} is on main twice`)
  const open = new Set<number>()
  for (const { ticket, event } of log) {
    if (event.type === 'created' || event.type === 'reopened') open.add(ticket)
    if (event.type === 'done' && !open.delete(ticket)) wrong.push(`#${ticket} was done twice`)
  }
  return wrong
}

const repeated = (names: string[]) => new Set(names.filter((name, at) => names.indexOf(name) !== at))

async function missing(
  store: Store,
  { confirmed, byId, log }: { confirmed: Confirmed; byId: Map<number, Ticket>; log: LogEntry[] },
): Promise<string[]> {
  const wrong: string[] = []
  for (const { id, title } of confirmed.tickets)
    if (byId.get(id)?.title !== title)
      wrong.push(`it was confirmed that #${id} is "${title}", and it is not there`)
  for (const { ticket, text } of confirmed.comments) {
    const comments = await store.comments(ticket)
    if (!comments.some(({ body }) => body === text)) wrong.push(`#${ticket} has lost the comment "${text}"`)
  }
  for (const { ticket, text } of confirmed.answers) {
    const there = log.some((entry) => entry.ticket === ticket && JSON.stringify(entry.event).includes(text))
    if (!there) wrong.push(`#${ticket} has lost its answer`)
  }
  return wrong
}

/** Of the database, the log and the repository: `ok`, or what is wrong. */
function integrity({ database, bare, env }: Project, byId: Map<number, Ticket>, log: LogEntry[]): string {
  const file = loadDriver().open(database)
  const [row] = file.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[]
  file.close()
  if (row?.integrity_check !== 'ok') return `the database: ${row?.integrity_check}`
  const folded = new Map<number, Ticket>()
  for (const [at, { seq, ticket, event, at: when }] of log.entries()) {
    if (seq !== at + 1) return `the log: event ${seq} is the ${at + 1}th`
    const before = folded.get(ticket)
    folded.set(ticket, event.type === 'created' ? born(ticket, event, when) : evolve(before!, event, when))
  }
  if (!isDeepStrictEqual(folded, byId)) return 'the rows are not what the log makes of them'
  const { status, stderr } = spawnSync('git', [`--git-dir=${bare}`, 'fsck', '--no-dangling'], {
    encoding: 'utf8',
    env,
  })
  return status === 0 ? 'ok' : `the repository: ${stderr.trim().split('\n')[0]}`
}
