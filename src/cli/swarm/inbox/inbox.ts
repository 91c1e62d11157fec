/** Command `swarm inbox`: everything that waits for the person, one at a time, decided by a key. */
import { ApiError, type Client, type WaitingEntry } from '../../../api/client.ts'
import { isUrgent } from '../../../ticket/notice.ts'
import { type Call, type Command, projectOf } from '../command.ts'
import type { Choice } from '../host/terminal.ts'
import { columns, counted, oneLine, print, styled } from '../screen.ts'
import { loginAt } from '../start.ts'
import { type Action, actionsFor, commandFor } from './actions.ts'
import { type Evidence, evidenceOf, shown } from './evidence.ts'

export const inbox: Command = {
  name: 'inbox',
  summary: 'Go through your inbox, one ticket at a time',
  flags: [{ name: 'list', short: 'l', help: 'only print the list' }],
  more: [
    'Each ticket is shown with its text and comments, the change that waits for approval, and the output of the gate when',
    'it was red. Press one key to decide, s to skip, q to quit. Nothing changes until you press a key.',
    'Without a terminal, such as in a pipe, it prints a list.',
  ],
  examples: ['swarm inbox', 'swarm inbox --list', 'swarm inbox --format json'],
  async run(call) {
    const link = await projectOf(call).link()
    try {
      if (call.isJson || call.flags.list || !call.host.canAsk) return await list(call, link.client)
      return await decide(call, link.client)
    } finally {
      await link.close()
    }
  },
}

/** Lists the inbox: requests of agents first, blocked tickets last. */
async function waiting(client: Client): Promise<WaitingEntry[]> {
  const { tickets } = await client.inbox()
  const rank = ({ asks, open_blockers }: WaitingEntry) => (open_blockers > 0 ? 2 : isUrgent(asks) ? 0 : 1)
  return tickets.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id)
}

const NOTHING = 'Nothing waits for you.'

async function list(call: Call, client: Client): Promise<number> {
  const tickets = await waiting(client)
  print(call, { tickets }, () => {
    if (tickets.length === 0) return NOTHING
    const rows = tickets.map((ticket) => [
      `#${ticket.id}`,
      NAMES[ticket.asks] ?? ticket.asks,
      oneLine(ticket.title, 48),
      ticket.open_blockers > 0
        ? `after ${ticket.blocked_by.map((id) => `#${id}`).join(', ')}`
        : commandFor(ticket),
    ])
    return columns(rows, '')
  })
  return 0
}

const NAMES: Partial<Record<WaitingEntry['asks'], string>> = {
  approval: 'approve',
  assigned: 'for you',
  escalated: 'agents are stuck',
}

async function decide(call: Call, client: Client): Promise<number> {
  const { host } = call
  const skipped = new Set<number>()
  for (let decided = 0; ; ) {
    const all = (await waiting(client)).filter(({ open_blockers }) => open_blockers === 0)
    const left = all.filter(({ id }) => !skipped.has(id))
    const ticket = left[0]
    if (!ticket) {
      host.write(`${ending(decided, all.length)}\n`)
      return 0
    }
    const outcome = await decideOne(call, client, { ticket, left: left.length })
    if (outcome === 'stop') {
      host.write(`${ending(decided, all.length)}\n`)
      return 0
    }
    if (outcome === 'skipped') skipped.add(ticket.id)
    if (outcome === 'decided') decided += 1
  }
}

function ending(decided: number, left: number): string {
  if (decided === 0 && left === 0) return NOTHING
  const rest =
    left === 0
      ? 'Nothing else waits for you.'
      : `${counted(left, 'ticket')} still wait${left === 1 ? 's' : ''} for you.`
  return decided === 0 ? rest : `${decided} decided. ${rest}`
}

interface Turn {
  ticket: WaitingEntry
  left: number
}

/** Shows a ticket until something is decided. */
async function decideOne(
  call: Call,
  client: Client,
  { ticket, left }: Turn,
): Promise<'decided' | 'gone' | 'skipped' | 'stop'> {
  const { host } = call
  const evidence = await evidenceOf(client, ticket)
  const actions = actionsFor(ticket)
  let isCut = show(call, { ticket, left }, { evidence, isWhole: false })
  for (;;) {
    const key = await host.choose(`${heading(ticket)}?`, choices(actions, isCut))
    if (key === null || key === 'q') return 'stop'
    if (key === 's') return 'skipped'
    if (key === 'm') isCut = show(call, { ticket, left }, { evidence, isWhole: true })
    else if (key === 'o') host.write(`${await openPage(call, client, ticket)}\n`)
    else {
      const at = { call, client, ticket }
      const printed = await tryTo(actions.find((action) => action.key === key)!, at)
      if (printed !== null) host.write(`#${ticket.id} ${printed}\n`)
      if (printed !== null) return 'decided'
      if (!(await stillWaits(at))) return 'gone'
    }
  }
}

const heading = ({ id, asks }: WaitingEntry) => `#${id}, ${NAMES[asks] ?? asks}`

function show(
  call: Call,
  { ticket, left }: Turn,
  { evidence, isWhole }: { evidence: Evidence; isWhole: boolean },
): boolean {
  const { host } = call
  const { text, isCut } = shown(call, evidence, { isWhole })
  const count = left === 1 ? 'the last' : `${left} left`
  host.write(
    `\n${styled(host, 'bold', `#${ticket.id} ${oneLine(ticket.title)}`)} (${NAMES[ticket.asks] ?? ticket.asks}, ${count})\n`,
  )
  host.write(text)
  return isCut
}

const choices = (actions: readonly Action[], isCut: boolean): Choice[] => [
  ...actions.map(({ key, label }) => ({ key, label })),
  ...(isCut ? [{ key: 'm', label: 'Show all of it' }] : []),
  { key: 'o', label: 'Open it in the dashboard' },
  { key: 's', label: 'Skip it for now' },
  { key: 'q', label: 'Stop' },
]

/** Carries an action out; a refusal, such as of something already decided, is printed and does not end the inbox. */
async function tryTo(action: Action, at: Parameters<Action['act']>[0]): Promise<string | null> {
  try {
    return await action.act(at)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0) throw error
    at.call.host.write(`${styled(at.call.host, 'yellow', oneLine(error.message))}\n`)
    return null
  }
}

const stillWaits = async ({ client, ticket: { id } }: Parameters<Action['act']>[0]) =>
  (await client.inbox()).tickets.some((each) => each.id === id)

async function openPage({ host }: Call, client: Client, { id }: WaitingEntry): Promise<string> {
  try {
    const { url } = await loginAt(client, id)
    return host.browse(url) ? 'Opened in your browser.' : `In a browser (once, for ten minutes): ${url}`
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0) return oneLine(error.message)
    throw error
  }
}
