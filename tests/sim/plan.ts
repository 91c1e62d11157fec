/** What a seed means: everything that will be asked and go wrong in one history, as plain data that can be cut down. */
import { chance } from './chance.ts'
import { type RedPush, redPushesOf } from './red-push.ts'

/** What a ticket asks of its agent; see agent.ts for what each does. */
export const NATURES = [
  'plain',
  'shared',
  'changes api',
  'needs api',
  'stubborn bug',
  'no change',
  'split',
  'asks',
  'tampers',
  'proposal',
  'tidies',
] as const
export type Nature = (typeof NATURES)[number]

/** What goes wrong in one run of its harness. */
export const MISHAPS = [
  'bug',
  'nothing',
  'slow',
  'crash',
  'hang',
  'endless',
  'turn limit',
  'overloaded',
  'budget',
  'markers',
  'no tool',
] as const
export type Mishap = (typeof MISHAPS)[number]

/** Where else an agent goes in its checkout than forward from its base; see wander.ts for what each does. */
export const WANDERINGS = [
  'looks back',
  'looks around',
  'goes back',
  'goes back softly',
  'goes on softly',
  'keeps its side',
  'keeps its lines',
  'rebases',
  'amends',
  'calls off',
  'resolves half',
  'stashes',
  'works elsewhere',
] as const

export interface Wandering {
  how: (typeof WANDERINGS)[number]
  /** Once it has a draft, or once it is through. */
  when: 'early' | 'late'
  /** How many commits of `main` it goes back. */
  far: number
}

export interface TicketPlan {
  name: string
  nature: Nature
  priority: number
  /** When it is filed; milliseconds from the beginning. */
  at: number
  /** The name of a ticket that it waits for. */
  after: string | null
  /** Milliseconds that one run of its harness takes. */
  works: number
  /** Of its runs, in order; once they are used up nothing goes wrong any more. */
  mishaps: (Mishap | null)[]
  /** In its runs, in order; once they are used up it stays where it is put. */
  wanders: (Wandering | null)[]
}

export const DEEDS = [
  'cancel',
  'prioritise',
  'unclaim',
  'reopen',
  'comment',
  'block',
  'take by hand',
  'retitle',
  'mark done',
  'assign',
  'send late commands',
] as const

export interface Deed {
  at: number
  deed: (typeof DEEDS)[number]
  ticket: string
  other: string
}

/** Something that happens to the `nth` call of a port. */
export interface Fault {
  call: Call
  nth: number
  what: 'crash before' | 'crash inside' | 'crash after' | 'trouble before' | 'trouble after' | 'slow'
}

/** Every step that reaches the world. */
export const CALLS = [
  'store.transact',
  'store.ticket',
  'store.attempts',
  'store.landings',
  'store.receipt',
  'repo.tip',
  'repo.find',
  'repo.landed',
  'repo.receive',
  'repo.bases',
  'repo.merge',
  'repo.commit',
  'repo.keep',
  'repo.advance',
  'repo.changes',
  'repo.overlay',
  'repo.read',
  'repo.digest',
  'sandboxes.reap',
  'sandboxes.open',
  'sandbox.write',
  'sandbox.exec',
  'sandbox.bring',
  'sandbox.take',
  'sandbox.close',
  'harness.run',
] as const
export type Call = (typeof CALLS)[number]

/** Something that happens to everything for a while. */
export interface Weather {
  at: number
  /** Milliseconds that it lasts. */
  lasts: number
  what:
    | 'disk full'
    | 'kill'
    | 'pause'
    | 'takeover'
    | 'clock jump'
    | 'usage limit'
    | 'login expired'
    | 'pushes'
  /** Of a clock jump: milliseconds. Of a usage limit: 1 when its end is told. */
  by: number
}

/** One ticket that is nobody's like: all that work on it, or its landing, meet the same again and again. */
export interface Curse {
  /** The name of the ticket. */
  ticket: string
  /** The server, as soon as an agent works at it, until that was so often; or the merge queue, for ever. */
  what: 'ends the server' | 'cannot be judged'
}

export interface Plan {
  seed: number
  agents: number
  verifyRetries: number
  /** Whether an agent proposes while nothing is ready. */
  propose: boolean
  /** Of 100 gate runs, how many lie or cannot run. */
  moody: number
  /** Calls take a chance time of up to that many percent of the usual one; 0 makes the order plain. */
  jitter: number
  tickets: TicketPlan[]
  deeds: Deed[]
  faults: Fault[]
  weather: Weather[]
  reds: RedPush[]
  curse: Curse | null
}

const SECOND = 1000
const MINUTE = 60 * SECOND
/** From then on nothing new goes wrong. */
export const CALM = 4 * MINUTE

export function planOf(seed: number): Plan {
  const draw = chance('plan', seed)
  const quiet = draw.happens(10)
  const tickets = ticketsOf(seed, 3 + draw.below(22))
  const names = tickets.map(({ name }) => name)
  return {
    seed,
    agents: draw.between(1, 8),
    verifyRetries: draw.below(4),
    propose: chance('propose', seed).happens(25),
    moody: quiet ? 0 : draw.pick([0, 0, 2, 8]),
    jitter: 100,
    tickets,
    deeds: many(draw.below(tickets.length), (n) => {
      const each = chance('deed', seed, n)
      const at = each.below(CALM)
      return { at, deed: each.pick(DEEDS), ticket: each.pick(names), other: each.pick(names) }
    }).sort((a, b) => a.at - b.at),
    faults: quiet ? [] : faultsOf(seed, draw.below(14)),
    curse: quiet ? null : curseOf(seed, names),
    weather: quiet ? [] : many(draw.below(5), (n) => weatherOf(seed, n)).sort((a, b) => a.at - b.at),
    reds: quiet ? [] : redPushesOf(seed, CALM),
  }
}

const many = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

function ticketsOf(seed: number, count: number): TicketPlan[] {
  return many(count, (n) => {
    const draw = chance('ticket', seed, n)
    const misfortune = draw.happens(35)
    return {
      name: `T${n}`,
      nature: draw.happens(50) ? 'plain' : draw.pick(NATURES),
      priority: draw.happens(20) ? draw.between(-1, 2) : 0,
      at: draw.happens(50) ? 0 : draw.below(2 * MINUTE),
      after: n > 0 && draw.happens(15) ? `T${draw.below(n)}` : null,
      works: draw.happens(85) ? draw.between(1, 10) * SECOND : draw.between(10, 90) * SECOND,
      mishaps: misfortune
        ? many(draw.between(1, 4), () => (draw.happens(50) ? draw.pick(MISHAPS) : null))
        : [],
      wanders: wandersOf(seed, n),
    }
  })
}

function wandersOf(seed: number, n: number): TicketPlan['wanders'] {
  const draw = chance('wander', seed, n)
  if (!draw.happens(30)) return []
  return many(draw.between(1, 3), () =>
    draw.happens(70)
      ? { how: draw.pick(WANDERINGS), when: draw.pick(['early', 'late']), far: draw.between(1, 3) }
      : null,
  )
}

function curseOf(seed: number, names: string[]): Curse | null {
  const draw = chance('curse', seed)
  if (!draw.happens(20)) return null
  return { ticket: draw.pick(names), what: draw.pick(['ends the server', 'cannot be judged']) }
}

function faultsOf(seed: number, count: number): Fault[] {
  return many(count, (n) => {
    const draw = chance('fault', seed, n)
    const call = draw.pick(CALLS)
    const often = call.startsWith('store') || call === 'sandbox.exec'
    const whats: Fault['what'][] = [
      'crash before',
      'crash after',
      'crash inside',
      'trouble before',
      'trouble after',
      'slow',
    ]
    return { call, nth: 1 + draw.below(often ? 400 : 25), what: draw.pick(whats) }
  })
}

function weatherOf(seed: number, n: number): Weather {
  const draw = chance('weather', seed, n)
  const what = draw.pick<Weather['what']>([
    'disk full',
    'kill',
    'pause',
    'takeover',
    'clock jump',
    'usage limit',
    'login expired',
    'pushes',
  ])
  const by = what === 'clock jump' ? draw.pick([-1, 1]) * draw.pick([2, 10, 60]) * MINUTE : draw.below(2)
  return { at: draw.below(CALM - MINUTE), lasts: draw.between(20, 120) * SECOND, what, by }
}
