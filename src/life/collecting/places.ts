/** Places of work that was found beside HEAD, and how its agent can bring it in. */
import type { CommitInfo } from '../../ports/repo.ts'
import { BESIDE } from './nests.ts'

/** Place of work beside HEAD. */
export interface Place {
  /** Description of where it lay, as in `the branch feature`. */
  where: string
  /** Advice how to bring it into the checkout where it lies. */
  bring: string
}

/** Name of hidden files. They are saved as what lies beside; that the agent is asked about them is another matter. */
export const HIDDEN = "files that the checkout's own git hides"

const PLACES: Record<string, (name: string, commit: string) => Place> = {
  branch: (name) => ({ where: `the branch ${name}`, bring: `git merge ${name}` }),
  stash: (name) => ({ where: `the stash ${name}`, bring: `git stash pop '${name.split(' ')[0]}'` }),
  autostash: (commit) => ({
    where: 'the stash of an unfinished rebase or merge',
    bring: `git stash apply ${commit.slice(0, 10)}`,
  }),
  worktree: (path) => ({
    where: `the linked worktree ${path}`,
    bring: `copy its files, or commit them there and merge that commit, then git worktree remove --force ${path}`,
  }),
  gone: (path, commit) => ({
    where: `the linked worktree ${path}, whose folder is missing`,
    bring: `git merge ${commit.slice(0, 10)}, then git worktree prune`,
  }),
  within: (name) => ({
    where: `the ${name}`,
    bring: `merge it into the files there, then remove the .git of that repository`,
  }),
  nested: (path) => ({ where: `the nested repository ${path}`, bring: `rm -rf ${path}/.git` }),
  left: (commit) => ({
    where: `commits left behind by HEAD, up to ${commit.slice(0, 10)}`,
    bring: `git merge ${commit.slice(0, 10)}`,
  }),
  hidden: () => ({ where: HIDDEN, bring: 'git add --force each of them' }),
  files: () => ({ where: 'the files of the checkout', bring: 'see above' }),
}

/** Reads the place from the subject of its commit, which a sandbox has made: it may say anything. */
export function placeOf({ subject, commit }: CommitInfo): Place {
  const [, kind = '', name = ''] = /^(\w+) ?(.*)$/.exec(subject.slice(BESIDE.length)) ?? []
  const place = Object.hasOwn(PLACES, kind) ? PLACES[kind] : undefined
  return place?.(name.slice(0, 200), commit) ?? { where: `a commit of its own`, bring: `git merge ${commit}` }
}
