/** The interview, with the real Claude Code in a real terminal; only the model behind it is scripted. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { modelServer } from '../model/server.ts'
import { DIST, person } from './person.ts'
import { openTerminal, type Terminal } from './tmux.ts'

const GATE = '#!/bin/sh\nset -eu\ntest -f till.txt\n'
const TICKETS = [
  { title: 'Add tests', description: 'Of the till.' },
  { title: 'Add a receipt', description: 'The till prints one.', after: [1] },
]

async function begin() {
  const model = await modelServer({
    shop: {
      prompts: [
        {
          turns: [
            {
              say: 'Thank you. I write it down.',
              write: { file: 'PROJECT.md', text: '# The shop\n\nIt sells tea.\n' },
            },
            { write: { file: 'verify.sh', text: GATE } },
            { call: { name: 'mcp__swarm__end_interview', input: { tickets: TICKETS } } },
            { text: 'Goodbye.' },
          ],
        },
      ],
    },
  })
  onTestFinished(() => model.close())
  const ada = person(
    { 'till.txt': 'till\n' },
    { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'sk-ant-test' },
  )
  const terminal = await openTerminal(ada, [process.execPath, join(DIST, 'swarm.mjs'), 'init', '.'])
  await terminal.until('How do you want to start?')
  await terminal.type('i')
  await startClaude(terminal)
  return { model, ada, terminal }
}

/** Claude Code asks once whether it may work in a folder that it does not know. */
async function startClaude(terminal: Terminal) {
  await terminal.until(/trust this folder|Ready\./i)
  if (/trust this folder/i.test(await terminal.screen())) {
    await choose(terminal, /❯ Yes/)
    await terminal.press('Enter')
  }
  await terminal.until('Ready.')
}

/** Goes down until it is the chosen one. Keys that come before anybody listens are lost, so it looks after each. */
const choose = (terminal: Terminal, chosen: RegExp) =>
  expect
    .poll(
      async () => {
        const before = await terminal.screen()
        if (!chosen.test(before)) await terminal.press('Down')
        return before
      },
      { timeout: 30_000, interval: 1500 },
    )
    .toMatch(chosen)

it('writes PROJECT.md, verify.sh and tickets with the person, who approves all of it', async () => {
  const { model, ada, terminal } = await begin()
  await terminal.type('A shop that sells tea. [[scenario:shop]]')
  await terminal.press('Enter')
  await terminal.until('The interview is over. Nothing is changed yet')
  await terminal.until('PROJECT.md?')
  await terminal.type('y')
  await terminal.until('verify.sh?')
  await terminal.type('y')
  await terminal.until('Ticket 1 of 2: Add tests')
  await terminal.type('a')
  await terminal.until(/^exit 0$/m)
  expect(await terminal.all()).toContain('The gate is green on main')
  expect(ada.git('show', 'main:PROJECT.md')).toBe('# The shop\n\nIt sells tea.')
  expect(ada.git('show', 'main:verify.sh')).toBe(GATE.trim())
  expect(ada.git('status', '--short')).toBe('')
  expect(await ada.ticket('list')).toMatch(/1 +open +task .*Add tests\n.*2 +open +task .*Add a receipt/s)
  expect(await ada.ticket('ready')).not.toContain('Add a receipt')

  const asked = model.requests.filter(({ body }) => body.tools?.length)
  expect(JSON.stringify(asked[0]!.body.system)).toContain('You are the interviewer')
  const tools = asked.at(-1)!.body.tools!.map(({ name }) => name)
  expect(tools).toContain('mcp__swarm__end_interview')
  expect(tools).not.toContain('Bash')
})

it('leaves the project as it was when the person ends it early, and says how to go on', async () => {
  const { ada, terminal } = await begin()
  // Twice within a second, or it counts for nothing: so nothing is read from the screen in between.
  await terminal.press('C-c')
  await terminal.press('C-c')
  await terminal.until(/^exit 1$/m)
  expect(await terminal.all()).toContain('The interview ended early, and nothing was changed.')
  expect(await terminal.all()).toContain('swarm init .')
  expect(existsSync(join(ada.folder, '.swarm'))).toBe(false)
  expect(ada.git('log', '--format=%s')).toBe('Begin')
  expect(ada.git('status', '--short')).toBe('')
  expect(readFileSync(join(ada.folder, 'till.txt'), 'utf8')).toBe('till\n')
})
