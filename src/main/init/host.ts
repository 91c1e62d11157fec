/** Host of the commands that make and repair a project. */
import { existsSync } from 'node:fs'
import type { Host } from '../../cli/swarm/host/host.ts'
import type { ChosenFile, Interviewer } from '../../cli/swarm/host/setup.ts'
import { interviewerFor } from '../interview/interview.ts'
import type { Process } from '../machine/environment.ts'
import { type ProjectPaths, pathsOf } from '../project/paths.ts'
import { type Person, personAt } from '../project/person.ts'
import { readSettings } from '../settings/read.ts'
import { amend, carryOut } from './init.ts'
import { choosing, type Plan, planFor } from './plan.ts'
import { ahead } from './rebegin.ts'

type Around = Pick<Process, 'environment' | 'signal'>

/** Plans `swarm init` for a folder. Throws Refused when it cannot be initialised. */
export async function planInit(folder: string, around: Around): ReturnType<Host['planInit']> {
  const person = personAt(folder, around.environment)
  const plan = await planFor(folder, person)
  return {
    plan,
    interviewer: interviewerOf(plan, person, around),
    carryOut: (files) => carryOut(choosing(plan, files), person, around.signal),
  }
}

/** Makes the interviewer of an existing project. */
export async function interviewerIn({ root }: ProjectPaths, around: Around): Promise<Interviewer> {
  const person = personAt(root, around.environment)
  return interviewerOf(await planFor(root, person), person, around)
}

/** Commits approved files into a project before anything has landed. Gives false when it is too late for that. */
export async function amendIn(
  paths: ProjectPaths,
  { environment }: Around,
  files: readonly ChosenFile[],
): Promise<boolean> {
  const person = personAt(paths.root, environment)
  const plan = await planFor(paths.root, person)
  const { project, branch, commit } = plan.survey
  if (project === null || commit === null) return false
  if ((await ahead(paths, { project, branch, commit }, person)) === null) return false
  await amend(choosing(plan, files), person)
  return true
}

function interviewerOf({ survey }: Plan, person: Person, { environment, signal }: Around): Interviewer {
  const { root, project, commit, files, dirty } = survey
  const { config } = pathsOf(root)
  // An interview may come before there are any settings.
  const sources = { flags: {}, environment, file: existsSync(config) ? config : null }
  const model = () => readSettings(sources).settings.model
  const original =
    project !== null && commit !== null
      ? { root, commit, git: project.git, format: project.format }
      : { root, paths: files.paths }
  const read = (path: string) => (commit === null ? null : files.read(path))
  return interviewerFor({ original, dirty, read, person, environment, model, signal })
}
