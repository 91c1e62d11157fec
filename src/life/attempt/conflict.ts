/** Merge of `main` into a checkout, and the landings behind its conflicts. */
import { shown, unquoted } from '../../ports/path-bytes.ts'
import type { CommitInfo } from '../../ports/repo.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import type { World } from '../../ports/world.ts'
import { attempt as gitTry, inside } from '../collecting/inside.ts'

/**
 * Merges the newest `main` into the checkout, whose own changes are committed. When HEAD claims more of it than the
 * files have, it moves to `onto` first, the same files on their real base. Gives the new base and the conflicts.
 */
export async function update(
  world: World,
  sandbox: Sandbox,
  { base, onto }: { base: CommitInfo; onto: string | null },
  signal: AbortSignal,
): Promise<{ base: CommitInfo; evidence: string }> {
  const tip = await world.repo.tip()
  if (onto !== null) {
    await sandbox.bring(onto, signal)
    await inside(sandbox, ['reset', '--quiet', '--soft', onto], signal)
  }
  await sandbox.bring(tip.commit, signal)
  await gitTry(sandbox, ['merge', '--quiet', '--no-commit', '--no-ff', tip.commit], signal)
  return { base: tip, evidence: await intents(world, base.commit, tip, await unmerged(sandbox, signal)) }
}

/** Lists the paths of the checkout that are in conflict. */
export async function unmerged(sandbox: Sandbox, signal: AbortSignal): Promise<string[]> {
  const { output } = await inside(sandbox, ['diff', '--name-only', '--diff-filter=U'], signal)
  return output.split('\n').filter(Boolean).map(unquoted)
}

/** Lists the files in conflict, each with the landings that changed it meanwhile: the other side's intent. */
export async function intents(
  world: World,
  from: string | null,
  to: CommitInfo,
  paths: string[],
): Promise<string> {
  const landed: string[] = []
  const met = new Set(paths)
  for (const commit of await world.repo.history({ limit: 50 })) {
    if (commit.commit === from || commit.parents.length === 0) break
    const changes = await world.repo.changes(commit.parents[0] as string, commit.commit)
    const shared = changes.map(({ path }) => path).filter((path) => met.has(path))
    if (shared.length > 0) landed.push(`  ${commit.subject} (changed ${shared.map(shown).join(', ')})`)
  }
  const others =
    landed.length > 0
      ? `\nLanded in these files since, up to ${to.commit.slice(0, 10)}:\n${landed.join('\n')}`
      : ''
  return paths.map((path) => `  ${shown(path)}`).join('\n') + others
}
