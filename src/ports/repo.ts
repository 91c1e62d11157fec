/**
 * The bare repository that holds `main`. Only the host touches it, always with the hardened environment; nothing
 * that an agent wrote is ever run by it. One adapter: git.
 *
 * Names of files need not be UTF-8. They are text here in which no byte is lost (`ports/path-bytes.ts`): each that the
 * repository gives can be given back to it, and is only quoted (`shown`) for people and prompts.
 */

/** Files that one change may add or change: more are refused before anybody lists them. */
export const MOST_ADDED = 200_000

export interface Repo {
  /** Where a sandbox may clone from: a path or a URL that git understands. */
  source: string
  /** The name of the branch that work lands on. */
  branch: string
  /** The tip of `main`. */
  tip(): Promise<CommitInfo>
  /** A commit by its id or ref; null when there is none. */
  find(ref: string): Promise<CommitInfo | null>
  /** The same of many at once. */
  findEach(refs: string[]): Promise<(CommitInfo | null)[]>
  /** First-parent history of `main`, newest first; with `before` only what that commit of it builds on. */
  history(filter: { limit?: number; before?: string }): Promise<CommitInfo[]>
  /** Whether the commit is in the first-parent history of `main`. */
  landed(commit: string): Promise<boolean>
  /**
   * Takes a bundle that was made in a sandbox: its `HEAD`, through object checks, into `ref`, and its `refs/beside/…`
   * through the same checks into `beside/1` and so on, in order; without `beside` they are left out. Refuses (Trouble,
   * not retryable) a bundle that is broken, incomplete or too large, (`Flawed`) objects that the checks take for
   * malformed or dangerous, by their ids, and (`Excess`) work that adds more files or bytes than anybody should list,
   * read or check out. The file is used up.
   */
  receive(bundle: string, ref: string, beside?: string): Promise<Received>
  /**
   * The newest commits of `main`'s history that `commit` builds on: one, but for a merge of several old ones. None when
   * it builds on nothing of it.
   */
  bases(commit: string): Promise<CommitInfo[]>
  /** What `commit` builds on and `main` does not, itself among it, each after its parents; of more, the newest. */
  own(commit: string, limit: number): Promise<CommitInfo[]>
  /** The tree of `ours` with `theirs` merged in, built without a checkout. They need share no history. */
  merge(ours: string, theirs: string): Promise<Merge>
  /**
   * The same, but where both sides changed the same lines those of `ours` stand: with conflicts only of what is no matter
   * of lines, such as a file that one side deletes.
   */
  mergeAround(ours: string, theirs: string): Promise<Merge>
  /** The same as `merge` of many at once. */
  mergeEach(pairs: { ours: string; theirs: string }[]): Promise<Merge[]>
  /** A new commit object, the same id for the same content. Moves no ref. */
  commit(draft: CommitDraft): Promise<string>
  /** Points a ref of the swarm's own (`refs/swarm/…`) at a commit, so that it can be fetched and is never lost. */
  keep(ref: string, commit: string): Promise<void>
  /** The names of all refs of the swarm's own (`refs/swarm/…`), sorted. */
  refs(): Promise<string[]>
  /** Removes refs of the swarm's own, all or none. One that is not there is no mistake. */
  drop(refs: string[]): Promise<void>
  /** Moves `main` by compare-and-swap. `stale`: it is no longer at `from`. */
  advance(from: string, to: string): Promise<'moved' | 'stale'>
  /** What differs between two trees or commits. */
  changes(from: string, to: string): Promise<Change[]>
  /** The paths of all files of a commit or tree. */
  paths(treeish: string): Promise<string[]>
  /** `tree` with everything that matches the patterns taken from `from`, also where it is missing there. */
  overlay(tree: string, from: string, patterns: string[]): Promise<string>
  /** A file of a commit or tree; null when it is not there, or larger than 16 MiB. */
  read(treeish: string, path: string): Promise<Buffer | null>
  /**
   * Files by the ids of their content, however many and however large, in the order asked and piece by piece: `see`
   * hears each piece of a file, of an empty one an empty piece.
   */
  pour(ids: string[], see: (id: string, piece: Uint8Array) => void): Promise<void>
  /** A digest of everything in `treeish` that matches the patterns, names and modes included. */
  digest(treeish: string, patterns: string[]): Promise<string>
  /**
   * Removes what a git that was killed left behind: locks, and objects that never came in. Only when nobody else works
   * on the repository. Gives how many of each.
   */
  recover(): Promise<{ locks: number; halves: number }>
  /** Removes locks that nobody has touched for `patience` milliseconds; others may work. Gives how many. */
  unlock(patience: number): Promise<number>
  /**
   * Packs what is scattered, beside whatever else goes on. It takes its time, and as little of the machine as it can; one
   * at a time. Throws Trouble when the signal has ended it: nothing is lost by that.
   */
  tidy(tidying: Tidying): Promise<void>
  /** A unified diff for people and prompts, at most `limit` characters. */
  diff(from: string, to: string, limit: number): Promise<string>
  /**
   * Answers one request of git's HTTP protocol for reading. Only `refs`, given as refs or folders of them, can be seen
   * and only what they reach can be had. Ends early when `signal` aborts; throws Trouble when git could not answer.
   */
  serve(request: ReadRequest): AsyncIterable<Uint8Array>
}

export interface Tidying {
  /**
   * Milliseconds since the epoch: what no ref reaches, and nobody has written since, is removed, and all the rest is
   * packed anew. Null: nothing is removed, and packed is only what there is much of.
   */
  unreachableBefore: number | null
  signal: AbortSignal
}

export interface ReadRequest {
  refs: string[]
  /** What the client sends; null when it asks which refs there are. */
  input: AsyncIterable<Uint8Array> | null
  signal: AbortSignal
}

export interface CommitInfo {
  commit: string
  tree: string
  parents: string[]
  subject: string
  /** Seconds since the epoch. */
  at: number
  author: string
  /** Trailers of the message, by lower-case name. */
  trailers: Record<string, string>
}

/** The `HEAD` of a bundle, which may build on nothing of `main`. */
export interface Received extends CommitInfo {
  /** What came along. */
  beside: CommitInfo[]
}

/** With conflicts, which are paths, the tree holds both sides of them, marked. */
export type Merge = { tree: string } | { tree: string; conflicts: string[] }

export interface CommitDraft {
  tree: string
  parents: string[]
  message: string
  /** `Name <mail>` */
  author: string
  /** Seconds since the epoch. */
  at: number
}

export interface Change {
  path: string
  /** Where it came from, for a rename. */
  from: string | null
  kind: 'added' | 'changed' | 'deleted' | 'renamed'
  /** `100644`, `100755`, `120000` (symlink) or `160000` (submodule); `000000` where it is not there. */
  oldMode: string
  newMode: string
  /** Of the content before and after; what is not there has one all the same, of zeros. */
  oldId: string
  newId: string
}
