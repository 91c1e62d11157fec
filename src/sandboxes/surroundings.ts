/** Surroundings of programs in every sandbox: the variables that are always set, and git's settings. */
import { join } from 'node:path/posix'
import type { SandboxSpec } from '../ports/sandbox.ts'

/** Folders and locale of a sandbox. */
export interface Within {
  bin: string
  home: string
  temporary: string
  searchPath: string
  locale: string
}

/** Makes the variables that programs of a sandbox always see. */
export const surroundings = ({ bin, home, temporary, searchPath, locale }: Within) => ({
  PATH: `${bin}:${searchPath}`,
  HOME: home,
  TMPDIR: temporary,
  LANG: locale,
  LC_ALL: locale,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  GIT_TERMINAL_PROMPT: '0',
})

/** Makes the git config of an agent, who commits alone: a name, no editor and no advice. */
export const gitConfig = ({ env }: SandboxSpec) => `[user]
\tname = ${JSON.stringify(env.GIT_AUTHOR_NAME ?? 'swarm')}
\temail = ${JSON.stringify(env.GIT_AUTHOR_EMAIL ?? 'swarm@localhost')}
[init]
\tdefaultBranch = main
[core]
\teditor = true
\tpager = cat
[advice]
\tdetachedHead = false
\tstatusHints = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
`
