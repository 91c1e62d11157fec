/** What the API is served from; `main/` binds it. Everything is read at each request: some of it changes. */

import type { Running } from '../life/run.ts'
import type { Post } from '../ports/notifier.ts'
import type { Repo } from '../ports/repo.ts'
import type { Reading } from '../ports/sandbox.ts'
import type { Transcripts } from '../ports/transcripts.ts'
import type { Records } from '../ports/world.ts'
import type { Settings } from '../settings/settings.ts'

export interface ApiServer {
  records: Records
  /** Null where only tickets are cached: no repository, no transcripts. */
  world: Sources | null
  /** Null while no agents run here. */
  running: Running | null
  project: { path: string; name: string }
  /** What is set, as it is now. */
  values(): Settings
  /** How people are told. */
  post: Post
  /** What action links are made with; they work only while a public URL is set. */
  links: ActionLinks
  /** The server that answers; null when the API is used in-process. */
  info(): ServerInfo | null
  /** What a person's programs present. */
  token: string
  /** What each open sandbox uses. */
  readings(): Promise<Reading[]>
  /** How many agents work from now on, also after a restart. */
  scale(agents: number): Promise<void>
  /** Every setting, as it counts here; Trouble when the file cannot be read. */
  settings(): SettingInForce[]
  /** Bytes of a log from `offset` on, at most `limit`; null when there is no such log. */
  readLog(name: string, offset: number, limit: number): Promise<Piece | null>
  /** Calls the listener after each commit of this process; gives what ends that. */
  onChange(listener: () => void): () => void
  /** Begins to shut the server down and returns at once; null when there is none. */
  stop: (() => void) | null
  /** One line for the server's own log: what went wrong inside. */
  note(line: string): void
}

/** What is read of the repository and of transcripts, and nothing that changes them. */
export interface Sources {
  repo: Pick<Repo, 'branch' | 'tip' | 'history' | 'find' | 'landed' | 'diff' | 'changes'>
  transcripts: Pick<Transcripts, 'read'>
}

export interface SettingInForce {
  name: string
  help: string
  /** What a value must be. */
  expects: string
  value: Settings[keyof Settings]
  /** A line of the file, a variable or a flag; null for the default. */
  from: string | null
  /** A running server keeps the value that it began with. */
  atStart: boolean
  /** What counts from the next start on; undefined when that is the same. */
  next: Settings[keyof Settings] | undefined
}

export interface ActionLinks {
  /** Where people reach the action pages from outside, without a slash at its end; empty: nowhere. */
  publicUrl(): string
  /** What they are signed with. */
  key(): string
}

/** Of which build a program is. */
export interface Build {
  version: string
  /** Names it among all of that version; empty for one that runs from its sources. */
  build: string
}

export interface ServerInfo extends Build {
  pid: number
  port: number
  /** Milliseconds since the epoch. */
  startedAt: number
  /** What is installed now where this server was started from; null when nothing is. */
  installed: Build | null
  sandbox: { kind: string; why: string }
}

export interface Piece {
  text: string
  next: number
  size: number
}

/** Where requests come from: `loopback` checks Host and Origin, `in-process` has neither. */
export type Reach = 'loopback' | 'in-process'
