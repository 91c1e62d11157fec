/** Claude Code on this machine. */
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from './environment.ts'

/** Path of Claude Code on this machine. Throws Refused when it is not found. */
export function claudeAt({ SWARM_CLAUDE_BIN: named, PATH = '' }: Environment): string {
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
