/** Reasons why nothing in a checkout can be work, and the command by which its agent can fix that. */
import type { CommitInfo } from '../../ports/repo.ts'
import type { World } from '../../ports/world.ts'
import { MOST_COMMITS, MOST_MERGED } from '../landing/built-on.ts'

/** Describes a HEAD that builds on nothing of `main`, and how to bring its files back onto it. */
export const orphan = ({ repo }: World, base: CommitInfo) => ({
  why: `HEAD does not build on ${repo.branch}, so it cannot land.`,
  mend: `git fetch -q "$SWARM_GIT" ${repo.branch} && git reset -q ${base.commit}`,
})

/** Describes a HEAD whose history is too long to look through. */
export const tangled = (world: World, base: CommitInfo) => ({
  why: `HEAD has more commits or merges on ${world.repo.branch} than swarm examines (${MOST_COMMITS} commits, merges of ${MOST_MERGED}), so your own change cannot be determined.`,
  mend: orphan(world, base).mend,
})

/** Describes a repository that git can no longer use, in its `words`. */
export const unusable = (world: World, base: CommitInfo, words: string) => ({
  why: `The checkout's repository does not build on ${world.repo.branch}: git cannot use it (${words}).`,
  mend: `rm -rf .git && git init -q && ${orphan(world, base).mend}`,
})
