/** The harness that the settings name, with what it needs of this machine. */
import { Refused } from '../../cli/swarm/refused.ts'
import type { Harness } from '../../ports/harness.ts'
import type { Settings } from '../../settings/settings.ts'
import { type Found, findCredential } from '../credentials/find.ts'
import { claudeAt } from '../machine/claude-program.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProgramsInside } from './setup.ts'

export interface Driving {
  harness: Harness
  /** The credential for its model; null where it needs none. */
  found: Found | null
}

export async function harnessOf(
  settings: () => Settings,
  environment: Environment,
  programs: ProgramsInside,
): Promise<Driving> {
  if (settings().harness === 'scripted') return { harness: await scripted(settings, programs), found: null }
  const harness = await claude(settings, environment, programs)
  const found = await findCredential(environment)
  if (found === null) throw new Refused(NO_CREDENTIAL)
  return { harness, found }
}

const NO_CREDENTIAL =
  "Claude Code needs a key: set ANTHROPIC_API_KEY, or run 'claude setup-token' and keep what it prints: swarm auth set setup-token."

async function scripted(settings: () => Settings, { node, scripted }: ProgramsInside): Promise<Harness> {
  const { scriptedHarness } = await import('../../harnesses/scripted/scripted.ts')
  return scriptedHarness({
    program: scripted,
    node,
    get hangMs() {
      return settings().hangTimeout * 1000
    },
  })
}

async function claude(
  settings: () => Settings,
  environment: Environment,
  programs: ProgramsInside,
): Promise<Harness> {
  const { claudeHarness } = await import('../../harnesses/claude/claude.ts')
  const program = programs.claude ?? claudeAt(environment)
  return claudeHarness({
    program,
    // How it reaches its model is the gateway's to say, for each attempt.
    env: {},
    get model() {
      return settings().model
    },
    get maxTurns() {
      return settings().maxTurns
    },
    get allowedTools() {
      return settings().allowedTools
    },
    get extraArgs() {
      return settings().harnessArgs
    },
    get hangMs() {
      return settings().hangTimeout * 1000
    },
  })
}
