/** Command `swarm run`: from a wish to agents at work, in one command. */
import { startOf } from '../../ticket/cut.ts'
import { Misuse } from '../misuse.ts'
import type { Call, Command } from './command.ts'
import type { Project } from './host/host.ts'
import type { Serving } from './host/server.ts'
import type { SettingHelp } from './host/settings.ts'
import { begin } from './init.ts'
import { oneLine, print } from './screen.ts'
import { settingFlags, settingsIn, text as startedText, startWith } from './start.ts'

/** Makes the command for these settings. */
export const wish = (settings: readonly SettingHelp[]): Command => ({
  name: 'run',
  summary: 'Set up the swarm if needed, create a ticket from GOAL, and start the agents',
  args: [{ name: 'GOAL', help: 'what you want, in your words' }],
  flags: [
    { name: 'yes', short: 'y', help: 'do not ask' },
    { name: 'no-open', help: 'do not open the browser' },
    ...settingFlags(settings),
  ],
  more: [
    'It runs swarm init . if needed, files the goal as a ticket and runs swarm start. An agent splits the ticket when it',
    'needs more than one change. All flags of swarm start work here, too.',
  ],
  examples: [
    'swarm run "Add a search over the titles of articles"',
    'swarm run "Port it to TypeScript" --agents 5',
  ],
  async run(call) {
    const { host, args, flags } = call
    const text = args.GOAL!.trim()
    if (text === '') throw new Misuse('GOAL cannot be empty.')
    const project = host.project() ?? (await begun(call))
    const started = await startWith(project, settingsIn(call, settings))
    const ticket = await file(project, text)
    const isShown = host.isTty && !call.isJson && !flags['no-open'] && host.browse(started.login)
    print(call, { ticket: ticket.id, url: started.url, login: started.login, already: started.already }, () =>
      [
        startedText(call, started),
        `#${ticket.id} ${oneLine(ticket.title)} filed.${isShown ? ' Opened in your browser.' : ''}`,
        'Watch it: swarm top. Decide: swarm inbox. Update this folder: swarm pull.',
      ].join('\n'),
    )
    return 0
  },
})

/** Initialises the project; the wish is known, so there is no interview. */
async function begun(call: Call): Promise<Project> {
  const { plan } = await begin({ ...call, flags: { ...call.flags, 'no-interview': true } }, '.')
  return call.host.project(plan.root)!
}

async function file(project: Serving, text: string) {
  const link = await project.link()
  try {
    return await link.client.create({ title: titleOf(text), description: description(text) })
  } finally {
    await link.close()
  }
}

const LONGEST = 72

/** Title of a wish: its first line, or the first words of that. */
export function titleOf(text: string): string {
  return startOf(text.split('\n')[0]!.trim(), LONGEST)
}

const description = (text: string) => `${text}

This is what a person wants, in their words. If it is one change, make it. If it is more, split it into sub-tickets
that each make sense and can be verified alone, in their order, and complete this ticket without a change.
`
