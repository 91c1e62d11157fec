/**
 * Claude Code, driven as `claude -p` with the prompt on stdin and its events as lines of JSON on stdout.
 *
 * Invariant: settings of the project are never loaded (`--setting-sources user`, `--strict-mcp-config`). They are code:
 * a repository's `.claude/settings.json` can run hooks and send the model's traffic, key included, somewhere else. The
 * project's CLAUDE.md and AGENTS.md are text and do count: the user's own CLAUDE.md of the sandbox imports them.
 *
 * The allowed tools are also the only ones offered. Even so Claude Code denies changes to the configuration of itself
 * and other tools (`.claude`, `.mcp.json`, `.vscode`, git hooks); `--dangerously-skip-permissions` with IS_SANDBOX=1 in
 * the environment lifts that.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path/posix'
import type { Harness, HarnessEnd, HarnessEvent, HarnessTask } from '../../ports/harness.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import { drive, realTimer, type SetTimer } from '../drive.ts'
import { endOf } from './end.ts'
import { readLine } from './lines.ts'
import { advance, eventsOf, newRun, type Run, usageOf } from './run.ts'

/** Options of the harness for Claude Code. */
export interface ClaudeOptions {
  /** Program to run inside the sandbox. */
  program: string
  /**
   * Variables to reach the model: ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_BASE_URL.
   */
  env: Record<string, string>
  /** Model name; null: Claude Code's default. */
  model: string | null
  maxTurns: number
  /** Names of tools in Claude Code's notation, such as `Read` or `Bash(git *)`. */
  allowedTools: string[]
  extraArgs: string[]
  /** Milliseconds without a sign of life, while no tool runs, after which it counts as hung. */
  hangMs: number
  setTimer?: SetTimer
}

/** Makes the harness for Claude Code. Its runs never throw for what the program does. */
export function claudeHarness(options: ClaudeOptions): Harness {
  const costs = sessionCosts()
  return {
    name: 'claude',
    run: (task) => runClaude(task, options, costs),
    sessions: { folder: '.claude/projects', adopt },
  }
}

async function runClaude(
  task: HarnessTask,
  options: ClaudeOptions,
  costs: SessionCosts,
): Promise<HarnessEnd> {
  const { sandbox, session } = task
  const config = configOf(sandbox)
  if (session === null) await instruct(sandbox)
  const given = argumentsFor(task, options)
  let run: Run = newRun(session)
  const read = (text: string): HarnessEvent[] => {
    const line = readLine(text)
    run = advance(run, line)
    const spent: HarnessEvent[] = line.kind === 'answered' ? [{ type: 'usage', usage: run.usage }] : []
    return [...eventsOf(line), ...spent]
  }
  const start = (more: string[]) => ({
    command: [options.program, ...more, ...given],
    env: { ...ENVIRONMENT, CLAUDE_CONFIG_DIR: config, ...options.env },
    stdin: task.prompt,
    read,
    hopeless: (event: HarnessEvent) => event.type === 'retry' && isRefused(event.error),
    isThrough: () => run.result !== null,
    watch: { hangMs: options.hangMs, setTimer: options.setTimer ?? realTimer },
  })
  const newest = await drive(task, start(FRESH_MANUAL))
  const driven =
    run.result === null && UNKNOWN.test(newest.exit.output) ? await drive(task, start([])) : newest
  const usage = run.result ? usageOf(run.result, costs.before(session)) : run.usage
  if (run.result) costs.note(run.result)
  task.emit({ type: 'usage', usage })
  return endOf(run, driven, usage)
}

/** Arguments that give a resumed session the current manual, not the recorded one; older versions record nothing. */
const FRESH_MANUAL = ['--system-prompt-snapshot', 'off']
const UNKNOWN = /unknown option '?--system-prompt-snapshot/

/** True for a refused login: it stays refused, however long Claude Code retries. */
const isRefused = (error: string) => error.startsWith('authentication_failed')

const ENVIRONMENT = {
  DISABLE_AUTOUPDATER: '1',
  // No telemetry, no error reports: nothing but the model is called.
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
}

/** Tools that change nothing and reach nothing outside of the sandbox. */
const READING = ['Read', 'Glob', 'Grep']

function argumentsFor({ session, manual, access }: HarnessTask, options: ClaudeOptions): string[] {
  const { model, maxTurns, extraArgs } = options
  const allowedTools = access === 'read' ? READING : options.allowedTools
  const tools = ['--allowedTools', allowedTools.join(','), '--tools', toolNames(allowedTools).join(',')]
  return [
    '-p',
    ...['--output-format', 'stream-json', '--verbose'],
    // Long answers show signs of life, and what a killed run has used is known.
    '--include-partial-messages',
    ...(session === null ? ['--session-id', randomUUID()] : ['--resume', session]),
    ...['--max-turns', String(maxTurns)],
    ...['--setting-sources', 'user', '--strict-mcp-config'],
    ...['--append-system-prompt', manual],
    ...(model === null ? [] : ['--model', model]),
    // Whoever may only read does so whatever else is asked of the program: the last word counts.
    ...(access === 'read' ? [...extraArgs, ...tools] : [...tools, ...extraArgs]),
  ]
}

/**
 * Names of the tools to offer: `Bash(git *)` allows some uses of a tool, which is offered as `Bash`. Tools of MCP
 * servers are not built in.
 */
function toolNames(allowed: string[]): string[] {
  const names = allowed.map((tool) => tool.replace(/\(.*$/, '').trim())
  return [...new Set(names.filter((name) => !name.startsWith('mcp__')))]
}

const configOf = ({ home }: Sandbox) => join(home, '.claude')

const instruct = (sandbox: Sandbox) =>
  sandbox.write(
    join(configOf(sandbox), 'CLAUDE.md'),
    ['CLAUDE.md', 'AGENTS.md'].map((file) => `@${join(sandbox.checkout, file)}\n`).join(''),
  )

/**
 * Moves a session to a new sandbox. Claude Code looks for it in a folder named by its working directory, with a dash
 * for every character but letters and digits; the checkout may have another path now.
 */
async function adopt(sandbox: Sandbox, session: string, signal: AbortSignal): Promise<boolean> {
  if (!UUID.test(session)) return false
  const folder = sandbox.checkout.replace(/[^A-Za-z0-9]/g, '-')
  const command = ['sh', '-euc', ADOPT, 'sh', join(configOf(sandbox), 'projects'), session, folder]
  const { exit } = await sandbox.exec(command, { signal, timeoutMs: 60_000 })
  if (exit !== 0) return false
  await instruct(sandbox)
  return true
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const ADOPT = `
cd -- "$1"
for file in ./*/"$2".jsonl; do
  test -f "$file"
  folder=\${file%/*}
  [ "$folder" = "./$3" ] || mv -- "$folder" "./$3"
done`

interface SessionCosts {
  /** Cost of the session before this run; null when another server ran it. */
  before(session: string | null): number | null
  note(result: { session: string | null; totalCostUsd: number | null }): void
}

/** Remembers costs of sessions, only for versions of Claude Code that do not report the cost of one run. */
function sessionCosts(): SessionCosts {
  const totals = new Map<string, number>()
  return {
    before: (session) => (session === null ? 0 : (totals.get(session) ?? null)),
    note({ session, totalCostUsd }) {
      if (session === null || totalCostUsd === null) return
      totals.set(session, totalCostUsd)
      if (totals.size > 1000) totals.delete(totals.keys().next().value!)
    },
  }
}
