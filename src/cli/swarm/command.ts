/** The shape of a command, and what it is called with. */

import { Refused } from '../../ticket/refused.ts'
import type { Host, Project } from './host/host.ts'

export interface Flag {
  name: string
  short?: string
  /** What help calls its value; without one it is a switch. */
  value?: string
  /** All it can be. */
  among?: readonly string[]
  help: string
}

export interface Argument {
  name: string
  help: string
  isOptional?: true
  among?: readonly string[]
}

export interface Command {
  name: string
  summary: string
  args?: readonly Argument[]
  flags?: readonly Flag[]
  /** Further lines for its help. */
  more?: readonly string[]
  /** Whole command lines, for its help. */
  examples?: readonly string[]
  run(call: Call): Promise<number>
}

export interface Call {
  host: Host
  /** Arguments by their names. */
  args: Record<string, string | undefined>
  /** Values of flags by their names; a switch is `true`. */
  flags: Record<string, string | true | undefined>
  isJson: boolean
  commands: readonly Command[]
}

/** The command line makes no sense, in one sentence. Exit 2. */
export class Misuse extends Error {
  override name = 'Misuse'
}

export function projectOf({ host }: Call): Project {
  const project = host.project()
  if (project === null)
    throw new Refused('No swarm project in this folder or above. Create one: swarm init DIR.')
  return project
}

/** A flag's number; the fallback when it is not given. */
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

export function wholeNumber(what: string, text: string, { min, max }: Omit<Bounds, 'fallback'>): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new Misuse(`${what} must be a whole number from ${min} to ${max}, not '${text}'.`)
}
