/**
 * Person's own working copy. Its settings are theirs, but its files may come from agents, and a setting may point at a
 * file (`core.hooksPath=.husky`, a filter that is a script of the project): none of that runs.
 */
import { realpath } from 'node:fs/promises'
import { type Refusal, refuse } from '../../ticket/commands.ts'
import { pathsOf } from './fields.ts'
import { type Git, type GitOptions, type Host, inProject } from './run.ts'

/** Repository of a person's project, as found. */
export interface Project {
  git: Git
  folder: string
  /** Branch that is checked out; null when HEAD is detached. */
  branch: string | null
  /** Commit of HEAD; null before the first commit. */
  commit: string | null
  shallow: boolean
  format: string
}

/**
 * Reads the repository whose root is `folder`; null when there is none. Refuses a folder that is missing or unreadable.
 */
export async function lookAt(folder: string, host: Host): Promise<Project | Refusal | null> {
  const real = await realpath(folder).catch(() => null)
  if (real === null) return refuse('not_found', `There is no folder ${folder}. Make it first.`)
  const git = await filterless(inProject(real, host))
  const about = await git(
    ['rev-parse', '--show-toplevel', '--is-shallow-repository', '--show-object-format'],
    { exits: [0, 128] },
  )
  if (about.exit === 128)
    return about.stderr.includes('not a git repository') ? null : unreadable(real, about.stderr)
  const [top, shallow, format] = about.stdout.toString().trimEnd().split('\n').slice(-3)
  if (top !== real)
    return refuse(
      'conflict',
      `${real} is a folder inside the repository ${top}. Go there, or run 'git init' here first.`,
    )
  const head = await git(['symbolic-ref', '--quiet', 'HEAD'], { exits: [0, 1] })
  const commit = await git(['rev-parse', '--verify', '--quiet', 'HEAD'], { exits: [0, 1] })
  return {
    git,
    folder: real,
    branch: head.exit === 0 ? head.stdout.toString().trim().replace('refs/heads/', '') : null,
    commit: commit.exit === 0 ? commit.stdout.toString().trim() : null,
    shallow: shallow === 'true',
    format: format!,
  }
}

const unreadable = (folder: string, stderr: string) =>
  refuse(
    'conflict',
    `git cannot use ${folder}: ${stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^fatal: /, '')}. Mend that, then try again.`,
  )

/** Git with every filter driver of the project's config switched off. */
async function filterless(git: Git): Promise<Git> {
  const { stdout } = await git(['config', '-z', '--name-only', '--get-regexp', '^filter\\.'], {
    exits: [0, 1, 128],
  })
  const drivers = new Set(
    stdout
      .toString()
      .split('\0')
      .flatMap((name) => /^filter\.(.*)\.[^.]*$/s.exec(name)?.[1] ?? []),
  )
  const off = [...drivers].flatMap((driver) => [
    `filter.${driver}.clean=`,
    `filter.${driver}.smudge=`,
    `filter.${driver}.process=`,
    `filter.${driver}.required=false`,
  ])
  return (args: string[], options: GitOptions = {}) =>
    git(args, { ...options, config: [...off, ...(options.config ?? [])] })
}

/**
 * Lists paths with uncommitted changes; with `untracked`, files unknown to git too. The swarm's own folder is left out.
 */
export async function uncommitted(
  { git }: Project,
  { untracked, ignore }: { untracked: 'listed' | 'left out'; ignore?: string },
): Promise<string[]> {
  const { stdout } = await git(
    [
      'status',
      '--porcelain=v1',
      '-z',
      '--no-renames',
      '--ignore-submodules=dirty',
      untracked === 'listed' ? '--untracked-files=normal' : '--untracked-files=no',
    ],
    { config: excludes(ignore) },
  )
  return pathsOf(stdout)
    .map((entry) => entry.slice(3))
    .filter((path) => !path.startsWith(`${OWN_FOLDER}/`))
}

/** Folder of the swarm's own files in a project; never part of the history. */
export const OWN_FOLDER = '.swarm'

/** Config that makes git use the person's own ignore file. */
export const excludes = (ignore: string | undefined) =>
  ignore === undefined ? [] : [`core.excludesFile=${ignore}`]
