/** Sandboxes, where attempts and gates run. Adapters: process (no isolation); docker and bubblewrap isolate. */
export interface Sandboxes {
  /** Kind, and the image if there is one: part of the gate's fingerprint. It changes when the image is rebuilt. */
  kind: string
  /** Way from programs inside to the gateway: the host's loopback, or a socket in the one folder that is mounted. */
  reach: Reach
  open(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>
  /** Ends and removes all sandboxes that a dead server left behind; gives their number. */
  reap(): Promise<number>
  /** Readings of every open sandbox that can be measured. */
  readings(): Promise<Reading[]>
}

/** Way from a sandbox to the gateway. */
export type Reach = 'loopback' | 'socket'

/** Description of a sandbox to open. */
export interface SandboxSpec {
  /** Name for people and for reaping, such as `t12-a3` or `gate-9f3c`. */
  name: string
  /** Commit to check out, detached, in `checkout`: `commit` must be reachable from `ref` of `source`. */
  checkout: {
    source: string
    ref: string
    commit: string
    /** Clone the history too, not just the tree. */
    history: boolean
  }
  /** Variables that its programs see; of the host's environment only PATH and the locale are added. */
  env: Record<string, string>
  /** Programs to put on PATH: name → content. */
  programs: Record<string, string>
  /** Folder of the host that holds `gateway.sock`; null for none, and where the gateway is on loopback. */
  gateway: { socketFolder: string } | null
  /**
   * Tar archives of the host, unpacked into the home as this sandbox's own copy. They only save time: what cannot be
   * unpacked is left out.
   */
  archives?: Archive[]
}

/** Tar archive to unpack into a sandbox. */
export interface Archive {
  /** Path on the host. */
  path: string
  /** Folder of it to unpack; default: all of it. */
  folder?: string
}

/** One open sandbox. */
export interface Sandbox {
  /** Paths as programs inside see them. */
  checkout: string
  home: string
  /** A folder on PATH, outside of the checkout. */
  bin: string
  /** Limit of its files; null where only the machine's disk limits them. */
  room: Room | null
  /** Writes a file inside, with its parent folders; default mode: 0o644. */
  write(path: string, content: string | Buffer, mode?: number): Promise<void>
  /**
   * Runs a program inside and streams its output by line. Never rejects for the program's failures: a missing program
   * gives exit 127, one killed by the signal or the time limit gives its signal. Everything it started inside ends with
   * it. One at a time: in a sandbox that isolates, a second one waits for the first.
   */
  exec(command: string[], options: ExecOptions): Promise<ExecResult>
  /** Brings a commit of the source, and what leads to it, into the checkout's repository. Moves no ref. */
  bring(commit: string, signal: AbortSignal): Promise<void>
  /**
   * Runs a program inside, while another may run there, and writes its stdout to a file of the host; ends nothing else.
   * The file exists only after exit 0. Throws Trouble when the output exceeds `most`, or could not be read to its end.
   */
  take(command: string[], host: string, options: TakeOptions): Promise<TakeResult>
  /** Ends everything in it and removes it. Safe to call twice. */
  close(): Promise<void>
}

/** Room that a sandbox has for files. */
export interface Room {
  /** Limit of its files in MB (the setting `disk_mb`). */
  limitMb: number
  /**
   * File that only takes room: with it removed, git can still write an agent's work in a full sandbox. It is there
   * where the history is; whoever removes it makes it again.
   */
  reserve: string
  /** Size of the reserve in KB. */
  reserveKb: number
}

/** Options of `exec`. */
export interface ExecOptions {
  /** Working directory; default: the checkout. */
  cwd?: string
  /** Variables to add to the sandbox's own. */
  env?: Record<string, string>
  stdin?: string
  onLine?: (line: string, stream: OutputStream) => void
  signal: AbortSignal
  /** Time limit in milliseconds; default: none. */
  timeoutMs?: number
}

/** Output stream of a program. */
export type OutputStream = 'stdout' | 'stderr'

/** Options of `take`. */
export interface TakeOptions {
  signal: AbortSignal
  /** Time limit in milliseconds. In a sandbox that isolates, an aborted program may run on inside until then. */
  timeoutMs: number
  /** Maximum bytes of stdout. */
  most: number
}

/** Result of `take`; `output` is what the program printed on stderr. */
export type TakeResult = Omit<ExecResult, 'outOfMemory' | 'cut'>

/** Result of a program. */
export interface ExecResult {
  exit: number | null
  signal: string | null
  timedOut: boolean
  /** End of stdout and stderr together, in order, at most 64 KiB; longer lines are cut. */
  output: string
  /**
   * Streams that were not read to their end, because a process that outlived the program held them open. Everything the
   * program itself printed has been read; treat it as trouble where completeness matters.
   */
  cut: OutputStream[]
  /** Memory limit, when something inside was killed for exceeding it; null otherwise. */
  outOfMemory: { limitMb: number } | null
}

/** Resources that a sandbox uses right now. */
export interface Reading {
  /** Name from its spec. */
  name: string
  /** Processor use in percent; 100 is one core. */
  cpuPercent: number
  memoryBytes: number
}
