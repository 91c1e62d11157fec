/** `swarm interview`, and the interview that `swarm init` offers. */

import { Refused } from '../../ticket/refused.ts'
import { type Call, type Command, projectOf } from './command.ts'
import type { Project } from './host/host.ts'
import type { Serving } from './host/server.ts'
import type { Interviewer, ProposedTicket } from './host/setup.ts'
import { type Approved, review } from './review.ts'
import { counted, print } from './screen.ts'

export const interview: Command = {
  name: 'interview',
  summary: 'Let Claude Code interview you and write PROJECT.md, verify.sh and the first tickets',
  more: [
    'It works in a copy of the project. You review every proposal, and can edit it or leave it out. Nothing takes',
    'effect before that. To end early, press Ctrl-C twice: nothing changes.',
  ],
  examples: ['swarm interview'],
  async run(call) {
    const project = projectOf(call)
    const link = await project.link()
    await link.close()
    if (link.server !== null) throw new Refused('The swarm is running and owns main. First: swarm stop.')
    const approved = await hold(call, await project.interviewer(), 'swarm interview')
    const { asTickets } = await carryOut(project, approved)
    print(call, { files: approved.files.map(({ path }) => path), tickets: approved.tickets.length }, () =>
      [said(approved, asTickets), 'Next: swarm check, then swarm start.'].join('\n'),
    )
    return 0
  },
}

/**
 * Holds an interview and reviews its results with the person. Throws Refused when they end it; nothing was done then.
 */
export async function hold(call: Call, interviewer: Interviewer, again: string): Promise<Approved> {
  const { host, isJson } = call
  if (isJson || !host.canAsk) throw new Refused('An interview needs a terminal. Run swarm interview in one.')
  if (interviewer.missing !== null) throw new Refused(interviewer.missing)
  host.write('Claude Code opens in a copy of your project. Press Ctrl-C twice to end early.\n')
  const interviewed = await interviewer.hold()
  if (interviewed === null)
    throw new Refused(`The interview ended early, and nothing was changed. Resume it: ${again}.`)
  host.write('\nThe interview is over. Nothing is changed yet: review the proposals.\n')
  const approved = await review(call, interviewed)
  if (approved === null) throw new Refused(`Nothing was changed. To start again: ${again}.`)
  return approved
}

/**
 * Carries the results out. Files that can no longer be the beginning become tickets, which land like every other
 * change.
 */
async function carryOut(project: Project, { files, tickets }: Approved): Promise<{ asTickets: boolean }> {
  const asTickets = files.length > 0 && !(await project.amend(files))
  const updates = asTickets ? files.map(updating) : []
  await fileTickets(project, [...tickets, ...updates])
  return { asTickets }
}

const updating = ({ path, text }: { path: string; text: string }): ProposedTicket => ({
  title: `Write ${path} anew`,
  description: `A person has approved this text for ${path}. Let the file say exactly this:\n\n${text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`,
  after: [],
})

/** One transaction, in their order. */
export async function fileTickets(project: Serving, proposed: ProposedTicket[]): Promise<void> {
  if (proposed.length === 0) return
  const link = await project.link()
  try {
    const tickets = proposed.map(({ title, description, after }, at) => ({
      key: String(at + 1),
      title,
      description,
      blocked_by: after.map(String),
    }))
    await link.client.import({ source: null, tickets })
  } finally {
    await link.close()
  }
}

/** Sentence about the files and tickets of an interview. */
export function said({ files, tickets }: Approved, asTickets: boolean): string {
  const names = files.map(({ path }) => path).join(' and ')
  const filed = tickets.length > 0 ? `${counted(tickets.length, 'ticket')} filed.` : 'No ticket was filed.'
  if (files.length === 0) return filed
  return asTickets
    ? `${filed} Work has landed already, so tickets will change ${names}.`
    : `${names} committed. ${filed}`
}
