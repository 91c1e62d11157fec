/** Preparation of an attempt: its sandbox, and the checkout with earlier work. */
import type { Seen } from '../../ports/gateway.ts'
import type { CommitInfo } from '../../ports/repo.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import type { SessionOwner, World } from '../../ports/world.ts'
import { bringBeside } from '../collecting/beside.ts'
import { attempt as gitTry } from '../collecting/inside.ts'
import { KEEP_INDEX } from '../collecting/own-git.ts'
import { through } from '../gateway-session.ts'
import { authorOf, type Member, sandboxName } from '../names.ts'
import type { Brief } from '../prompts/brief.ts'
import { intents, unmerged } from './conflict.ts'
import { type SavedWork, savedWork } from './saved-work.ts'
import { adopt, earlierSession } from './session.ts'

/** Prepared attempt. */
export interface Prepared {
  sandbox: Sandbox
  /** Commit of `main` that the checkout builds on. */
  base: CommitInfo
  /** Words for the agent about the earlier work; null when it starts afresh. */
  resumed: string | null
  /** Session of an earlier attempt to resume; null begins one. */
  session: string | null
  hasProjectFile: boolean
  /** Gateway's view of this attempt. */
  seen: Seen
  close: () => Promise<void>
}

/** Opens the sandbox of an attempt. Throws Trouble when that fails, with everything closed again. */
export async function prepare(
  world: World,
  member: Member,
  { brief, tell }: { brief: Brief; tell: SessionOwner['tell'] },
  signal: AbortSignal,
): Promise<Prepared> {
  const base = await world.repo.tip()
  const { ticket, attempt, agent } = member
  const { reach } = world.sandboxes
  const gatewaySession = await world.gateway.open({ ticket: ticket.id, attempt, agent, reach, tell })
  const checkout = {
    source: world.repo.source,
    ref: `refs/heads/${world.repo.branch}`,
    commit: base.commit,
    history: true,
  }
  try {
    const env = { ...identity(member), ...gatewaySession.env, TICKET_ID: String(ticket.id), AGENT_ID: agent }
    // Only a hint in the prompt: whatever is wrong with the repository, the checkout tells.
    const reading = world.repo.read(base.commit, 'PROJECT.md').then(
      (file) => file !== null,
      () => false,
    )
    const earlier = await earlierSession(world, brief)
    const archives = earlier === null ? [] : [earlier.archive]
    const spec = {
      name: sandboxName(ticket.id, attempt),
      checkout,
      env,
      archives,
      ...through(gatewaySession),
    }
    const sandbox = await world.sandboxes.open(spec, signal)
    const close = async () => {
      // The sandbox goes, whatever the gateway says.
      await gatewaySession.close().finally(() => sandbox.close())
    }
    try {
      await sandbox.exec(['sh', '-c', KEEP_INDEX], { signal })
      const earlierWork = await savedWork(world, brief)
      const merged = await resume(world, sandbox, earlierWork, base, signal)
      const beside = await bringBeside(world, sandbox, brief, earlierWork?.work ?? null, signal)
      const resumed = [merged, beside].filter((each) => each !== null).join('\n\n') || null
      const goesOn = earlier !== null && (await adopt(world, sandbox, earlier, signal))
      const session = goesOn ? earlier.session : null
      return { sandbox, base, resumed, session, hasProjectFile: await reading, seen: gatewaySession, close }
    } catch (error) {
      await close()
      throw error
    }
  } catch (error) {
    await gatewaySession.close()
    throw error
  }
}

/** Variables of git's author, so that an agent can commit by itself. */
function identity(member: Member): Record<string, string> {
  const [name, mail] = authorOf(member).split(/ <|>/) as [string, string]
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: mail,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: mail,
  }
}

/** Merges the work of an earlier attempt into the checkout, conflicts and all, without committing it. */
async function resume(
  world: World,
  sandbox: Sandbox,
  earlier: SavedWork | null,
  base: CommitInfo,
  signal: AbortSignal,
): Promise<string | null> {
  if (earlier === null) return null
  const { attempt, work } = earlier
  await sandbox.bring(work, signal)
  const merge = await gitTry(sandbox, ['merge', '--squash', '--quiet', work], signal)
  const told = `The checkout contains the work of attempt ${attempt.number}, merged with the newest main. Continue from it.`
  if (merge.exit === 0) return told
  const conflicts = await unmerged(sandbox, signal)
  if (conflicts.length === 0) return null
  const paths = await intents(world, attempt.base, base, conflicts)
  return `${told}\nThese files have conflicts, marked with both sides. Resolve them:\n${paths}`
}
