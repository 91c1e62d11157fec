/** What the commands are given: a terminal, and a project with the swarm's part of it. `main/` makes both. */
import type { Client } from '../../api/client.ts'
import type { Found } from './import/foreign.ts'
import type { Gate, Landed, Verifier } from './landed.ts'
import type { Accounts, Check } from './machine.ts'

export interface Host extends Terminal {
  version: string
  build: string
  /** A setting of `.swarm/config.json` is also a flag of `start` and a variable of the environment. */
  settings: readonly SettingHelp[]
  /** Aborts with Ctrl-C. */
  signal: AbortSignal
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or with either signal. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  /** What `init` would do, and how to do it. */
  planInit(folder: string): Promise<{
    plan: InitPlan
    interviewer: Interviewer
    /** With files that were approved after an interview, in the place of what the plan says. */
    carryOut(files: readonly ChosenFile[]): Promise<void>
  }>
  /** The credential for the model. */
  accounts: Accounts
  /** Looks at what the swarm needs of this machine, for the project that we are in if there is one. */
  examine(): Promise<Check[]>
  /** The project that we are in, or that this folder is in; null outside of any. */
  project(folder?: string): Project | null
  /** The bytes of a file; `-` is standard input. */
  read(path: string): Buffer
  /** Tickets of a database of the original swarm, or of ours. */
  originalTickets(path: string): Promise<Found>
  /** Shows a page in the person's browser; false where there is none. */
  browse(url: string): boolean
  /** Runs the demo with these arguments until it ends; gives its exit code. */
  demo(args: readonly string[]): Promise<number>
}

export interface Terminal {
  write(text: string): void
  writeError(text: string): void
  /** Whether a person reads the output as it comes. */
  isTty: boolean
  /** Whether a person can be asked something. */
  canAsk: boolean
  hasColor: boolean
  columns: number
  /** Takes the whole screen, and every key that is pressed; also told of each new size, as the key `resize`. */
  takeScreen(onKey: (key: string) => void): Screen
  /** False also when they give up. */
  confirm(question: string): Promise<boolean>
  /** One of the choices, by its key or by arrows; null when they give up. */
  choose<K extends string>(question: string, choices: readonly Choice<K>[]): Promise<K | null>
  /** What they type in; null when they give up. */
  ask(question: string): Promise<string | null>
  /** The same, but not shown. */
  askSecret(question: string): Promise<string | null>
  /** The text as they leave it in their editor, in a file of this name; null when the editor failed. */
  edit(text: string, name: string): Promise<string | null>
}

export interface Screen {
  /** In the place of what was drawn before; what does not fit is cut. */
  draw(lines: string[]): void
  /** Gives the screen back as it was. */
  close(): void
}

export interface Choice<K extends string = string> {
  /** One letter. */
  key: K
  label: string
}

export interface SettingHelp {
  name: string
  /** Its older name. */
  alias: string | null
  flag: string
  /** By the older name. */
  olderFlag: string | null
  variable: string
  help: string
  fallback: string
}

export interface SettingNow {
  name: string
  alias: string | null
  value: unknown
  /** Such as `.swarm/config.json, line 4` or `SWARM_AGENTS`; null for the default. */
  place: string | null
  /** A running server keeps the value that it began with. */
  atStart: boolean
}

export interface InitPlan {
  root: string
  branch: string
  /** The commit that the swarm begins at, but for what is added; null before the first one. */
  commit: string | null
  subject: string | null
  isNewRepository: boolean
  /**
   * Null the first time; else what is missing of what the first time made, and how many commits of the person the
   * swarm can still begin at, since nothing has landed.
   */
  initialised: { missing: string[]; ahead: number } | null
  /** Not committed, so agents will not see it. */
  notTaken: string[]
  /** Kept out of the first commit though git does not ignore it. */
  leftOut: string[]
  /** How many files of the folder the first commit takes; null when there is a commit already. */
  firstCommit: number | null
  /** Files that go onto the branch; `theirs` are in the folder already. */
  adds: { path: string; text: string; theirs: boolean }[]
  stacks: string[]
  /** What else the person should know, in sentences. */
  notes: string[]
}

export interface ChosenFile {
  path: string
  text: string
}

export interface Interviewer {
  /** Why no interview can be held now, in a sentence; null when one can. */
  missing: string | null
  /** Holds it in this terminal, in a copy of the project; null when the person ended it early. */
  hold(): Promise<Interviewed | null>
}

/** What an interview proposes; nothing of it is done yet. */
export interface Interviewed {
  files: (ChosenFile & { before: string | null })[]
  tickets: ProposedTicket[]
}

export interface ProposedTicket {
  title: string
  description: string
  /** Places in the list, from 1, of what must be done before. */
  after: number[]
}

export interface Project {
  root: string
  name: string
  /** The API: the running server's, or else the same one in this process. */
  link(): Promise<Link>
  start(flags: Record<string, string>): Promise<Started | Running>
  /** Serves until it is stopped; gives the exit code. */
  serve(flags: Record<string, string>): Promise<number>
  stop(): Promise<Stopped>
  /** Builds the image of the sandboxes anew; null where they have none. */
  regenerate(): Promise<string | null>
  pull(options: { dryRun: boolean }): Promise<Pulled | Unpulled>
  /** Copies the tickets, reads the copy back, and keeps the newest 24. */
  backUp(): Promise<Backup & { tickets: number }>
  /** Newest first. */
  backups(): Promise<Backup[]>
  /** Puts a backup in the place of the tickets; `file` is a path, or a name among the backups. */
  restore(file: string): Promise<Restored>
  interviewer(): Promise<Interviewer>
  /** Commits files on the branch, as the swarm's new beginning; false when something has landed, and nothing is done. */
  amend(files: readonly ChosenFile[]): Promise<boolean>
  /** As the next start would find them. */
  settings(): Promise<SettingNow[]>
  /** Writes one into the file, or takes it out (`null`). */
  changeSetting(name: string, value: string | null): Promise<{ setting: SettingNow; isRunning: boolean }>
  /** The first-parent commits of the branch, oldest first, from where the swarm began. */
  landed(): Promise<Landed[]>
  /** The verify.sh at the tip of main; null when there is none. */
  gate(): Promise<Gate | null>
  /**
   * Verifies commits, each from a fresh checkout in a sandbox of its own. For an audit that is kept; its sandboxes are of
   * the kind that `like` names, the `sandbox` of a receipt, or of another where that cannot be had.
   */
  verifier(audit: { like: string | null } | null): Promise<Verifier>
}

export interface Backup {
  path: string
  bytes: number
  /** Milliseconds since the epoch. */
  at: number
}

export interface Restored {
  from: string
  /** The tickets as they were before; null when there were none. */
  aside: string | null
  tickets: number
  /** Landed since the backup, and written down again. */
  landed: number[]
  /** Refs of attempts that the backup does not know, kept under another name. */
  setAside: number
}

export interface Link {
  client: Client
  /** Null when no server runs. */
  server: Server | null
  close(): Promise<void>
}

export interface Server {
  pid: number
  url: string
}

/** It ran already. */
export interface Running extends Server {
  already: true
  /** Signs one browser in, once. */
  login: string
}

export interface Started extends Omit<Running, 'already'> {
  already: false
  agents: number
  harness: string
  sandbox: { kind: string; why: string }
  /** The port that was wanted and taken; null when it was free. */
  insteadOf: number | null
  found: LeftBehind
}

/** What an earlier server that did not end well left behind; it is put right by now. */
export interface LeftBehind {
  /** Tickets whose agents died with it. */
  lost: number[]
  /** Tickets that were on `main` already, which was not written down yet. */
  landed: number[]
  /** Submitted work that waits in the merge queue. */
  queued: number
  sandboxes: number
  /** Locks of git, and objects that had not come in whole. */
  locks: number
  halves: number
}

export interface Stopped {
  /** Null: there was nothing to stop. */
  server: Server | null
  how: 'asked' | 'signalled' | 'killed'
  /** Tickets that were under way and are open again; null: not known, its tickets are of another version. */
  handedBack: number[] | null
  /** Tickets that it had no time to hand back: the next start does. */
  underWay: number[]
  sandboxes: Leftovers
}

/** Sandboxes that a server did not end itself. */
export interface Leftovers {
  /** How many were ended in its place. */
  ended: number
  /** The names of those that are still there. */
  left: string[]
  /** Why they are, or why nobody knows whether there are any; null when there are none. */
  why: string | null
}

export interface Pulled {
  from: string
  to: string
  /** Newest first. */
  commits: { commit: string; subject: string; ticket: number | null }[]
  files: { path: string; kind: 'added' | 'changed' | 'deleted' | 'renamed'; isProtected: boolean }[]
}

/** Why nothing was pulled. */
export interface Unpulled {
  refused: string
  paths: string[]
}
