/** Server side of the API, which `main/` binds. Read everything at each request: some of it changes. */

import type { Running } from '../life/run.ts'
import type { Post } from '../ports/notifier.ts'
import type { Repo } from '../ports/repo.ts'
import type { Reading } from '../ports/sandbox.ts'
import type { Transcripts } from '../ports/transcripts.ts'
import type { Records } from '../ports/world.ts'
import type { Settings } from '../settings/settings.ts'

/** Parts that the API is served from. */
export interface ApiServer {
  records: Records
  /** Null where only tickets are cached: no repository, no transcripts. */
  world: Sources | null
  /** Null while no agents run here. */
  running: Running | null
  project: { path: string; name: string }
  /** Reads the settings as they are now. */
  values(): Settings
  /** Channels to people. */
  post: Post
  /** Parts of action links, which work only while a public URL is set. */
  links: ActionLinks
  /** Facts about the server that answers; null when the API is used in-process. */
  info(): ServerInfo | null
  /** Token of a person's programs. */
  token: string
  /** Reads the resource use of each open sandbox. */
  readings(): Promise<Reading[]>
  /** Changes the number of agents, also for later starts. */
  scale(agents: number): Promise<void>
  /** Lists every setting, as in force here; throws Trouble when the file cannot be read. */
  settings(): SettingInForce[]
  /** Reads at most `limit` bytes of a log from `offset` on; null when there is no such log. */
  readLog(name: string, offset: number, limit: number): Promise<Piece | null>
  /** Calls the listener after each commit of this process; gives its removal. */
  onChange(listener: () => void): () => void
  /** Begins to shut the server down and returns at once; null when there is none. */
  stop: (() => void) | null
  /** Writes one line to the server's own log, about an internal error. */
  note(line: string): void
}

/** Sources of what the API reads in the repository and in transcripts. It changes neither through them. */
export interface Sources {
  repo: Pick<Repo, 'branch' | 'tip' | 'history' | 'find' | 'landed' | 'diff' | 'changes'>
  transcripts: Pick<Transcripts, 'read'>
}

/** Setting with its value, where that comes from, and when a change takes effect. */
export interface SettingInForce {
  name: string
  help: string
  /** Description of allowed values. */
  expects: string
  value: Settings[keyof Settings]
  /** A line of the file, a variable or a flag; null for the default. */
  from: string | null
  /** True when a running server keeps the value of its start. */
  atStart: boolean
  /** Value from the next start on; undefined when that is the same. */
  next: Settings[keyof Settings] | undefined
}

/** Parts of action links. */
export interface ActionLinks {
  /** URL of the action pages from outside, without a slash at its end; empty: none. */
  publicUrl(): string
  /** Key for their signatures. */
  key(): string
}

/** Build of a program. */
export interface Build {
  version: string
  /** Digest that names the build within its version; empty for one that runs from its sources. */
  build: string
}

/** Facts about a running server. */
export interface ServerInfo extends Build {
  pid: number
  port: number
  /** Start in milliseconds since the epoch. */
  startedAt: number
  /** Build that is installed in its place now; null when nothing is. */
  installed: Build | null
  sandbox: { kind: string; why: string }
}

/** Piece of a log; `next` is the offset to read on from. */
export interface Piece {
  text: string
  next: number
  size: number
}

/** Origin of requests: `loopback` checks Host and Origin, `in-process` has neither. */
export type Reach = 'loopback' | 'in-process'
