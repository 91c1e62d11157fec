/** A person's day in a real terminal: what `swarm inbox` and `swarm top` show, and what their keys do. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DIST, type Person, person } from './person.ts'
import { openTerminal } from './tmux.ts'

const SETTINGS = { SWARM_HARNESS: 'scripted', SWARM_SANDBOX: 'process', SWARM_PORT: '0' }
const GATE = '#!/bin/sh\nset -eu\ntest -f till.txt\n'
const UNTIL = { timeout: 120_000, interval: 300 }

const program = (...argv: string[]) => [process.execPath, join(DIST, 'swarm.mjs'), ...argv]

async function begin(): Promise<Person> {
  const ada = person({ 'till.txt': 'till\n', 'verify.sh': GATE }, SETTINGS)
  await ada.swarm('init', '.', '--yes')
  return ada
}

const file = async (ada: Person, title: string, steps: object[]) =>
  (
    await ada.ticket('create', title, '--description', `\`\`\`script\n${JSON.stringify(steps)}\n\`\`\``)
  ).trim()

const statusOf = async (ada: Person, id: string) =>
  JSON.parse(await ada.ticket('show', id, '--format', 'json'))

it('shows the change that waits for approval, and lands it at a key', async () => {
  const ada = await begin()
  const strict = `${GATE}test ! -e BUG\n`
  const id = await file(ada, 'Be stricter', [
    { write: { file: 'verify.sh', text: strict } },
    { say: 'Done.' },
  ])
  await ada.swarm('start')
  expect(await ada.swarm('open', id)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login\?code=[\w-]+&ticket=1\n$/)
  await expect.poll(async () => (await statusOf(ada, id)).needs_person, UNTIL).toBe(true)
  const terminal = await openTerminal(ada, program('inbox'))
  await terminal.until('Approve')
  const screen = await terminal.screen()
  expect(screen).toContain('#1 Be stricter (approve, the last)')
  expect(screen).toContain('The work changes verify.sh (protected):')
  expect(screen).toContain('+test ! -e BUG')
  await terminal.type('a')
  await terminal.until('#1 Approved. It lands when its gate is green.')
  await terminal.until('1 decided. Nothing else waits for you.')
  await terminal.until(/^exit 0$/m)
  await expect.poll(async () => (await statusOf(ada, id)).resolution, UNTIL).toBe('landed')
})

it('draws what goes on, at every size, and gives the terminal back at q and at Ctrl-C', async () => {
  const ada = await begin()
  await ada.ticket('create', 'Which database?', '--type', 'question', '--assign', 'human')
  await file(ada, 'Take long', [{ write: { file: 'a.txt', text: 'a' } }, { pause: 120_000 }])
  await ada.swarm('start')
  for (const key of ['q', 'C-c']) {
    const terminal = await openTerminal(ada, program('top'), { columns: 80, rows: 24 })
    await terminal.until('1 ticket waits for you: swarm inbox')
    await terminal.until(/agent-1 +working .*#2 Take long/)
    await terminal.resize(40, 8)
    await expect
      .poll(async () => (await terminal.screen()).trimEnd().split('\n').length, UNTIL)
      .toBeLessThan(9)
    expect(await terminal.screen()).toContain('shop: 3 agents')
    await terminal.press(key)
    await terminal.until(/^exit 0$/m)
    expect(await terminal.screen()).not.toContain('waits for you')
  }
})

it('sees a server come and go', async () => {
  const ada = await begin()
  const terminal = await openTerminal(ada, program('top'))
  await terminal.until('no server is running. Start it: swarm start')
  await ada.swarm('start')
  await terminal.until(/shop: 3 agents at http/)
  await ada.swarm('stop')
  await expect.poll(() => terminal.screen(), UNTIL).toContain('no server is running. Start it: swarm start')
  await terminal.press('q')
  await terminal.until(/^exit 0$/m)
})
