/** `swarm backup` and `swarm restore`. */

import { Refused } from '../../ticket/refused.ts'
import { type Command, projectOf } from './command.ts'
import type { Backup, Restored } from './host/backups.ts'
import { columns, counted, oneLine, print, short } from './screen.ts'

export const backup: Command = {
  name: 'backup',
  summary: 'Back up the tickets, verify the copy, and keep the newest 24',
  flags: [{ name: 'list', help: 'list the backups' }],
  more: ['A running server makes one every hour. Safe to run at any time.'],
  examples: ['swarm backup', 'swarm backup --list'],
  async run(call) {
    const project = projectOf(call)
    if (call.flags.list) {
      const backups = await project.backups()
      print(call, { backups }, () => listed(backups))
      return 0
    }
    const taken = await project.backUp()
    print(
      call,
      taken,
      () => `Backed up ${counted(taken.tickets, 'ticket')} and verified the copy: ${oneLine(taken.path)}`,
    )
    return 0
  },
}

function listed(backups: Backup[]): string {
  if (backups.length === 0) return 'There are no backups yet. Make one: swarm backup'
  return columns(
    backups.map(({ path, at, bytes }) => [
      `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      `${Math.ceil(bytes / 1024)} KiB`,
      oneLine(path),
    ]),
    '',
  )
}

export const restore: Command = {
  name: 'restore',
  summary: 'Replace the tickets with a backup; the current ones are set aside',
  args: [{ name: 'FILE', help: 'path of a backup, or its name in .swarm/backups' }],
  flags: [{ name: 'yes', short: 'y', help: 'do not ask' }],
  more: [
    'The server must be stopped. Landings on main since the backup are recorded again,',
    'so nothing lands twice. Tickets and decisions since then are only in the file that was set aside.',
  ],
  examples: ['swarm stop', 'swarm restore tickets-20260131T120000Z.db', 'swarm start'],
  async run(call) {
    const { host, args, flags } = call
    const file = args.FILE as string
    const project = projectOf(call)
    const question = `Replace the tickets with ${oneLine(file)}?`
    if (!flags.yes && host.canAsk && !(await host.confirm(question)))
      throw new Refused('Nothing was changed.')
    const restored = await project.restore(file)
    const { setAside, ...rest } = restored
    print(call, { ...rest, set_aside: setAside }, () => text(restored))
    return 0
  },
}

function text({ from, aside, tickets, landed, setAside, unproven }: Restored): string {
  return [
    `Restored ${counted(tickets, 'ticket')} from ${oneLine(from)}.`,
    ...(aside === null ? [] : [`The previous tickets: ${oneLine(aside)}`]),
    ...(landed.length === 0
      ? []
      : [`Landed since the backup, and recorded again: ${landed.map((id) => `#${id}`).join(', ')}.`]),
    ...(setAside === 0
      ? []
      : [`Work of attempts since the backup: ${counted(setAside, 'ref')} under refs/swarm/before-restore.`]),
    ...(unproven.length === 0
      ? []
      : [
          `Without a receipt on main now: ${named(unproven)}. swarm audit names them, too; verify them: swarm audit --rerun`,
        ]),
    'Next: swarm start',
  ].join('\n')
}

const MOST = 10

function named(commits: string[]): string {
  const more = commits.length - MOST
  return `${commits.slice(0, MOST).map(short).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
