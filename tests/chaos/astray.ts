/** Whose the changes on `main` are, by plain git: nothing of ours is asked. */
import { spawnSync } from 'node:child_process'
import { git } from '../../demo/check.ts'
import type { Project } from './project.ts'
import type { Expected } from './tickets.ts'

interface Step {
  commit: string
  before: string
  ticket: string
  attempt: string
  title: string
  /** Paths with git's letter for what became of each. */
  paths: { path: string; isGone: boolean }[]
}

/** One sentence for each path that is changed or gone although nobody did that. */
export function goneAstray(
  project: Project,
  expected: Pick<Expected, 'touches' | 'removed'>,
): { strayed: string[]; gone: string[] } {
  const strayed: string[] = []
  const gone: string[] = []
  for (const step of stepsOf(project)) {
    const name = `${step.commit.slice(0, 10)} (${step.title})`
    for (const path of new Set([...beyondTheMerge(project, step), ...beyondTheTicket(step, expected)]))
      strayed.push(`${name} changes ${path}, which its attempt did not`)
    for (const { path, isGone } of step.paths)
      if (isGone && !expected.removed.has(path))
        gone.push(`${name} takes ${path} off main, which nobody removed`)
  }
  return { strayed, gone }
}

const FORMAT =
  '%x01%H%x00%P%x00%(trailers:key=Ticket,valueonly)%x00%(trailers:key=Attempt,valueonly)%x00%s%x00'

/** Every commit of `main` but the first. */
function stepsOf({ bare }: Project): Step[] {
  const asked = ['log', '--first-parent', '-m', '-z', '--no-renames', '--name-status', `--format=${FORMAT}`]
  const [, ...commits] = git(bare, ...asked, 'main').split('\x01')
  return commits.flatMap((text) => {
    const [commit, parents, ticket, attempt, subject, ...status] = text.split('\0')
    const [before] = parents!.split(' ')
    const words = status.map((word) => word.trim()).filter(Boolean)
    const paths = words.flatMap((path, at) => (at % 2 === 1 ? [{ path, isGone: words[at - 1] === 'D' }] : []))
    const facts = {
      ticket: ticket!.trim(),
      attempt: attempt!.trim(),
      title: subject!.replace(/^ticket-\d+: /, ''),
    }
    return before ? [{ commit: commit!, before, paths, ...facts }] : []
  })
}

/** Where the landed tree is not the three-way merge of `main` with the work as it came out of the sandbox. */
function beyondTheMerge({ bare }: Project, { commit, before, ticket, attempt }: Step): string[] {
  if (ticket === '') return []
  const work = `refs/swarm/raw/${ticket}/${attempt}`
  // In conflict, with 1, it still gives a tree, which is not what landed.
  const { status, stdout, stderr } = spawnSync('git', ['merge-tree', '--write-tree', before, work], {
    cwd: bare,
    encoding: 'utf8',
  })
  if (status !== 0 && status !== 1) throw new Error(`git merge-tree failed: ${stderr}`)
  const merge = stdout.split('\n')[0]!
  return git(bare, 'diff-tree', '-r', '-z', '--name-only', '--no-renames', merge, commit)
    .split('\0')
    .filter(Boolean)
}

/** What its script says nothing of. */
function beyondTheTicket({ title, paths }: Step, { touches }: Pick<Expected, 'touches'>): string[] {
  const own = touches.get(title)
  return own === undefined ? [] : paths.map(({ path }) => path).filter((path) => !own.includes(path))
}
