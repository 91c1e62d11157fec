/**
 * What must hold whatever happens, numbered. Each is asked at its moments: at every event of the log, at every new
 * commit of `main`, after every change of the store, every few seconds of simulated time, and at the end. A check gives
 * null, or in a sentence what is wrong. None of them asks the rules that it checks: they are told again here.
 */
import { isDeepStrictEqual } from 'node:util'
import type { LogEntry } from '../../src/ticket/events.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import type { Invariant, Wrong } from './invariant.ts'
import { LIST } from './list.ts'
import { lasting, own } from './only-its-own.ts'
import type { Plan } from './plan.ts'
import { isToMend } from './red-push.ts'
import { changes, found, line, mainOf, treeOf } from './repo.ts'
import { meaningOf, TOOL_MISSING, unsoundIn } from './sandbox.ts'
import type { Simulation } from './stage.ts'

const live = (ticket: Ticket | undefined): number | null =>
  ticket && 'attempt' in ticket.stage ? ticket.stage.attempt : null

const oneLease: Invariant = {
  name: 'one lease',
  sentence:
    'A ticket has at most one live attempt and one place in the merge queue, and both are those that its row names.',
  async change({ tables, tickets }) {
    const seen = new Set<number>()
    for (const { ticket, number } of tables.live()) {
      if (seen.has(ticket)) return `#${ticket} has two live attempts`
      seen.add(ticket)
      if (live(tickets.get(ticket)) !== number)
        return `attempt ${number} of #${ticket} lives, its row differs`
    }
    for (const [id, ticket] of tickets)
      if (live(ticket) !== null && !seen.has(id)) return `#${id} is held, but no attempt lives`
    for (const { ticket, attempt, work } of tables.queued()) {
      const stage = tickets.get(ticket)?.stage
      if (stage?.status !== 'ready' || stage.attempt !== attempt || stage.work !== work)
        return `attempt ${attempt} of #${ticket} waits in the merge queue, and its row says otherwise`
    }
    return null
  },
}

const verified: Invariant = {
  name: 'green main',
  sentence: "Every commit of main has a green receipt for exactly its tree, made by main's own gate.",
  async landing({ sim, store }, { commit, tree, parents, trailers }) {
    if (!trailers.ticket) return null
    const gateOf = (treeish: string) => treeOf(sim.disk, treeish).get('verify.sh')?.text ?? ''
    const gates = [gateOf(parents[0]!), gateOf(tree)]
    const really = sim.truth.gateRuns(tree).some((run) => run.verdict === 'green' && gates.includes(run.gate))
    if (!really) return `no gate was ever green on the tree of ${commit}`
    const receipts = await store.receipts({ tree, limit: 20 })
    return receipts.some(({ verdict }) => verdict === 'green') ? null : `${commit} has no green receipt`
  },
}

const kept: Invariant = {
  name: 'nothing acknowledged is missing',
  sentence: 'What was confirmed to somebody is in the log for ever.',
  async end({ sim, log }) {
    for (const { ticket, what, text } of sim.truth.acknowledged) {
      const there = log.some(
        (entry) =>
          entry.ticket === ticket && entry.event.type === what && JSON.stringify(entry.event).includes(text),
      )
      if (!there) return `it was confirmed that #${ticket} is ${what} (${text}), and it is not in the log`
    }
    return null
  },
}

const once: Invariant = {
  name: 'landed once',
  sentence: 'An attempt lands once, and its ticket is done as exactly that commit.',
  landing({ landed }, { commit, trailers: { ticket, attempt } }) {
    if (!ticket) return null
    const twin = landed.find(({ trailers }) => trailers.ticket === ticket && trailers.attempt === attempt)
    return twin ? `attempt ${attempt} of #${ticket} landed as ${twin.commit} and as ${commit}` : null
  },
  async end({ log, landed }) {
    const told = new Set(
      log.flatMap(({ event }) => (event.type === 'done' && event.commit !== null ? [event.commit] : [])),
    )
    const ours = landed.filter(({ trailers }) => trailers.ticket)
    const untold = ours.find(({ commit }) => !told.has(commit))
    if (untold) return `${untold.subject} is on main as ${untold.commit}, and its ticket does not know`
    return told.size === ours.length ? null : 'a ticket is done as a commit that main does not have'
  },
}

const folded: Invariant = {
  name: 'the log is the truth',
  sentence: 'Each event follows the last without a gap, and folding them gives the row.',
  event({ log }, { seq }) {
    return seq === log.length + 1 ? null : `event ${seq} follows event ${log.length}`
  },
  async change({ store, tickets, log, memory }) {
    const from = memory.get('folded') ?? 0
    memory.set('folded', log.length)
    for (const id of new Set(log.slice(from).map(({ ticket }) => ticket)))
      if (!isDeepStrictEqual(await store.ticket(id), tickets.get(id)))
        return `the row of #${id} is not what its events make of it`
    return null
  },
  async end({ store, tickets }) {
    const rows = await store.tickets({})
    return isDeepStrictEqual(
      rows,
      [...tickets.values()].sort((a, b) => a.id - b.id),
    )
      ? null
      : 'the rows are not what the log makes of them'
  },
}

const ends: Invariant = {
  name: 'everything ends',
  sentence: 'Once nothing goes wrong any more, every ticket becomes done or waits for a person.',
}

/** Milliseconds that an agent may take to find out that something is ready. */
const IDLE = 60_000

const busy: Invariant = {
  name: 'never idle',
  sentence:
    'While a ticket is ready and nothing stands against it, no agent rests; while main is red, that goes for the ticket that is to mend it.',
  async pulse({ sim, store, memory }) {
    const { process } = sim
    const now = sim.schedule.now()
    const rests = process?.running?.agents().some(({ ticket, leaving }) => ticket === null && !leaving)
    const paused = (await process?.running?.paused()) ?? null
    const isWaiting = paused !== null && paused.cause !== 'main is red'
    const excused = !rests || isWaiting || process!.frozenUntil > now || now < sim.lastTrouble + IDLE
    const first = excused ? [] : await store.readyList(sim.wall(), 1)
    const isRed = paused?.cause === 'main is red' && !isGreen(sim)
    const ready = first.filter((each) => !isRed || isToMend(each))
    if (ready.length === 0) memory.set('busy', now)
    const since = memory.get('busy') ?? now
    return now - since > IDLE ? `#${ready[0]!.id} is ready, and for a minute nobody claims it` : null
  },
  async end({ sim, store }) {
    const { process } = sim
    const paused = (await process?.running?.paused()) ?? null
    if (paused?.cause !== 'main is red' || sim.schedule.now() < sim.lastTrouble + IDLE) return null
    if (isGreen(sim)) return 'everybody waits for a main that is green'
    const ready = (await store.readyList(sim.wall(), 1)).filter(isToMend)
    return ready.length > 0 ? `#${ready[0]!.id} is to mend main, and is not tried` : null
  },
}

const isGreen = (sim: Simulation) => unsoundIn(treeOf(sim.disk, mainOf(sim.disk))).length === 0

/** Never the ticket's own fault. */
const OF_THE_WORLD = [
  'usage limit',
  'login expired',
  'overloaded',
  'no sandbox',
  'infrastructure',
  'pre-existing',
]

const fair: Invariant = {
  name: 'fair charges',
  sentence:
    "No attempt is charged for what is the account's, the network's, the machine's or a person's doing, and none of these is blamed for what a change does to its own gate.",
  event({ sim }, { event, ticket }) {
    if (event.type !== 'bounced') return null
    if (event.reason === 'infrastructure' && event.detail.includes(TOOL_MISSING))
      return `#${ticket} calls a tool that is not there, and the machine is blamed: ${event.detail}`
    if (!event.charged) return null
    if (OF_THE_WORLD.includes(event.reason)) return `#${ticket} is charged for: ${event.reason}`
    const failures = sim.truth.failures(ticket, event.attempt)
    const last = failures.at(-1)
    if (last && OF_THE_WORLD.includes(last))
      return `#${ticket} is charged for ${event.reason}, but it was: ${last}`
    if (event.reason === 'harness crash' && last !== 'harness crash')
      return `#${ticket} is charged for a crash of its harness that did not happen: ${event.detail}`
    const forbidden = /conflict markers/.test(event.detail)
    if (event.reason !== 'gate red' || forbidden) return null
    if (!sim.truth.wasRed(ticket)) return `#${ticket} is charged for a red gate, but no gate was honestly red`
    return mainCanBeAsked(sim.plan) && !sim.truth.wasNewlyRed(ticket)
      ? `#${ticket} is charged for a red gate, but it was red on what main was red on only`
      : null
  },
}

/** Where every gate of `main` runs and says the truth, what is red on it is always known. */
const mainCanBeAsked = ({ moody, weather, faults }: Plan): boolean =>
  moody === 0 &&
  !weather.some(({ what }) => what === 'disk full') &&
  !faults.some(({ what }) => what.startsWith('trouble'))

const fenced: Invariant = {
  name: 'fenced',
  sentence: 'What an attempt asks after its end changes nothing.',
  event(_, { event, ticket }, before) {
    if (event.type === 'claimed') {
      if (live(before) !== null) return `#${ticket} is claimed while attempt ${live(before)} lives`
      return event.attempt === before!.attempts + 1
        ? null
        : `#${ticket} is claimed as attempt ${event.attempt}`
    }
    if (!('attempt' in event) || event.attempt === null || event.attempt === live(before)) return null
    return `${event.type} of attempt ${event.attempt} of #${ticket} counts, although attempt ${live(before)} lives`
  },
  async change({ sim }) {
    return sim.truth.late.taken[0] ? `it was too late, and was taken: ${sim.truth.late.taken[0]}` : null
  },
}

/** Milliseconds that a ticket backs off at the most. */
const LONGEST = 64 * 60_000

const ordered: Invariant = {
  name: 'claim order',
  sentence:
    'An agent gets the first of the ready list: by priority, then work that was sent back, then what failed less, then age; never what is blocked, and what made everybody wait only after the others.',
  event({ tickets, log }, { event, ticket, at }, before) {
    if (event.type !== 'claimed' || !event.leased) return null
    const open = ({ stage, blockedBy }: Ticket) =>
      stage.status === 'open' &&
      stage.assignedTo === null &&
      !(stage.notBefore !== null && stage.notBefore > at && stage.notBefore <= at + LONGEST) &&
      blockedBy.every((id) => tickets.get(id)?.stage.status === 'done')
    const rank = ({ id, priority, stage, charged }: Ticket) => [
      -priority,
      stage.status === 'open' && stage.front ? 0 : 1,
      charged,
      id,
    ]
    if (!open(before!)) return `#${ticket} is claimed, and it may not be`
    const ready = [...tickets.values()].filter(open).sort((a, b) => compare(rank(a), rank(b)))
    const first = ready[0]!
    // Who tries whether a wait is over looks at every priority, anybody else at the first one's.
    const others = madeAllWait(log, first) ? ready.filter((each) => !madeAllWait(log, each)) : []
    const ofItsPriority = others.find(({ priority }) => priority === first.priority)
    const isNext = (ofItsPriority ?? first).id === ticket || others[0]?.id === ticket
    return isNext ? null : `#${ticket} is claimed before #${(ofItsPriority ?? first).id}`
  },
}

/** Of the account's or of main's, and no ticket's: everybody stops. */
const WAITS = ['overloaded', 'no sandbox', 'pre-existing']

/** Whether its last attempt ended so. */
function madeAllWait(log: LogEntry[], { id, attempts }: Ticket): boolean {
  const ended = log.findLast(({ ticket, event }) => ticket === id && event.type === 'bounced')?.event
  return ended?.type === 'bounced' && ended.attempt === attempts && WAITS.includes(ended.reason)
}

const compare = (a: number[], b: number[]): number => {
  const at = a.findIndex((each, index) => each !== b[index])
  return at < 0 ? 0 : a[at]! - b[at]!
}

const isQuestionOfTheSwarm = (ticket: Ticket | undefined): boolean =>
  ticket?.type === 'question' && ['swarm', 'blockers'].includes(ticket.createdBy)

const honest: Invariant = {
  name: 'no false done',
  sentence:
    'A ticket is done without a change only when its agent said why, or a person did it, or main has it already.',
  event({ log, sim }, { event, ticket, by, seq }, before) {
    if (event.type !== 'done' || by === 'ada') return null
    if (event.resolution === 'landed') return landedAsSubmitted(sim, event.commit, before)
    const said = log.some(
      (entry) =>
        entry.ticket === ticket &&
        entry.event.type === 'declared' &&
        entry.event.attempt === live(before) &&
        entry.event.resolution === event.resolution,
    )
    if (said || (by === 'swarm' && isQuestionOfTheSwarm(before))) return null
    // Whoever proposes has nothing to change, and whatever ends that closes its ticket.
    if (before?.createdBy === 'scout') return null
    if (by === 'merge queue' && before?.stage.status === 'ready' && isThere(sim, before.stage.work))
      return null
    return `#${ticket} is ${event.resolution} (event ${seq}), and nobody said why`
  },
}

function landedAsSubmitted(sim: Simulation, commit: string | null, before: Ticket | undefined): Wrong {
  const isOnMain = [...line(sim.disk, mainOf(sim.disk))].some((each) => each.commit === commit)
  if (!isOnMain) return `#${before?.id} is done as ${commit}, which is not on main`
  return before?.stage.status === 'ready' && before.stage.work !== null
    ? null
    : `#${before?.id} landed unasked`
}

/** Whether the work changed something, and all of it is on `main` as the work has it. */
function isThere(sim: Simulation, work: string | null): boolean {
  const made = found(sim.disk, work ?? '')
  if (!made) return false
  const main = treeOf(sim.disk, mainOf(sim.disk))
  const own = treeOf(sim.disk, made.tree)
  const changed = changes(sim.disk, made.parents[0]!, made.tree)
  const isAsMade = ({ path }: { path: string }) =>
    path === LIST || main.get(path)?.text === own.get(path)?.text
  return changed.length > 0 && changed.every(isAsMade)
}

const exact: Invariant = {
  name: 'exactly the change',
  sentence: 'main only grows, and a landing changes what its attempt changed and nothing else.',
  landing({ sim, landed }, { commit, tree, parents, trailers: { ticket, attempt } }) {
    const before = landed.at(-1)?.commit ?? [...line(sim.disk, commit)].at(-1)!.commit
    if (parents.length !== 1 || parents[0] !== before) return `${commit} does not build on ${before}`
    if (!ticket) return null
    const work = found(sim.disk, `refs/swarm/work/${ticket}/${attempt}`)
    if (!work) return `${commit} is of attempt ${attempt} of #${ticket}, whose work is nowhere`
    const asked = new Set(changes(sim.disk, work.parents[0]!, work.tree).map(({ path }) => path))
    const own = treeOf(sim.disk, work.tree)
    for (const { path } of changes(sim.disk, before, tree))
      if (
        !asked.has(path) ||
        (path !== LIST && own.get(path)?.text !== treeOf(sim.disk, tree).get(path)?.text)
      )
        return `${commit} changes ${path}, which the work of #${ticket} did not`
    return null
  },
}

const alive: Invariant = {
  name: 'the living keep their lease',
  sentence: 'The lease of an agent at work is renewed in time, and no living attempt is taken for dead.',
  event({ sim }, { event, ticket }) {
    if (event.type !== 'lost' || sim.schedule.now() < sim.lastTrouble + IDLE) return null
    return isAtWork(sim, ticket, event.attempt)
      ? `attempt ${event.attempt} of #${ticket} works, and is lost`
      : null
  },
  async pulse({ sim, tables, memory }) {
    const now = sim.schedule.now()
    const excused = now < sim.lastTrouble + IDLE
    for (const { ticket, number, leaseUntil } of tables.live()) {
      if (leaseUntil === null) continue
      const [lease, since] = [`lease ${ticket}-${number}`, `renewed ${ticket}-${number}`]
      if (excused || memory.get(lease) !== leaseUntil) memory.set(since, now)
      memory.set(lease, leaseUntil)
      if (now - memory.get(since)! > IDLE && isAtWork(sim, ticket, number))
        return `attempt ${number} of #${ticket} works, and its lease has not been renewed for a minute`
    }
    return null
  },
}

const isAtWork = (sim: Simulation, ticket: number, attempt: number): boolean =>
  [...sim.processes].some(
    ({ running, frozenUntil }) =>
      frozenUntil <= sim.schedule.now() &&
      running?.agents().some((each) => each.ticket === ticket && each.attempt === attempt),
  )

/** Milliseconds for which what is over is kept here. */
const KEPT = 60_000

const saved: Invariant = {
  name: 'work is kept',
  sentence:
    'What an attempt made is kept in a ref, whatever became of the attempt, until its ticket has been over for as long as is set; what landed for ever.',
  event({ sim, memory }, { ticket, event }) {
    if (event.type !== 'commented') memory.set(`happened to ${ticket}`, sim.schedule.now())
    return null
  },
  async change({ sim, tables, tickets, memory }) {
    for (const { ticket, number } of tables.removed()) {
      const key = `removed ${ticket}-${number}`
      if (memory.has(key)) continue
      memory.set(key, 1)
      const { stage, createdBy } = tickets.get(ticket)!
      if (stage.status !== 'done')
        return `what attempt ${number} of #${ticket} left is removed, and the ticket is ${stage.status}`
      const ago = sim.schedule.now() - (memory.get(`happened to ${ticket}`) ?? 0)
      const excused = sim.plan.weather.some(({ what }) => what === 'clock jump') || createdBy === 'scout'
      if (ago < KEPT && !excused)
        return `what attempt ${number} of #${ticket} left is removed ${ago} ms after the ticket was done`
    }
    return null
  },
  async end({ sim, store }) {
    for (const { ticket, number, work, removedAt } of await store.attempts({})) {
      const mayBeGone = removedAt !== null && (await store.landing(ticket, number))?.status !== 'landed'
      if (work !== null && !mayBeGone && !found(sim.disk, `refs/swarm/work/${ticket}/${number}`))
        return `the work of attempt ${number} of #${ticket} is gone`
    }
    return null
  },
}

const guarded: Invariant = {
  name: 'the gate is not the change’s',
  sentence:
    'A change to the gate, or to what its commands mean, lands only when a person has approved exactly that work.',
  landing({ sim, log }, { commit, tree, parents, trailers: { ticket, attempt } }) {
    const gate = (treeish: string) => meaningOf(treeOf(sim.disk, treeish))
    if (!ticket || gate(parents[0]!) === gate(tree)) return null
    const own = log.filter((entry) => entry.ticket === Number(ticket))
    const submitted = own.findLastIndex(
      ({ event }) => event.type === 'completed' && event.attempt === Number(attempt),
    )
    const approved = own.slice(submitted).some(({ event }) => event.type === 'approved')
    return approved ? null : `${commit} changes the gate, and nobody approved it`
  },
}

/** Milliseconds: six times what is set. */
const LATE = 60_000

const cheap: Invariant = {
  name: 'a death is cheap',
  sentence: 'What an agent has is kept while it is still at it, and the next attempt begins with it.',
  async pulse({ sim, tables }) {
    const now = sim.schedule.now()
    if (now < sim.lastTrouble + LATE) return null
    for (const { ticket, number, work } of tables.live()) {
      const since = sim.truth.isInSight(ticket, number) ? sim.truth.draftOf(ticket, number) : null
      if (since !== null && now - since > LATE && work === null && isAtWork(sim, ticket, number))
        return `attempt ${number} of #${ticket} has had something for a minute, and none of it is kept`
    }
    return null
  },
  async change({ sim, store, tables, log, memory }) {
    for (const { ticket, number, work } of tables.live()) {
      const kept = `kept ${ticket}-${number}`
      const isTakenBack = sim.truth.draftOf(ticket, number) === null
      if (work === null && memory.has(kept) && !isTakenBack)
        return `what attempt ${number} of #${ticket} has was kept, and is not any more`
      if (work !== null) memory.set(kept, 1)
      else memory.delete(kept)
    }
    const from = memory.get('inherited') ?? 0
    memory.set('inherited', log.length)
    for (const { ticket, event } of log.slice(from)) {
      if (event.type !== 'claimed' || event.attempt === 1) continue
      const before = await store.attempt(ticket, event.attempt - 1)
      if (before?.work && before.removedAt === null) sim.truth.inherits(ticket, event.attempt, before.work)
    }
    return sim.truth.dropped[0] ? `it was kept, and is not gone on with: ${sim.truth.dropped[0]}` : null
  },
}

/** Whoever acts for people here. */
const PERSON = 'ada'

const waited: Invariant = {
  name: 'only what is done unblocks',
  sentence:
    'An agent begins a ticket only when what it waited for was really done, its parts too, or a person said to go on.',
  event({ tickets }, { event, ticket }, before) {
    if (event.type !== 'claimed' || !event.leased) return null
    const blockers = before!.blockedBy.map((id) => tickets.get(id)!)
    for (const { id, stage } of blockers) {
      if (stage.status !== 'done') return `#${ticket} is begun while #${id}, for which it waits, is not done`
      const isGone = stage.resolution === 'cancelled' || stage.resolution === 'rejected'
      if (isGone && !blockers.some((each) => isYes(each, id)))
        return `#${ticket} is begun although #${id} was ${stage.resolution}, and nobody said to go on`
      if (stage.resolution !== 'decomposed') continue
      const parts = [...tickets.values()].filter(({ parent, type }) => parent === id && type === 'task')
      const missing = parts.find(
        (part) => !part.blockedBy.includes(id) && !before!.blockedBy.includes(part.id),
      )
      if (
        missing &&
        missing.stage.status !== 'done' &&
        missing.id !== ticket &&
        !waitsFor(tickets, missing.id, ticket)
      )
        return `#${ticket} is begun after #${id} was split up, and its part #${missing.id} is not done`
    }
    return null
  },
}

const isYes = ({ createdBy, parent, stage }: Ticket, about: number): boolean =>
  createdBy === 'blockers' && parent === about && stage.status === 'done' && stage.resolution === 'answered'

const waitsFor = (tickets: Map<number, Ticket>, id: number, forId: number): boolean =>
  id === forId || (tickets.get(id)?.blockedBy ?? []).some((by) => waitsFor(tickets, by, forId))

/** Milliseconds before a ticket that was given back is handed out again, at least. */
const PATIENCE = 9000

const backedOff: Invariant = {
  name: 'given back is not handed out',
  sentence:
    'What its agent gave back is not handed out again at once, nor a third time, unless a person or a landing has changed something.',
  event({ sim, tickets, memory }, { event, ticket, by }, before) {
    const [times, last] = [`given back ${ticket}`, `given back at ${ticket}`]
    const forget = (id: number) => memory.set(`given back ${id}`, 0)
    if (by === PERSON) forget(ticket)
    if (event.type === 'done')
      for (const { id, blockedBy } of tickets.values()) if (blockedBy.includes(ticket)) forget(id)
    if (event.type === 'unclaimed' && by === 'agent') {
      memory.set(times, (memory.get(times) ?? 0) + 1)
      memory.set(last, sim.schedule.now())
    }
    const back = memory.get(times) ?? 0
    if (event.type !== 'claimed' || !event.leased || back === 0 || before?.createdBy === 'scout') return null
    if (back > 1) return `#${ticket} is handed out again, and was given back ${back} times`
    const ago = sim.schedule.now() - (memory.get(last) ?? 0)
    const excused = sim.plan.weather.some(({ what }) => what === 'clock jump')
    return ago < PATIENCE && !excused
      ? `#${ticket} is handed out again ${ago} ms after it was given back`
      : null
  },
}

const believed: Invariant = {
  name: 'no wait without end',
  sentence: 'Nothing backs off for longer than the longest back-off there is, whatever the clock has shown.',
  async pulse({ sim, tickets, memory }) {
    const { process } = sim
    const now = sim.schedule.now()
    const rests = process?.running?.agents().some(({ ticket, leaving }) => ticket === null && !leaving)
    const isPaused = ((await process?.running?.paused()) ?? null) !== null
    const isFree = rests && !isPaused && process!.frozenUntil <= now && now >= sim.lastTrouble + IDLE
    for (const { id, attempts, stage, blockedBy } of tickets.values()) {
      const key = `backs off ${id} ${attempts}`
      const waits =
        stage.status === 'open' &&
        stage.assignedTo === null &&
        stage.notBefore !== null &&
        blockedBy.every((by) => tickets.get(by)?.stage.status === 'done')
      if (!waits || !isFree) memory.delete(key)
      else if (now - (memory.get(key) ?? now) > LONGEST + IDLE)
        return `#${id} backs off for more than an hour`
      else if (!memory.has(key)) memory.set(key, now)
    }
    return null
  },
}

/** Restarts in a row that find a ticket lost; one may come before that was written down. */
const DEATHS = 4

const spared: Invariant = {
  name: 'one ticket ends nobody for ever',
  sentence:
    'A ticket that was in hand at three crashes of the server goes to a person before it is claimed again.',
  event({ sim, memory }, { event, ticket }) {
    const key = `deaths of ${ticket}`
    const deaths = memory.get(key) ?? 0
    if (event.type === 'claimed')
      return deaths < DEATHS
        ? null
        : `#${ticket} was lost in ${deaths} crashes in a row, and is claimed again`
    const isCrash = event.type === 'lost' && sim.process?.running === null
    if (isCrash || event.type !== 'advanced') memory.set(key, isCrash ? deaths + 1 : 0)
    return null
  },
}

const sound: Invariant = {
  name: 'no bug is noted',
  sentence: 'Nothing ends by a mistake of the program: whatever fails has a name.',
  end: async ({ sim }) => sim.truth.bugs[0] ?? null,
}

export const INVARIANTS: Invariant[] = [
  oneLease,
  verified,
  kept,
  once,
  folded,
  ends,
  busy,
  fair,
  fenced,
  ordered,
  honest,
  exact,
  alive,
  saved,
  guarded,
  cheap,
  own,
  lasting,
  waited,
  backedOff,
  believed,
  spared,
  sound,
]
