/** The harness that the settings name, with what it needs of this machine. */
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { Refused } from '../cli/swarm/refused.ts'
import type { Harness } from '../ports/harness.ts'
import type { Settings } from '../ports/settings.ts'
import type { Environment } from './environment.ts'
import { besideTemplates } from './templates.ts'

/** How a harness in the process sandbox reaches its model. Nothing else of the environment comes along. */
const CREDENTIALS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'] as const

export async function harnessOf(settings: () => Settings, environment: Environment): Promise<Harness> {
  if (settings().harness === 'scripted') return scripted(settings)
  return claude(settings, environment)
}

async function scripted(settings: () => Settings): Promise<Harness> {
  const { scriptedHarness } = await import('../harnesses/scripted/scripted.ts')
  return scriptedHarness({
    program: besideTemplates('scripted-agent.cjs'),
    get hangMs() {
      return settings().hangTimeout * 1000
    },
  })
}

async function claude(settings: () => Settings, environment: Environment): Promise<Harness> {
  const { claudeHarness } = await import('../harnesses/claude/claude.ts')
  const program = programOf(environment)
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

function programOf({ SWARM_CLAUDE_BIN: named, PATH = '' }: Environment): string {
  if (named) {
    const path = resolve(named)
    if (isProgram(path)) return path
    throw new Refused(`SWARM_CLAUDE_BIN names ${named}, which is not a program.`)
  }
  const found = PATH.split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, 'claude'))
    .find(isProgram)
  if (found) return found
  throw new Refused(
    'Claude Code is not on PATH. Install it (npm install -g @anthropic-ai/claude-code), name it in SWARM_CLAUDE_BIN, or try --harness scripted.',
  )
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
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
