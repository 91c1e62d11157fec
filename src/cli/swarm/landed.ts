/** What landed, and the gate on it. */
export type Verdict = 'green' | 'red' | 'could not run'

export interface Landed {
  commit: string
  tree: string
  subject: string
  at: number
  ticket: number | null
  /** Where the swarm began: it was never verified, and need not be. */
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

export interface Verifier {
  /** Kind and image or machine, as a receipt names it. */
  sandbox: string
  verify(
    commit: string,
    signal: AbortSignal,
  ): Promise<{ verdict: Verdict; output: string; durationMs: number }>
  close(): Promise<void>
}
