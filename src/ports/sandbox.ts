/** Where an attempt or a gate runs. Adapters: process (no isolation); docker and bubblewrap isolate. */
export interface Sandboxes {
  /** Part of the gate's fingerprint: the kind, and the image if there is one. Another one when that was made anew. */
  kind: string
  /** How programs inside reach the gateway: the host's loopback, or a socket in the one folder that is mounted. */
  reach: Reach
  open(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>
  /** Ends and removes whatever a dead server left behind; gives how many there were. */
  reap(): Promise<number>
  /** Of every open sandbox that can be read. */
  readings(): Promise<Reading[]>
}

export type Reach = 'loopback' | 'socket'

export interface SandboxSpec {
  /** Names it for people and for reaping, such as `t12-a3` or `gate-9f3c`. */
  name: string
  /** What is checked out, detached, in `checkout`: `commit` must be reachable from `ref` of `source`. */
  checkout: {
    source: string
    ref: string
    commit: string
    /** Clone the history too, not just the tree. */
    history: boolean
  }
  /** Everything that programs in it see; nothing of the host's environment comes along but PATH and the locale. */
  env: Record<string, string>
  /** Put on PATH: name → content. */
  programs: Record<string, string>
  /** The host's folder that holds `gateway.sock`; null for none, and where the gateway is on loopback. */
  gateway: { socketFolder: string } | null
  /**
   * Tar archives of the host, unpacked into the home as a copy of this sandbox's own. What cannot be unpacked is left
   * out: it only spares time.
   */
  archives?: Archive[]
}

export interface Archive {
  /** On the host. */
  path: string
  /** The only folder of it that is unpacked; all of it by default. */
  folder?: string
}

export interface Sandbox {
  /** Paths as programs inside it see them. */
  checkout: string
  home: string
  /** A folder on PATH, outside of the checkout. */
  bin: string
  /** What limits its files; null where only the machine's disk does. */
  room: Room | null
  /** Writes a file inside, parents too. `mode` 0o644 by default. */
  write(path: string, content: string | Buffer, mode?: number): Promise<void>
  /**
   * Runs a program inside and streams what it prints by line. Never rejects for what the program does: a program
   * that is missing gives exit 127, one killed by the signal or the time-out gives its signal. However it ends,
   * everything it started inside is ended too. One at a time: what isolates lets a second one wait for the first.
   */
  exec(command: string[], options: ExecOptions): Promise<ExecResult>
  /** Brings a commit of the source, and what leads to it, into the checkout's repository. Moves no ref. */
  bring(commit: string, signal: AbortSignal): Promise<void>
  /**
   * Runs a program inside, beside whatever runs there, and writes what it prints on stdout to a file of the host; ends
   * nothing else. There is a file only when it ended with exit 0. Throws Trouble when it prints more than it may, and
   * when what it printed could not be read to its end.
   */
  take(command: string[], host: string, options: TakeOptions): Promise<TakeResult>
  /** Ends everything in it and removes it. Safe to call twice. */
  close(): Promise<void>
}

export interface Room {
  /** MB that its files may take, as `disk_mb` says. */
  limitMb: number
  /**
   * A file that only takes room: with it removed, git can still write what an agent leaves in a sandbox that is full. It
   * is there where the history is; whoever removes it makes it again.
   */
  reserve: string
  /** Of the reserve. */
  reserveKb: number
}

export interface ExecOptions {
  /** The checkout by default. */
  cwd?: string
  /** Beside the sandbox's own. */
  env?: Record<string, string>
  stdin?: string
  onLine?: (line: string, stream: OutputStream) => void
  signal: AbortSignal
  /** Milliseconds; none by default. */
  timeoutMs?: number
}

export type OutputStream = 'stdout' | 'stderr'

export interface TakeOptions {
  signal: AbortSignal
  /** Milliseconds. Where a sandbox isolates, what was called off may go on inside until then. */
  timeoutMs: number
  /** Bytes that it may print on stdout. */
  most: number
}

/** Its output is what the program printed on stderr. */
export type TakeResult = Omit<ExecResult, 'outOfMemory' | 'cut'>

export interface ExecResult {
  exit: number | null
  signal: string | null
  timedOut: boolean
  /** The end of stdout and stderr together, in order, at most 64 KiB; a line of over 64 KiB is cut. */
  output: string
  /**
   * What was not read to its end, because something that outlived the program held it open. What the program itself
   * printed has been read; whoever needs to know that it is all there is takes this for trouble.
   */
  cut: OutputStream[]
  /** Something in it was killed because the sandbox had used up its memory; null when nothing was. */
  outOfMemory: { limitMb: number } | null
}

/** What a sandbox uses right now. */
export interface Reading {
  /** As its spec says. */
  name: string
  /** 100 is one core. */
  cpuPercent: number
  memoryBytes: number
}
