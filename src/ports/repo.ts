/**
 * Bare repository that holds `main`. Only the host touches it, always with the hardened environment; it never runs
 * anything that an agent wrote. One adapter: git.
 *
 * File names need not be UTF-8. They are text here in which no byte is lost (`ports/path-bytes.ts`): each name from the
 * repository can be given back to it, and is quoted (`shown`) only for people and prompts.
 */

/** Files that one change may add or change: more are refused before anybody lists them. */
export const MOST_ADDED = 200_000

/** Repository that work lands in: its commits, their merges, and the branch `main`. */
export interface Repo {
  /** Address that a sandbox may clone from: a path or a URL that git understands. */
  source: string
  /** The name of the branch that work lands on. */
  branch: string
  /** The tip of `main`. */
  tip(): Promise<CommitInfo>
  /** Finds a commit by its id or ref; null when it does not exist. */
  find(ref: string): Promise<CommitInfo | null>
  /** Finds many commits at once, as `find` does; results in the order of `refs`. */
  findEach(refs: string[]): Promise<(CommitInfo | null)[]>
  /** First-parent history of `main`, newest first; with `before` only the commits that this commit of it builds on. */
  history(filter: { limit?: number; before?: string }): Promise<CommitInfo[]>
  /** True when the commit is in the first-parent history of `main`. */
  landed(commit: string): Promise<boolean>
  /**
   * Takes in a bundle that was made in a sandbox: its `HEAD`, through object checks, into `ref`, and its
   * `refs/beside/…` through the same checks into `beside/1` and so on, in order; without `beside` they are left out.
   * Throws Trouble (not retryable) for a bundle that is broken, incomplete or too large, `Flawed` for objects that the
   * checks find malformed or dangerous, by their ids, and `Excess` for work that adds more files or bytes than anybody
   * should list, read or check out. The file is used up.
   */
  receive(bundle: string, ref: string, beside?: string): Promise<Received>
  /**
   * Newest commits of `main`'s history that `commit` builds on: one, or several for a merge of several old ones. Empty
   * when it builds on nothing of it.
   */
  bases(commit: string): Promise<CommitInfo[]>
  /**
   * Commits of `commit` that `main` does not have, itself included, each after its parents; at most `limit`, the
   * newest.
   */
  own(commit: string, limit: number): Promise<CommitInfo[]>
  /** Merges `theirs` into the tree of `ours` without a checkout. They need no common history. */
  merge(ours: string, theirs: string): Promise<Merge>
  /**
   * Merges as `merge` does, but where both sides changed the same lines those of `ours` stand. Conflicts are only of
   * what is no matter of lines, such as a file that one side deletes.
   */
  mergeAround(ours: string, theirs: string): Promise<Merge>
  /** Merges many pairs at once, each as `merge` does; results in the order of `pairs`. */
  mergeEach(pairs: { ours: string; theirs: string }[]): Promise<Merge[]>
  /** Makes a commit object and gives its id: the same for the same content. Moves no ref. */
  commit(draft: CommitDraft): Promise<string>
  /** Points a ref of the swarm's own (`refs/swarm/…`) at a commit, so that it can be fetched and is never lost. */
  keep(ref: string, commit: string): Promise<void>
  /** Names of all refs of the swarm's own (`refs/swarm/…`), sorted. */
  refs(): Promise<string[]>
  /** Removes refs of the swarm's own, all or none. Missing ones are ignored. */
  drop(refs: string[]): Promise<void>
  /** Moves `main` by compare-and-swap. `stale`: it is no longer at `from`, and nothing has changed. */
  advance(from: string, to: string): Promise<'moved' | 'stale'>
  /** Differences between two trees or commits. */
  changes(from: string, to: string): Promise<Change[]>
  /** Paths of all files of a commit or tree. */
  paths(treeish: string): Promise<string[]>
  /** Gives `tree` with everything that matches the patterns taken from `from`; what is missing there is removed. */
  overlay(tree: string, from: string, patterns: string[]): Promise<string>
  /** Content of a file of a commit or tree; null when it is missing, or larger than 16 MiB. */
  read(treeish: string, path: string): Promise<Buffer | null>
  /**
   * Reads files by the ids of their content, of any number and size, in the given order. `see` gets each piece of a
   * file, and one empty piece for an empty file.
   */
  pour(ids: string[], see: (id: string, piece: Uint8Array) => void): Promise<void>
  /** Digest of everything in `treeish` that matches the patterns, names and modes included. */
  digest(treeish: string, patterns: string[]): Promise<string>
  /**
   * Removes what a killed git left behind: locks, and half-received objects. Call it only while nobody else uses the
   * repository. Gives the number of each.
   */
  recover(): Promise<{ locks: number; halves: number }>
  /** Removes locks that nobody has touched for `patience` milliseconds, while others may work. Gives their number. */
  unlock(patience: number): Promise<number>
  /**
   * Packs loose objects while others work. Slow, uses little of the machine, and runs one at a time. Throws Trouble
   * when the signal ends it: nothing is lost by that.
   */
  tidy(tidying: Tidying): Promise<void>
  /** Unified diff for people and prompts, at most `limit` characters. */
  diff(from: string, to: string, limit: number): Promise<string>
  /**
   * Answers one read request of git's HTTP protocol. Only `refs`, given as refs or folders of them, are visible, and
   * only what they reach can be fetched. Ends early when `signal` aborts. Throws Trouble when git could not answer.
   */
  serve(request: ReadRequest): AsyncIterable<Uint8Array>
}

/** Options of `tidy`. */
export interface Tidying {
  /**
   * Milliseconds since the epoch: objects that no ref reaches, and that nobody has written since, are removed, and the
   * rest is packed anew. Null: nothing is removed, and only large numbers of loose objects are packed.
   */
  unreachableBefore: number | null
  signal: AbortSignal
}

/** One read request of a git client. */
export interface ReadRequest {
  refs: string[]
  /** Bytes that the client sends; null when it asks for the list of refs. */
  input: AsyncIterable<Uint8Array> | null
  signal: AbortSignal
}

/** Facts about one commit. */
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

/** Commit at the `HEAD` of a bundle; it may build on nothing of `main`. */
export interface Received extends CommitInfo {
  /** Commits of `refs/beside/…` that came along. */
  beside: CommitInfo[]
}

/** Result of a merge. With conflicts, given as paths, the tree holds both sides of them, marked. */
export type Merge = { tree: string } | { tree: string; conflicts: string[] }

/** Content of a commit to be made. */
export interface CommitDraft {
  tree: string
  parents: string[]
  message: string
  /** `Name <mail>` */
  author: string
  /** Seconds since the epoch. */
  at: number
}

/** One difference between two trees. */
export interface Change {
  path: string
  /** Former path of a renamed file; null for every other kind. */
  from: string | null
  kind: 'added' | 'changed' | 'deleted' | 'renamed'
  /** `100644`, `100755`, `120000` (symlink) or `160000` (submodule); `000000` where it is not there. */
  oldMode: string
  newMode: string
  /** Id of the content before and after; all zeros where there is no file. */
  oldId: string
  newId: string
}
