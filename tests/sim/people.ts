/** People of the simulator: they file, interfere at the wrong moment, and clear the inbox. What is confirmed to them is kept. */

import { apply } from '../../src/life/apply.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { block } from '../../src/life/tickets/block.ts'
import { fail } from '../../src/life/tickets/fail.ts'
import { file } from '../../src/life/tickets/file.ts'
import type { Actor, Command, Refusal } from '../../src/ticket/commands.ts'
import { HUMAN, type Ticket } from '../../src/ticket/ticket.ts'
import { chance } from './chance.ts'
import type { Deed, TicketPlan } from './plan.ts'
import { MENDING, MENDS } from './red-push.ts'
import type { Process, Simulation } from './stage.ts'
import type { Acknowledged } from './truth.ts'

const PERSON: Actor = { kind: 'person', name: 'ada' }

/** Files a ticket of the plan; its name leads its title. */
export async function fileTicket(sim: Simulation, { world }: Process, wanted: TicketPlan): Promise<void> {
  const { name, nature, priority, after } = wanted
  const blocker = after === null ? undefined : sim.ids.get(after)
  const filed = await file(
    world,
    {
      title: `${name} ${nature}`,
      priority,
      ...(nature === 'proposal' && { type: 'proposal', assignedTo: HUMAN }),
      ...(blocker !== undefined && { blockedBy: [blocker] }),
    },
    PERSON,
  )
  if ('refused' in filed) throw new Error(filed.sentence)
  sim.ids.set(name, filed.id)
  sim.truth.acknowledged.push({ ticket: filed.id, what: 'created', text: `${name} ${nature}` })
}

/** Files a ticket that mends `main`, as the question about it says. */
export async function fileMending({ world }: Process, at: number): Promise<void> {
  const filed = await file(world, { title: `${MENDS}${at} main`, priority: MENDING + Math.ceil(at) }, PERSON)
  if ('refused' in filed) throw new Error(filed.sentence)
}

export async function interfere(sim: Simulation, process: Process, deed: Deed): Promise<void> {
  const id = sim.ids.get(deed.ticket)
  if (id === undefined) return
  if (deed.deed === 'send late commands') return sendLate(sim, process, id)
  if (deed.deed === 'block') {
    const other = sim.ids.get(deed.other)
    if (other !== undefined) await block(process.world, id, other, PERSON)
    return
  }
  const ask = (command: Command) => apply(process.world, id, command, PERSON)
  const done = await ask(commandOf(deed))
  if (deed.deed === 'take by hand' && !('refused' in done)) await ask({ type: 'complete' })
  const what = ACKNOWLEDGED[deed.deed]
  if (what && !('refused' in done)) sim.truth.acknowledged.push({ ticket: id, what, text: textOf(deed) })
}

const ACKNOWLEDGED: Partial<Record<Deed['deed'], Acknowledged['what']>> = {
  comment: 'commented',
  cancel: 'done',
  reopen: 'reopened',
}

/** Known again by its time, which no other deed has. */
const textOf = ({ deed, at }: Deed) => (deed === 'reopen' ? '' : `said at ${at}`)

function commandOf({ deed, at, other }: Deed): Command {
  const text = `said at ${at}`
  switch (deed) {
    case 'cancel':
      return { type: 'cancel', reason: text }
    case 'prioritise':
      return { type: 'update', priority: at % 4 }
    case 'unclaim':
      return { type: 'release', reason: text }
    case 'reopen':
      return { type: 'reopen' }
    case 'take by hand':
      return { type: 'update', status: 'in_progress' }
    case 'retitle':
      return { type: 'update', description: `${text}, see ${other}` }
    case 'mark done':
      return { type: 'mark-done' }
    case 'assign':
      return { type: 'update', assignedTo: at % 2 ? HUMAN : null }
    default:
      return { type: 'comment', author: PERSON.name, body: text }
  }
}

/** Everything that an attempt which is over could still ask: all of it must be refused. */
async function sendLate(sim: Simulation, { world }: Process, id: number): Promise<void> {
  const [newest] = await world.store.attempts({ ticket: id, limit: 1 })
  const number = newest && newest.endedAt === null ? newest.number - 1 : (newest?.number ?? 0)
  if (number < 1) return
  for (const [by, command] of lateCommands(id, number)) {
    sim.truth.late.sent++
    const said = await apply(world, id, command, by)
    if (!('refused' in said)) sim.truth.late.taken.push(`${command.type} by attempt ${number} of #${id}`)
  }
}

function lateCommands(id: number, attempt: number): [Actor, Command][] {
  const swarm: Actor = { kind: 'swarm', name: 'agent-1' }
  const agent: Actor = { kind: 'agent', name: 'agent-1', ticket: id, attempt }
  const why = { reason: 'gate red', detail: 'late', charged: true, notBefore: null, front: false } as const
  return [
    [swarm, { type: 'advance', attempt, phase: 'verifying' }],
    [swarm, { type: 'submit', attempt, work: 'late' }],
    [swarm, { type: 'finish', attempt, resolution: 'no-change', reason: 'late' }],
    [swarm, { type: 'land', attempt, commit: 'late' }],
    [swarm, { type: 'send-back', attempt, ...why }],
    [swarm, { type: 'release', attempt }],
    [swarm, { type: 'lose', attempt, detail: 'late' }],
    [agent, { type: 'declare', attempt, noChange: 'late', children: 0 }],
    [agent, { type: 'comment', author: 'agent-1', body: 'late' }],
    [agent, { type: 'release', reason: 'late' }],
  ]
}

/** Goes once through the inbox, and leaves some of it for ever. */
export async function clearInbox(sim: Simulation, { world }: Process): Promise<void> {
  for (const ticket of await world.store.inbox()) {
    const draw = chance('inbox', sim.plan.seed, ticket.id, ticket.attempts)
    if (draw.happens(isAboutMain(ticket) ? 60 : 15)) continue
    await decideOn(sim, world, { ticket, yes: draw.happens(70) ? 'yes' : 'no' })
  }
}

/** Most leave that to whatever mends it. */
const isAboutMain = ({ title }: Ticket) => title.startsWith('main is red')

async function decideOn(
  sim: Simulation,
  world: Process['world'],
  { ticket, yes }: { ticket: Ticket; yes: 'yes' | 'no' },
): Promise<void> {
  const { id, type, stage, createdBy } = ticket
  const ask = (command: Command) => apply(world, id, command, PERSON)
  const kept = (what: Acknowledged['what'], said: object | Refusal, text = '') => {
    if (!('refused' in said)) sim.truth.acknowledged.push({ ticket: id, what, text })
  }
  if (createdBy === 'blockers') {
    const said = yes === 'yes' ? 'go on' : 'cancel'
    return kept('done', await answer(world, id, said, PERSON), said)
  }
  if (type === 'question')
    return kept('done', await answer(world, id, `answer to ${id}`, PERSON), `answer to ${id}`)
  if (type === 'verify')
    return kept('done', yes === 'yes' ? await ask({ type: 'pass' }) : await fail(world, id, 'No.', PERSON))
  if (type === 'proposal' || stage.status === 'ready') {
    if (yes === 'yes') return kept('approved', await ask({ type: 'approve' }))
    return void (await ask({ type: 'reject', reason: `no to ${id}` }))
  }
  kept('unclaimed', await ask({ type: 'release', reason: `again, ${id}` }), `again, ${id}`)
}
