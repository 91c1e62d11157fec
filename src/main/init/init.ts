/** Initialisation of a project: everything, or nothing when a step fails. */
import { chmod, mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { START } from '../../life/names.ts'
import { adopt } from '../../repos/git/adopt.ts'
import { lookAt, type Project } from '../../repos/git/project.ts'
import { inBare, inProject } from '../../repos/git/run.ts'
import { migrate } from '../../stores/sqlite/migrate.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { Refused } from '../../ticket/refused.ts'
import { template } from '../machine/templates.ts'
import { allOrNothing, type Undo } from '../machine/undo.ts'
import { borrow } from '../project/borrow.ts'
import { rememberBeginning } from '../project/identity.ts'
import { type ProjectPaths, pathsOf } from '../project/paths.ts'
import type { Person } from '../project/person.ts'
import { drawUp, publish } from './first-commit.ts'
import type { Plan } from './plan.ts'
import { rebegin } from './rebegin.ts'

/** Carries a plan out: makes a project, or nothing when a step fails and throws; or repairs an existing project. */
export const carryOut = (plan: Plan, person: Person, signal: AbortSignal): Promise<void> =>
  plan.initialised ? mend(plan, person) : allOrNothing((undo) => begin(plan, { person, undo, signal }))

interface Beginning {
  person: Person
  undo: Undo
  signal: AbortSignal
}

async function begin({ survey, draft }: Plan, { person, undo, signal }: Beginning): Promise<void> {
  const project = await repository(survey, person, undo)
  const commit = draft ? await drawUp(project, draft, person) : survey.commit!
  const beside = await mkdtemp(join(survey.root, '.swarm.partial-'))
  undo.by(() => rm(beside, { recursive: true, force: true }))
  const parts = partsIn(beside, { project, branch: survey.branch, commit, person })
  for (const make of Object.values(parts)) await make()
  await namesBeginning(join(beside, 'tickets', 'tickets.db'), commit)
  signal.throwIfAborted()
  if (draft) await publish(project, draft, commit, undo)
  signal.throwIfAborted()
  await rename(beside, pathsOf(survey.root).own)
}

async function repository(
  { root, exists, project, branch }: Plan['survey'],
  person: Person,
  undo: Undo,
): Promise<Project> {
  if (project !== null) return project
  if (!exists) {
    const first = await mkdir(root, { recursive: true })
    undo.by(() => removeEmpty(root, first ?? root))
  }
  undo.by(() => rm(join(root, '.git'), { recursive: true, force: true }))
  await inProject(root, person.host)(['init', '--quiet', '--template=', `--initial-branch=${branch}`])
  const looked = await lookAt(root, person.host)
  if (looked === null || isRefusal(looked)) throw new Refused(`git cannot use ${root} as a repository.`)
  return looked
}

/** Removes empty folders, up to `top`. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  await rmdir(folder)
  if (folder !== top) await removeEmpty(dirname(folder), top)
}

/** Makes the missing parts of an earlier `swarm init` anew. */
async function mend({ survey, initialised }: Plan, person: Person): Promise<void> {
  const paths = pathsOf(survey.root)
  const { project, branch, commit } = survey
  const isMissing = (part: keyof ProjectPaths) =>
    initialised!.missing.some((path) => join(survey.root, path) === paths[part])
  if (isMissing('bare') && (project === null || commit === null))
    throw new Refused('The project has no commit that the repository could be made from. Commit first.')
  const parts = partsIn(paths.own, { project: project!, branch, commit: commit!, person })
  for (const [part, make] of Object.entries(parts)) if (isMissing(part as keyof ProjectPaths)) await make()
  await rememberStart(paths.bare, branch, person)
  if (initialised!.ahead > 0) await rebegin(paths, { project: project!, branch, commit: commit! }, person)
}

/** Commits files that a person has approved into an initialised project, before anything has landed. */
export const amend = (plan: Plan, person: Person): Promise<void> =>
  allOrNothing(async (undo) => {
    const { project, branch } = plan.survey
    const commit = await drawUp(project!, plan.draft!, person)
    await publish(project!, plan.draft!, commit, undo)
    await rebegin(pathsOf(plan.root), { project: project!, branch, commit }, person)
  })

interface Origin {
  project: Project
  branch: string
  commit: string
  person: Person
}

/** Makers of each part of `.swarm/`. */
function partsIn(
  own: string,
  origin: Origin,
): Record<'ignore' | 'config' | 'tickets' | 'bare', () => Promise<unknown>> {
  return {
    ignore: async () => {
      await chmod(own, 0o700)
      await writeFile(join(own, '.gitignore'), '# Nothing of this folder belongs into git.\n*\n')
    },
    config: async () => {
      await writeFile(join(own, 'config.json'), template('config.jsonc'))
      await writeFile(join(own, 'config.schema.json'), template('config.schema.json'))
    },
    tickets: async () => {
      const path = join(own, 'tickets', 'tickets.db')
      await mkdir(dirname(path), { recursive: true })
      await migrate(path)
    },
    bare: () => bareRepository(join(own, 'repo.git'), origin),
  }
}

/**
 * Records where the swarm began. A repository that the original made has no such ref: for ours, everything so far lies
 * before.
 */
async function rememberStart(bare: string, branch: string, { host }: Person): Promise<void> {
  const git = inBare(bare, host)
  const { exit } = await git(['rev-parse', '--verify', '--quiet', START], { exits: [0, 1] })
  if (exit === 1) await git(['update-ref', START, `refs/heads/${branch}`])
}

/** Writes down where the swarm began, so that a backup tells of which project it is. */
async function namesBeginning(tickets: string, commit: string): Promise<void> {
  const store = await openSqlite({ path: tickets })
  await rememberBeginning(store, commit).finally(() => store.close())
}

/** The branch as it will be goes over by way of a repository that only borrows the project's objects. */
async function bareRepository(bare: string, { project, branch, commit, person }: Origin): Promise<void> {
  const between = await mkdtemp(join(tmpdir(), 'swarm-init-'))
  try {
    await borrow(between, { git: project.git, format: project.format, branch, host: person.host })
    await inProject(between, person.host)(['update-ref', `refs/heads/${branch}`, commit])
    const adopted = await adopt({ project: between, bare, ...person.host })
    if (isRefusal(adopted)) throw new Refused(adopted.sentence)
    await inBare(bare, person.host)(['update-ref', START, commit])
  } finally {
    await rm(between, { recursive: true, force: true })
  }
}
