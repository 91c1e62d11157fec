/** Interviewer: Claude Code in the person's terminal, with our instructions and our tool to end it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../ports/clock.ts'
import { claudeAt } from '../machine/claude-program.ts'
import type { Environment } from '../machine/environment.ts'
import { besideTemplates, template } from '../machine/templates.ts'
import { OUTCOME, type Outcome } from './outcome.ts'

/** Parameters of an interview. */
export interface Interviewing {
  /** Folder of the project's copy. */
  folder: string
  /** Path that the outcome is written to. */
  outcome: string
  environment: Environment
  model: string | null
  clock: Clock
  signal: AbortSignal
}

/** Holds an interview and gives its outcome; null when the person ended it early. */
export async function interview(interviewing: Interviewing): Promise<Outcome | null> {
  const { environment, folder, outcome } = interviewing
  const child = spawn(claudeAt(environment), argumentsFor(interviewing), {
    cwd: folder,
    // The tool must be at hand from the first word on, not behind a search for tools.
    env: { ...environment, ENABLE_TOOL_SEARCH: 'false' },
    stdio: 'inherit',
  })
  await ended(child, interviewing)
  return existsSync(outcome) ? OUTCOME.parse(JSON.parse(readFileSync(outcome, 'utf8'))) : null
}

/**
 * Tools of the interviewer. It reads everything and writes two files; it runs no commands, and asks the person for
 * anything else.
 */
const TOOLS = ['Read', 'Glob', 'Grep', 'Edit', 'Write', 'AskUserQuestion']
const ALLOWED = ['Read', 'Glob', 'Grep', 'Edit(PROJECT.md)', 'Edit(verify.sh)', 'mcp__swarm__end_interview']

function argumentsFor({ outcome, model }: Interviewing): string[] {
  const server = { command: process.execPath, args: [besideTemplates('interview-mcp.mjs'), outcome] }
  return [
    `--append-system-prompt=${template('interviewer.md')}`,
    `--mcp-config=${JSON.stringify({ mcpServers: { swarm: { ...server, alwaysLoad: true } } })}`,
    '--strict-mcp-config',
    // Settings of the project are code.
    '--setting-sources=user',
    '--permission-mode=default',
    `--tools=${TOOLS.join(',')}`,
    `--allowedTools=${ALLOWED.join(',')}`,
    ...(model === null ? [] : [`--model=${model}`]),
    '--',
    'Begin the interview.',
  ]
}

const LOOK_MS = 200
/** Milliseconds for its last words. */
const GOODBYE_MS = 4000

/** Ends the program when its tool reports the end, or when the signal aborts; resolves when it is gone. */
async function ended(child: ChildProcess, { outcome, clock, signal }: Interviewing): Promise<void> {
  const over = new AbortController()
  const gone = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  }).finally(() => over.abort())
  // Ctrl-C belongs to the interviewer while it has the terminal; only a signal of others ends it.
  const watch = async () => {
    while (!over.signal.aborted && !existsSync(outcome)) await clock.sleep(LOOK_MS, over.signal)
    await clock.sleep(GOODBYE_MS, over.signal)
    if (!over.signal.aborted) child.kill('SIGTERM')
  }
  const end = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', end)
  try {
    await Promise.all([gone, watch()])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** Explains why no interview can be held; null when one can. */
export function cannotInterview(environment: Environment): string | null {
  try {
    claudeAt(environment)
  } catch (error) {
    return (error as Error).message
  }
  if (hasCredential(environment)) return null
  return "Claude Code is not signed in: run 'claude' once, or set ANTHROPIC_API_KEY."
}

/** True for a key in the environment, or a sign of a login in Claude Code's own folder; we read none of it. */
function hasCredential(environment: Environment): boolean {
  if (
    ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'].some((name) => environment[name])
  )
    return true
  const { CLAUDE_CONFIG_DIR: named, HOME = '' } = environment
  if (existsSync(join(named ?? join(HOME, '.claude'), '.credentials.json'))) return true
  const state = join(named ?? HOME, '.claude.json')
  return existsSync(state) && readFileSync(state, 'utf8').includes('"oauthAccount"')
}
