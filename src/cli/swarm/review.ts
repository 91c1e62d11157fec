/** Review of an interview's proposals by a person, who accepts, changes or drops each. */
import type { Call } from './command.ts'
import { doubtsAbout } from './gate-doubts.ts'
import type { ChosenFile, Interviewed, ProposedTicket } from './host/setup.ts'
import { oneLine, styled } from './screen.ts'

/** Approved proposals. */
export interface Approved {
  files: ChosenFile[]
  tickets: ProposedTicket[]
}

/** Reviews the proposals; null when the person stops, and nothing is to be done. */
export async function review(call: Call, { files, tickets }: Interviewed): Promise<Approved | null> {
  const approved: Approved = { files: [], tickets: [] }
  for (const file of files) {
    const kept = await reviewFile(call, file)
    if (kept === null) return null
    approved.files.push(...kept)
  }
  const kept = await reviewTickets(call, tickets)
  return kept && { ...approved, tickets: kept }
}

/** Reviews a file: gives it, nothing when it is dropped, or null to stop. */
async function reviewFile(call: Call, file: Interviewed['files'][number]): Promise<ChosenFile[] | null> {
  const { host } = call
  const { path, before } = file
  let { text } = file
  for (;;) {
    host.write(`\n${styled(host, 'bold', path)}${before === null ? '' : ' (replaces the current one)'}\n`)
    host.write(framed(call, text))
    if (path === 'verify.sh')
      for (const doubt of doubtsAbout(text)) host.write(`${styled(host, 'yellow', doubt)}\n`)
    const choice = await host.choose(`${path}?`, [
      { key: 'y', label: 'Accept it' },
      { key: 'e', label: 'Edit it' },
      { key: 'n', label: 'Leave it out' },
      { key: 'q', label: 'Stop; nothing is changed' },
    ])
    if (choice === 'y') return [{ path, text }]
    if (choice === 'n') return []
    if (choice !== 'e') return null
    text = (await host.edit(text, path)) ?? text
  }
}

/** Reviews tickets: gives the accepted ones, with their blockers renumbered; null to stop. */
async function reviewTickets(call: Call, tickets: ProposedTicket[]): Promise<ProposedTicket[] | null> {
  const kept: { from: number; ticket: ProposedTicket }[] = []
  let isAll = false
  for (const [at, proposed] of tickets.entries()) {
    const answer: ProposedTicket[] | 'all' | null = isAll
      ? [proposed]
      : await reviewTicket(call, proposed, `Ticket ${at + 1} of ${tickets.length}`)
    if (answer === null) return null
    isAll ||= answer === 'all'
    for (const ticket of answer === 'all' ? [proposed] : answer) kept.push({ from: at + 1, ticket })
  }
  return kept.map(({ ticket }) => ({
    ...ticket,
    after: ticket.after.flatMap((place) => {
      const found = kept.findIndex(({ from }) => from === place)
      return found === -1 ? [] : [found + 1]
    }),
  }))
}

async function reviewTicket(
  { host }: Call,
  proposed: ProposedTicket,
  heading: string,
): Promise<ProposedTicket[] | 'all' | null> {
  let ticket = proposed
  for (;;) {
    const after = ticket.after.length > 0 ? ` (after ${ticket.after.join(', ')})` : ''
    host.write(`\n${styled(host, 'bold', `${heading}: ${oneLine(ticket.title)}`)}${after}\n`)
    host.write(framed({ host }, ticket.description))
    const choice = await host.choose('File it?', [
      { key: 'y', label: 'File it' },
      { key: 'a', label: 'File it and all the rest' },
      { key: 'e', label: 'Edit it' },
      { key: 'n', label: 'Leave it out' },
      { key: 'q', label: 'Stop; nothing is changed' },
    ])
    if (choice === 'y') return [ticket]
    if (choice === 'a') return ticket === proposed ? 'all' : [ticket]
    if (choice === 'n') return []
    if (choice !== 'e') return null
    const edited = await host.edit(`${ticket.title}\n\n${ticket.description}\n`, 'ticket.md')
    if (edited !== null && edited.trim() !== '') ticket = { ...ticket, ...titled(edited) }
  }
}

/** Splits a text: the first line is the title, the rest the description. */
export function titled(text: string): { title: string; description: string } {
  const [title = '', ...rest] = text.trim().split('\n')
  return { title: title.trim(), description: rest.join('\n').trim() }
}

/** Formats foreign text as a block of its own. */
export const framed = ({ host }: Pick<Call, 'host'>, text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${styled(host, 'dim', '  |')} ${oneLine(line)}\n`)
    .join('')
