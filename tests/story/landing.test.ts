import { expect, it } from 'vitest'
import { swarm } from './swarm.ts'

it('lands a ticket on main as one commit', () =>
  swarm(async (s) => {
    const id = await s.file('Add search', [{ write: { file: 'search.txt', text: 'found\n' } }])
    await s.settle()
    expect(await s.main()).toEqual([`ticket-${id}: Add search`])
    expect(await s.log(id)).toMatchInlineSnapshot(`
      [
        "human files #1: Add search",
        "agent-1 claims #1 for agent-1 (attempt 1)",
        "agent-1 is working on #1",
        "agent-1 is verifying on #1",
        "agent-1 hands in the work of #1",
        "lane lands #1 on main as 141eeff2d1",
      ]
    `)
  }))
