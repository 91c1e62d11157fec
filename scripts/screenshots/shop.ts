/** The shop of the screenshots: a project with a week behind it, three scripted agents at work, and a person's inbox. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { api, asker, git, swarm } from '../../bench/project.ts'
import { until } from './search.ts'
import { BUSY, DONE, GATE, LEFT, script, spends, type Wanted, WEEK, write } from './tickets.ts'

const ADA = ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost']

/** Makes the gate, before swarm knows the project's newest commit. */
export function prepare(folder: string): void {
  writeFileSync(join(folder, 'verify.sh'), GATE, { mode: 0o755 })
  git(folder, 'add', '--all')
  git(folder, ...ADA, 'commit', '--quiet', '-m', 'Test the shop')
  swarm(folder, 'init', '.', '--yes')
}

/** In sandboxes that are measured. */
const start = (folder: string, agents: number) =>
  swarm(
    folder,
    ...[
      'start',
      '--agents',
      String(agents),
      '--harness',
      'scripted',
      '--sandbox',
      'bubblewrap',
      '--port',
      '0',
    ],
  )

const DAY = 86_400_000
/** What a scripted agent does in a second takes a thinking one minutes. */
const SLOWER = 240

export async function playWeek(folder: string): Promise<void> {
  start(folder, 1)
  const [ask, get] = [asker(folder), api(folder)]
  for (const [title, , cost, isRed] of WEEK) {
    const file = `src/${title.toLowerCase().replace(/\W+/g, '-')}.ts`
    const good = [
      write(file, `export const title = '${title}'\n`),
      spends(cost),
      { say: 'Done, and tested.' },
    ]
    const steps = isRed
      ? [
          { on: 'start', do: [write(file, '// DRAFT: not yet\n'), spends(cost)] },
          { on: 'red', do: good },
        ]
      : good
    const { id } = await ask('POST', '/api/tickets', { title, description: script('', steps) })
    await until(async () => (await get(`/api/tickets/${id}`)).status === 'done', title)
  }
  swarm(folder, 'stop')
  turnBack(join(folder, '.swarm', 'tickets', 'tickets.db'))
}

const PLACES: [table: string, key: string, fields: string[]][] = [
  ['tickets', 'id', ['created_at', 'updated_at']],
  ['events', 'ticket', ['at']],
  ['attempts', 'ticket', ['started_at', 'ended_at']],
  ['landings', 'ticket', ['queued_at', 'ended_at']],
  ['receipts', 'ticket', ['started_at']],
]

/** Puts each ticket of the week on its day. No server runs meanwhile. */
function turnBack(file: string): void {
  const db = new DatabaseSync(file)
  for (const index of WEEK.keys()) {
    const id = index + 1
    const { created_at: from } = db.prepare('SELECT created_at FROM tickets WHERE id = ?').get(id) as {
      created_at: number
    }
    for (const [table, key, fields] of PLACES)
      for (const field of fields)
        db.prepare(`UPDATE ${table} SET ${field} = ? + (${field} - ?) * ? WHERE ${key} = ?`).run(
          beganAt(index),
          from,
          SLOWER,
          id,
        )
    db.prepare('UPDATE receipts SET duration_ms = duration_ms * ? WHERE ticket = ?').run(SLOWER / 4, id)
  }
  db.close()
}

/** From nine in the morning on, every three hours. */
function beganAt(index: number): number {
  const [, days] = WEEK[index]!
  const before = WEEK.slice(0, index).filter((each) => each[1] === days).length
  return new Date().setHours(9 + 3 * before, 0, 0, 0) - days * DAY
}

/** Until everything is where it stays: landed, at work, held, with a person. */
export async function playToday(folder: string): Promise<void> {
  start(folder, 3)
  const [ask, get] = [asker(folder), api(folder)]
  const ids = new Map<string, number>()
  const file = async ({ after = [], ...ticket }: Wanted) => {
    const { id } = await ask('POST', '/api/tickets', {
      ...ticket,
      blocked_by: after.map((title) => ids.get(title)),
    })
    ids.set(ticket.title, id)
    return id
  }
  const ticket = (title: string) => get(`/api/tickets/${ids.get(title)}`)
  for (const each of DONE) await file(each)
  const slow = 'Run the gate without the slow tests'
  await until(async () => (await ticket(slow)).held.length > 0, slow)
  await ask('POST', `/api/tickets/${ids.get(slow)}/rejection`, {
    reason: 'What the gate does not run, nobody knows.\nMake the tests faster instead.',
  })
  await until(async () => (await get('/api/inbox')).tickets.length === 3, 'the inbox')
  for (const each of BUSY) await file(each)
  const atWork = async () =>
    (await get('/api/status')).agents.filter(({ phase }) => phase === 'working').length
  await until(async () => (await atWork()) === 3, 'three agents at work')
  for (const each of LEFT) await file(each)
}
