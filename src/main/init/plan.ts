/** Plan of `swarm init` for a folder, from its present state. Changes nothing. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChosenFile, InitPlan } from '../../cli/swarm/host/setup.ts'
import { shown } from '../../ports/path-bytes.ts'
import { Refused } from '../../ticket/refused.ts'
import { template } from '../machine/templates.ts'
import { missing, type ProjectPaths, pathsOf } from '../project/paths.ts'
import type { Person } from '../project/person.ts'
import type { Draft, NewFile } from './first-commit.ts'
import { refuseStrangers, refuseTracked, refuseUnfinished } from './obstacles.ts'
import { ahead } from './rebegin.ts'
import { detect, type Stack, starter } from './stack.ts'
import { type Survey, survey } from './survey.ts'

/** Plan with the facts that it was made from. */
export interface Plan extends InitPlan {
  survey: Survey
  /** Commit to make; null when nothing has to be committed. */
  draft: Draft | null
}

/** Makes the plan of a folder. Throws Refused when it cannot be initialised. */
export async function planFor(folder: string, person: Person): Promise<Plan> {
  const found = await survey(folder, person)
  const paths = pathsOf(found.root)
  const lacks = missing(paths)
  const isThere = lacks.length < 4
  await refuseTracked(found)
  if (!isThere) refuseStrangers(paths)
  const stacks = detect(found.files)
  const draft = isThere ? null : drafted(found, stacks)
  if (draft) await refuseUnfinished(found, draft)
  return {
    survey: found,
    draft,
    root: found.root,
    branch: found.branch,
    commit: found.commit,
    subject: found.subject,
    isNewRepository: found.project === null,
    initialised: isThere
      ? {
          missing: lacks.map((part) => paths[part].slice(found.root.length + 1)),
          ahead: lacks.length > 0 ? 0 : await aheadOf(paths, found, person),
        }
      : null,
    notTaken: found.dirty.filter((path) => !draft?.added.some((file) => file.path === path)).map(shown),
    leftOut: found.leftOut.map(shown),
    firstCommit: found.commit === null ? found.files.paths.length : null,
    adds: (draft?.added ?? []).map(({ path, content, theirs }) => ({ path, text: String(content), theirs })),
    stacks: stacks.map(({ name }) => name),
    notes: isThere ? [] : await notesOn(found),
  }
}

/** Gives the plan with these files, as a person has approved them, in place of its own. */
export function choosing(plan: Plan, files: readonly ChosenFile[]): Plan {
  if (files.length === 0) return plan
  const { survey: found } = plan
  const before = plan.draft ?? {
    branch: found.branch,
    parent: found.commit,
    taken: [],
    added: [],
    message: '',
  }
  const names = files.map(({ path }) => path)
  const chosen = files.map(({ path, text }): NewFile => {
    const isCommitted = found.commit !== null && found.files.paths.includes(path)
    const isThere = isCommitted || before.added.some((file) => file.path === path && file.theirs)
    const mode = path === 'verify.sh' ? '100755' : '100644'
    return { path, mode, content: text, theirs: false, ...(isThere && { replaces: true }) }
  })
  const added = [...before.added.filter(({ path }) => !names.includes(path)), ...chosen]
  const verb = chosen.some(({ replaces }) => replaces) ? 'Write' : 'Add'
  const message =
    found.commit === null ? 'Begin\n' : `${verb} ${added.map(({ path }) => path).join(' and ')} for swarm\n`
  return { ...plan, draft: { ...before, added, message } }
}

async function aheadOf(
  paths: ProjectPaths,
  { project, branch, commit }: Survey,
  person: Person,
): Promise<number> {
  if (project === null || commit === null) return 0
  return (await ahead(paths, { project, branch, commit }, person)) ?? 0
}

function drafted(found: Survey, stacks: Stack[]): Draft | null {
  const templates = { starter: template('verify/starter.sh'), none: template('verify/none.sh') }
  const name = pathsOf(found.root).name
  const added = [
    adding(found, { path: 'verify.sh', mode: '100755', content: starter(stacks, templates), theirs: false }),
    adding(found, {
      path: 'PROJECT.md',
      mode: '100644',
      content: template('PROJECT.md').replace('{{name}}', () => name),
      theirs: false,
    }),
  ].filter((file) => file !== null)
  if (added.length === 0 && found.commit !== null) return null
  const taken =
    found.commit === null ? found.files.paths.filter((path) => !added.some((file) => file.path === path)) : []
  const names = added.map(({ path }) => path).join(' and ')
  const message = found.commit === null ? 'Begin\n' : `Add ${names} for swarm\n`
  return { branch: found.branch, parent: found.commit, taken: [...taken], added, message }
}

/** File to add: null when it is committed already, the person's own when it lies in the folder, else the starter. */
function adding({ files, commit, isCheckedOut, root }: Survey, file: NewFile): NewFile | null {
  if (commit !== null && files.paths.includes(file.path)) return null
  const place = join(root, file.path)
  const there = lstatSync(place, { throwIfNoEntry: false })
  if (!there || !isCheckedOut) return file
  if (!there.isFile()) throw new Refused(`${file.path} is there but is not a file. Move it away first.`)
  return { ...file, content: readFileSync(place), theirs: true }
}

/** Notes that the person should read. */
async function notesOn({ project, commit, files }: Survey): Promise<string[]> {
  if (project === null || commit === null || !files.paths.includes('verify.sh')) return []
  const { stdout } = await project.git(['ls-tree', commit, '--', 'verify.sh'])
  if (stdout.toString().startsWith('100755')) return []
  return [
    'verify.sh is not executable, so nothing could land: git update-index --chmod=+x verify.sh, then commit.',
  ]
}
