/** The harness that the settings name, with what it needs of this machine. */
import { Refused } from '../cli/swarm/refused.ts'
import type { Harness } from '../ports/harness.ts'
import type { Settings } from '../ports/settings.ts'
import { claudeAt } from './claude-program.ts'
import type { Environment } from './environment.ts'
import type { ProgramsInside } from './ground.ts'

/** How a harness in the process sandbox reaches its model. Nothing else of the environment comes along. */
const CREDENTIALS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'] as const

export async function harnessOf(
  settings: () => Settings,
  environment: Environment,
  programs: ProgramsInside,
): Promise<Harness> {
  if (settings().harness === 'scripted') return scripted(settings, programs)
  return claude(settings, environment, programs)
}

async function scripted(settings: () => Settings, { node, scripted }: ProgramsInside): Promise<Harness> {
  const { scriptedHarness } = await import('../harnesses/scripted/scripted.ts')
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
  const { claudeHarness } = await import('../harnesses/claude/claude.ts')
  const program = programs.claude ?? claudeAt(environment)
  const env = credentials(environment)
  return claudeHarness({
    program,
    env,
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

function credentials(environment: Environment): Record<string, string> {
  const given = [...CREDENTIALS, 'ANTHROPIC_BASE_URL'].flatMap((name) => {
    const value = environment[name]
    return value ? [[name, value] as const] : []
  })
  if (given.some(([name]) => name !== 'ANTHROPIC_BASE_URL')) return Object.fromEntries(given)
  throw new Refused(
    "Claude Code needs a key: set ANTHROPIC_API_KEY, or run 'claude setup-token' and set CLAUDE_CODE_OAUTH_TOKEN to what it prints.",
  )
}
