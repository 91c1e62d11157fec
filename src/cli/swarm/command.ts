/** The shape of a command, and what it is called with. */

import { Refused } from '../../ticket/refused.ts'
import type { Flag } from '../line.ts'
import { Misuse } from '../misuse.ts'
import type { Host, Project } from './host/host.ts'

/** Argument of a command. */
export interface Argument {
  name: string
  help: string
  isOptional?: true
  among?: readonly string[]
}

/** Command of `swarm`; `run` gives its exit code. */
export interface Command {
  name: string
  summary: string
  args?: readonly Argument[]
  flags?: readonly Flag[]
  /** Further lines for its help. */
  more?: readonly string[]
  /** Command lines as examples for its help. */
  examples?: readonly string[]
  run(call: Call): Promise<number>
}

/** Call of a command. */
export interface Call {
  host: Host
  /** Arguments by name. */
  args: Record<string, string | undefined>
  /** Values of flags by name; a switch is `true`. */
  flags: Record<string, string | true | undefined>
  isJson: boolean
  commands: readonly Command[]
}

/** Finds the project of a call; throws Refused outside of any. */
export function projectOf({ host }: Call): Project {
  const project = host.project()
  if (project === null)
    throw new Refused('No swarm project in this folder or above. Create one: swarm init DIR.')
  return project
}

/** Reads a flag's number; the fallback when it is not given. Throws Misuse for other values. */
export function numberOf(call: Call, name: string, { min, max, fallback }: Bounds): number {
  const text = call.flags[name]
  if (text === undefined) return fallback
  return wholeNumber(`--${name}`, String(text), { min, max })
}

interface Bounds {
  min: number
  max: number
  fallback: number
}

/** Parses a whole number within bounds; throws Misuse for other values. */
export function wholeNumber(what: string, text: string, { min, max }: Omit<Bounds, 'fallback'>): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new Misuse(`${what} must be a whole number from ${min} to ${max}, not '${text}'.`)
}
