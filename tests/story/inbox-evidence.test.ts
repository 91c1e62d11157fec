/** What `swarm inbox` shows of a ticket on which agents are stuck: told from a real swarm with a real gate. */
import { expect, it } from 'vitest'
import { api } from '../../src/api/app.ts'
import { client } from '../../src/api/client.ts'
import { evidenceOf, shown } from '../../src/cli/swarm/inbox/evidence.ts'
import { fixture } from '../contracts/api-server.ts'
import { type Story, swarm } from './swarm.ts'

/** The API on the story's own store and repository. */
async function reading(s: Story) {
  const { server } = await fixture({ records: s.world, world: s.world })
  const app = api(server, 'in-process')
  const reader = client({ baseUrl: '', token: server.token, fetch: (url, init) => app.request(url, init) })
  return async (id: number, isWhole = false) => {
    const { tickets } = await reader.inbox()
    const ticket = tickets.find((each) => each.id === id)!
    const evidence = await evidenceOf(reader, ticket)
    return { ticket, ...shown({ host: { hasColor: false } as never }, evidence, { isWhole }) }
  }
}

it('shows how the attempts ended and what the gate said when it was red', async () => {
  await swarm(async (s) => {
    const id = await s.file('Add search', [{ write: { file: 'search.js', text: 'BUG\n' } }])
    for (let at = 0; at < 20 && !(await s.world.store.inbox()).some((ticket) => ticket.id === id); at++) {
      await s.settle()
      s.clock.turn(3_600_000)
    }
    const { text, ticket } = await (await reading(s))(id)
    expect(ticket.asks).toBe('escalated')
    expect(text).toMatch(/^by human\n/)
    expect(text.match(/ {2}attempt \d: sent back/g)).toHaveLength(3)
    expect(text).toMatch(/Output of the last red gate:\n(.*\n)*.*search\.js:1:BUG/)
  })
})

it('shows what a part of a file was and would be, and what the receipt doubts', async () => {
  const manifest = (test: string, more = {}) => JSON.stringify({ scripts: { test }, ...more })
  const gate = '#!/bin/sh\nnpm() { :; }\nnpm test\n'
  await swarm(
    async (s) => {
      const id = await s.file('Be quick', [
        { write: { file: 'package.json', text: manifest('true', { version: '2.0.0' }) } },
        { delete: 'a.test.js' },
      ])
      await s.settle()
      const { text, ticket } = await (await reading(s))(id)
      expect(ticket).toMatchObject({ asks: 'approval', held: ['package.json: scripts.test'] })
      expect(text).toContain('Doubt: a.test.js: deleted\n')
      expect(text).toContain(
        'The work changes a.test.js, package.json (scripts.test):\n  @ package.json: scripts.test\n  - mocha\n  + true\n',
      )
    },
    { files: { 'verify.sh': gate, 'package.json': manifest('mocha'), 'a.test.js': 'expect(1)\n' } },
  )
})

it('shows the change that waits for approval, and all of it only when it is asked for', async () => {
  await swarm(async (s) => {
    const long = Array.from({ length: 80 }, (_, at) => `# line ${at}`).join('\n')
    const id = await s.file('Be stricter', [{ write: { file: 'verify.sh', text: `#!/bin/sh\n${long}\n` } }])
    await s.settle()
    const read = await reading(s)
    const first = await read(id)
    expect(first.ticket).toMatchObject({ asks: 'approval', held: ['verify.sh'] })
    expect(first.text).toContain('The work changes verify.sh (protected):\n')
    expect(first).toMatchObject({ isCut: true, text: expect.stringMatching(/… \d+ more lines\n$/) })
    const whole = await read(id, true)
    expect(whole).toMatchObject({ isCut: false, text: expect.stringContaining('+# line 79\n') })
  })
})
