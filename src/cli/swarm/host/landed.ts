/** Commits that landed, the gate on them, and their way into the person's own checkout. */
import type { ReceiptEntry } from '../../../api/client.ts'

/** Looks at what landed, verifies it again, and pulls it. */
export interface History {
  /** The first-parent commits of the branch, oldest first, from where the swarm began. */
  landed(): Promise<Landed[]>
  /** The verify.sh at the tip of main; null when there is none. */
  gate(): Promise<Gate | null>
  /**
   * Verifies commits, each from a fresh checkout in a sandbox of its own. For an audit that is kept; its sandboxes are of
   * the kind that `like` names, the `sandbox` of a receipt, or of another where that cannot be had.
   */
  verifier(audit: { like: string | null } | null): Promise<Verifier>
  pull(options: { dryRun: boolean }): Promise<Pulled | Unpulled>
}

/** Verdict, as a receipt says it. */
export type Verdict = ReceiptEntry['verdict']

/** Commit on the branch, with its ticket, its receipt and its last audit. */
export interface Landed {
  commit: string
  tree: string
  subject: string
  at: number
  ticket: number | null
  /** True for the commit at which the swarm began: it was never verified, and need not be. */
  isStart: boolean
  /** Paths that it changes although its attempt did not; null when that cannot be told any more. */
  strays: string[] | null
  receipt: {
    verdict: Verdict
    flaky: boolean
    doubts: string[]
    at: number
    durationMs: number
    sandbox: string
  } | null
  /** The last time that it was verified again; null when it never was. */
  rerun: { verdict: Verdict; at: number; sandbox: string; output: string } | null
}

/** A gate, and what it runs that another file says: each as `package.json: scripts.test`. */
export interface Gate {
  text: string
  byName: string[]
}

/** Verifier of commits, open until it is closed. */
export interface Verifier {
  /** Kind and image or machine, as a receipt names it. */
  sandbox: string
  verify(
    commit: string,
    signal: AbortSignal,
  ): Promise<{ verdict: Verdict; output: string; durationMs: number }>
  close(): Promise<void>
}

/** Pulled commits, or those that a pull would bring, and the files that they change. */
export interface Pulled {
  from: string
  to: string
  /** Newest first. */
  commits: { commit: string; subject: string; ticket: number | null }[]
  files: { path: string; kind: 'added' | 'changed' | 'deleted' | 'renamed'; isProtected: boolean }[]
}

/** Refusal to pull, with the paths that are in the way. */
export interface Unpulled {
  refused: string
  paths: string[]
}
