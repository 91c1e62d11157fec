/** Person who runs `swarm init`, as their git knows them. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Host } from '../../repos/git/run.ts'
import type { Environment } from '../machine/environment.ts'

/** Git settings of a person. */
export interface Person {
  /** Author, `Name <mail>`, for the commit that they agree to. */
  author: string
  /** Name of the first branch in a new repository, as they set it. */
  defaultBranch: string | null
  /** File with the patterns that their git ignores everywhere. */
  excludesFile: string | null
  host: Host
}

/** Reads the person's git settings. */
export function personAt(folder: string, environment: Environment): Person {
  const cwd = existsSync(folder) ? folder : '/'
  const ask = (...question: string[]) => answer(['config', '--get', ...question], cwd, environment)
  const name = environment.GIT_AUTHOR_NAME || ask('user.name')
  const mail = environment.GIT_AUTHOR_EMAIL || ask('user.email')
  return {
    author: `${clean(name) || 'swarm'} <${clean(mail) || 'swarm@localhost'}>`,
    defaultBranch: ask('init.defaultBranch'),
    excludesFile: ask('--type=path', 'core.excludesFile'),
    host: environment.PATH ? { searchPath: environment.PATH } : {},
  }
}

/** Config that makes our git use their ignore file. */
export const excludesOf = ({ excludesFile }: Person): string[] =>
  excludesFile === null ? [] : [`core.excludesFile=${excludesFile}`]

/** Reads a setting of git. That runs nothing of the repository, so the person's own environment may be used. */
function answer(question: string[], cwd: string, env: Environment): string | null {
  try {
    const said = execFileSync('git', question, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return said.trim() || null
  } catch {
    return null
  }
}

const clean = (text: string | null) => (text ?? '').replaceAll(/[<>\0\r\n]/g, ' ').trim()
