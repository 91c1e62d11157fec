/** Command `swarm import`: tickets of another tracker, shown first, then filed all at once. */
import type { Imported } from '../../../api/client.ts'
import { Refused } from '../../../ticket/refused.ts'
import { type Call, type Command, projectOf } from '../command.ts'
import type { Found } from '../host/machine.ts'
import type { Link } from '../host/server.ts'
import { columns, counted, few, oneLine, print, styled } from '../screen.ts'
import { beads } from './beads.ts'
import { github } from './github.ts'
import { markdown } from './markdown.ts'

const FORMATS = ['github', 'beads', 'markdown', 'original'] as const
type Format = (typeof FORMATS)[number]

export const importCommand: Command = {
  name: 'import',
  summary: 'Import tickets from GitHub, beads, a Markdown checklist or the original claude-swarm',
  args: [{ name: 'FILE', help: 'the exported file; - reads standard input' }],
  flags: [
    { name: 'from', value: 'FORMAT', among: FORMATS, help: 'format of the file; detected by default' },
    { name: 'dry-run', help: 'only show the tickets it would file' },
    { name: 'yes', short: 'y', help: 'do not ask' },
  ],
  more: [
    'Finished tickets are skipped. Tickets imported before are recognised, so you can import the same file again after a new',
    'export. Parents and blockers are kept if the format has them: in GitHub issues, "Blocked by #12" and "Part of #7".',
    'Ticket text instructs agents: review text by strangers before you file it.',
  ],
  examples: [
    'gh issue list --limit 500 --json number,title,body,state,labels,comments,url > issues.json',
    'swarm import issues.json --dry-run',
    'swarm import .beads/issues.jsonl --yes',
    'swarm import PLAN.md',
    'swarm import ../old-project/.swarm/tickets/tickets.db',
  ],
  async run(call) {
    const { host, args, flags } = call
    const project = projectOf(call)
    const found = await read(call, args.FILE!, flags.from as Format | undefined)
    const link = await project.link()
    try {
      const plan = await bring(link, found, true)
      if (flags['dry-run'] || plan.created.length === 0) {
        print(call, json(plan, found, true), () => shown(call, plan, found))
        return 0
      }
      if (!call.isJson) host.write(`${shown(call, plan, found)}\n`)
      await agreement(call, plan)
      const done = await bring(link, found, false)
      print(
        call,
        json(done, found, false),
        () => `${counted(done.created.length, 'ticket')} filed: ${ids(done)}.`,
      )
      return 0
    } finally {
      await link.close()
    }
  },
}

async function read({ host }: Call, path: string, wanted: Format | undefined): Promise<Found> {
  const bytes = host.read(path)
  const format = wanted ?? formatOf(path, bytes)
  if (format === 'original') return host.originalTickets(path)
  const parse = { github, beads, markdown }[format]
  const found = parse(bytes.toString('utf8').replace(/^\uFEFF/, ''), path)
  const twice = found.tickets.find(({ key }, at) => found.tickets.findIndex((each) => each.key === key) < at)
  if (found.tickets.length + found.done === 0)
    throw new Refused(`${path} contains no tickets${HINTS[format]}.`)
  if (twice) throw new Refused(`${path} has ${twice.key} twice. Nothing was imported.`)
  return found
}

const HINTS: Record<Exclude<Format, 'original'>, string> = {
  github: '',
  beads: '',
  markdown: ": a line such as '- [ ] Add search' is one",
}

function formatOf(path: string, bytes: Buffer): Format {
  if (bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3') return 'original'
  if (/\.(md|markdown|txt)$/i.test(path)) return 'markdown'
  const start = bytes.subarray(0, 200).toString('utf8').trimStart()
  if (start.startsWith('[') && !/^\[[ xX]\]/.test(start)) return 'github'
  if (start.startsWith('{')) return 'beads'
  if (/^\s*([-*+]|\d+[.)])\s+\[[ xX]\]\s/m.test(bytes.toString('utf8'))) return 'markdown'
  throw new Refused(`The format of ${path} is unclear. Name it: --from ${FORMATS.join(', ')}.`)
}

const bring = ({ client }: Link, { source, tickets }: Found, isDry: boolean): Promise<Imported> =>
  client.import({ source, tickets, dry_run: isDry })

async function agreement({ host, flags, isJson }: Call, { created }: Imported): Promise<void> {
  if (flags.yes) return
  if (isJson || !host.canAsk)
    throw new Refused(
      `Nothing was imported: filing ${counted(created.length, 'ticket')} needs your confirmation. Run it again with --yes.`,
    )
  if (!(await host.confirm('File them?'))) throw new Refused('Nothing was imported.')
}

const MOST_SHOWN = 30

function shown({ host }: Call, { created, known, dropped }: Imported, { done, tickets }: Found): string {
  const byKey = new Map(tickets.map((each) => [each.key, each]))
  const rows = created.slice(0, MOST_SHOWN).map(({ key, title }) => {
    const { parent, blocked_by: blockers = [] } = byKey.get(key)!
    const notes = [
      ...(parent ? [`part of ${oneLine(parent, 30)}`] : []),
      ...(blockers.length > 0 ? [`after ${few(blockers, 3)}`] : []),
    ]
    // Of a checklist the key is where the title stands, its parents and all.
    const isPath = key.endsWith(`/ ${title}`)
    const named = isPath ? [oneLine(key.replace(/^ *\/ /, ''), 90)] : [oneLine(key, 30), oneLine(title, 60)]
    return [...named, styled(host, 'dim', isPath ? '' : notes.join(', '))]
  })
  return [
    `${counted(created.length, 'new ticket')}${known.length > 0 ? `, ${known.length} known already` : ''}${done > 0 ? `, ${done} done and left out` : ''}.`,
    ...(rows.length > 0 ? [columns(rows)] : []),
    ...(created.length > MOST_SHOWN ? [`  and ${created.length - MOST_SHOWN} more`] : []),
    ...(dropped.length > 0
      ? [
          styled(
            host,
            'yellow',
            `Blockers left out because they are missing or circular: ${few(dropped.map(({ key, by }) => `${key} after ${by}`))}.`,
          ),
        ]
      : []),
  ].join('\n')
}

const ids = ({ created }: Imported) => few(created.map(({ id }) => `#${id}`))

const json = (imported: Imported, { source, done }: Found, isDry: boolean) => ({
  ...imported,
  source,
  done_and_left_out: done,
  dry_run: isDry,
})
