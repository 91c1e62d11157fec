/** What really happened, seen from outside of the swarm: it survives every crash, and the invariants ask it. */

export interface GateRun {
  /** The text of the gate that ran. */
  gate: string
  /** `breaks`: it called a program that is not there, as its tree says. */
  verdict: 'green' | 'red' | 'breaks' | 'lies' | 'missing' | 'killed' | 'full'
  ticket: number | null
  /** It is red on something that `main` was not red on at that moment. */
  isNew: boolean
}

/** A write that the swarm confirmed to whoever asked for it. */
export interface Acknowledged {
  ticket: number
  what: 'created' | 'commented' | 'done' | 'approved' | 'unclaimed' | 'reopened' | 'claimed'
  /** What its event holds, to know it by. */
  text: string
}

export interface Truth {
  gateRuns(tree: string): GateRun[]
  ranGate(tree: string, run: GateRun): void
  /** Whether the gate was honestly red for this ticket, or could not run because of it. */
  wasRed(ticket: number): boolean
  /** The same, on something that `main` was not red on. */
  wasNewlyRed(ticket: number): boolean
  /** Why the newest runs of an attempt's harness failed, in its own words; none after one that went well. */
  failures(ticket: number, attempt: number): string[]
  failed(ticket: number, attempt: number, reason: string): void
  wentWell(ticket: number, attempt: number): void
  /** Since when an attempt has something to lose, in simulated milliseconds; null when it has nothing. */
  draftOf(ticket: number, attempt: number): number | null
  /** Whether that is where its HEAD is, where it can be found. */
  isInSight(ticket: number, attempt: number): boolean
  looksAway(ticket: number, attempt: number): void
  drafted(ticket: number, attempt: number, at: number): void
  /** It has taken that out of its checkout again by itself. */
  withdrew(ticket: number, attempt: number): void
  /** Whether this is the first run in an attempt's sandbox; true once for each. */
  begins(ticket: number, attempt: number): boolean
  /** What agents of a ticket have made of a path: its text, or null when they removed it. */
  wrote(ticket: number, path: string, text: string | null): void
  hasWritten(ticket: number, path: string, text: string | null): boolean
  /** Whether anybody removed it, ever. */
  wasRemoved(path: string): boolean
  /** What was kept of the attempt before when this one was claimed: its commit; null for nothing. */
  legacy(ticket: number, attempt: number): string | null
  inherits(ticket: number, attempt: number, work: string): void
  /** What was kept so, and the attempt does not have. */
  dropped: string[]
  /** What a process noted as a bug: of the product, or of the simulator, which then shows nothing. */
  bugs: string[]
  /** The numbers of the runs of a ticket's harness rise over attempts and crashes. */
  nextRun(name: string): number
  /** How often the cursed ticket has ended the server. */
  curses: number
  acknowledged: Acknowledged[]
  /** Late commands: how many were sent, and what was taken although it came too late. */
  late: { sent: number; taken: string[] }
  counts: { kills: number; pauses: number; fullDisks: number; restarts: number }
}

export function newTruth(): Truth {
  const gates = new Map<string, GateRun[]>()
  const failures = new Map<string, string[]>()
  const runs = new Map<string, number>()
  const red = new Set<number>()
  const newlyRed = new Set<number>()
  const drafts = new Map<string, number>()
  const legacies = new Map<string, string>()
  const away = new Set<string>()
  const begun = new Set<string>()
  const written = new Set<string>()
  const removed = new Set<string>()
  return {
    gateRuns: (tree) => gates.get(tree) ?? [],
    ranGate(tree, run) {
      gates.set(tree, [...(gates.get(tree) ?? []), run])
      if (!['red', 'breaks'].includes(run.verdict) || run.ticket === null) return
      red.add(run.ticket)
      if (run.isNew || run.verdict === 'breaks') newlyRed.add(run.ticket)
    },
    wasRed: (ticket) => red.has(ticket),
    wasNewlyRed: (ticket) => newlyRed.has(ticket),
    failures: (ticket, attempt) => failures.get(`${ticket}-${attempt}`) ?? [],
    failed(ticket, attempt, reason) {
      const key = `${ticket}-${attempt}`
      failures.set(key, [...(failures.get(key) ?? []), reason])
    },
    wentWell(ticket, attempt) {
      failures.delete(`${ticket}-${attempt}`)
      // What it drafted is done, and may be what main has already.
      drafts.delete(`${ticket}-${attempt}`)
    },
    draftOf: (ticket, attempt) => drafts.get(`${ticket}-${attempt}`) ?? null,
    isInSight: (ticket, attempt) => !away.has(`${ticket}-${attempt}`),
    looksAway: (ticket, attempt) => void away.add(`${ticket}-${attempt}`),
    drafted(ticket, attempt, at) {
      drafts.set(`${ticket}-${attempt}`, at)
      away.delete(`${ticket}-${attempt}`)
    },
    withdrew: (ticket, attempt) => void drafts.delete(`${ticket}-${attempt}`),
    begins(ticket, attempt) {
      const before = begun.size
      return begun.add(`${ticket}-${attempt}`).size > before
    },
    wrote(ticket, path, text) {
      written.add(writing(ticket, path, text))
      if (text === null) removed.add(path)
    },
    hasWritten: (ticket, path, text) => written.has(writing(ticket, path, text)),
    wasRemoved: (path) => removed.has(path),
    legacy: (ticket, attempt) => legacies.get(`${ticket}-${attempt}`) ?? null,
    inherits: (ticket, attempt, work) => void legacies.set(`${ticket}-${attempt}`, work),
    dropped: [],
    bugs: [],
    nextRun(name) {
      const run = runs.get(name) ?? 0
      runs.set(name, run + 1)
      return run
    },
    curses: 0,
    acknowledged: [],
    late: { sent: 0, taken: [] },
    counts: { kills: 0, pauses: 0, fullDisks: 0, restarts: 0 },
  }
}

const writing = (ticket: number, path: string, text: string | null) => JSON.stringify([ticket, path, text])
