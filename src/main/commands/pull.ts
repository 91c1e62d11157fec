/** Brings what landed into the person's folder. */
import type { Pulled, Unpulled } from '../../cli/swarm/host/landed.ts'
import { shown } from '../../ports/path-bytes.ts'
import { pathMatcher } from '../../ports/paths.ts'
import { pull } from '../../repos/git/pull.ts'
import { inBare } from '../../repos/git/run.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { readSettings } from '../settings/read.ts'

/** Pulls landed work, or with `dryRun` only reports it. A refusal is a value; throws Refused without a repository. */
export async function pullInto(
  paths: ProjectPaths,
  environment: Environment,
  dryRun: boolean,
): Promise<Pulled | Unpulled> {
  const host = environment.PATH ? { searchPath: environment.PATH } : {}
  const { settings } = readSettings({ flags: {}, environment, file: paths.config })
  const isProtected = pathMatcher(['verify.sh', ...settings.protectedPaths])
  const { stdout } = await inBare(paths.bare, host)(['symbolic-ref', 'HEAD'])
  const branch = stdout.toString().trim().replace('refs/heads/', '')
  const pulled = await pull({ project: paths.root, bare: paths.bare, branch, dryRun, ...host })
  if (isRefusal(pulled)) {
    if (pulled.why === 'no project') throw new Refused(pulled.sentence)
    return { refused: pulled.sentence, paths: pulled.paths.map(shown) }
  }
  return {
    from: pulled.from,
    to: pulled.to,
    commits: pulled.commits.map(({ commit, subject, trailers }) => ({
      commit,
      subject,
      ticket: /^\d{1,15}$/.test(trailers.ticket ?? '') ? Number(trailers.ticket) : null,
    })),
    files: pulled.changes.map(({ path, from, kind }) => ({
      path: shown(path),
      kind,
      isProtected: isProtected(path) || (from !== null && isProtected(from)),
    })),
  }
}
