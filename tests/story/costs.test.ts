import { join } from 'node:path'
import { expect, it } from 'vitest'
import { costs } from '../../src/cli/swarm/costs.ts'
import type { Host, Project } from '../../src/cli/swarm/host/host.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import { change } from '../../src/life/follow.ts'
import { file } from '../../src/life/tickets/file.ts'
import { pathsOf } from '../../src/main/project/paths.ts'
import { linkTo } from '../../src/main/server/link.ts'
import { NO_USAGE, type Usage } from '../../src/ports/attempts.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { handClock } from './clock.ts'
import { PERSON } from './swarm.ts'
import { newFolder, swarm } from './terminal.ts'

const DAY = 86_400_000

/** A project where three attempts were made: one told its cost, one only its tokens, one nothing. */
async function spent(): Promise<string> {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const store = await openSqlite({ path: join(folder, '.swarm/tickets/tickets.db') })
  const clock = handClock(Date.UTC(2026, 0, 30, 12))
  const attempt = async (title: string, usage: Usage, model: string | null) => {
    const ticket = await file({ store, clock }, { title }, PERSON)
    await claimNext({ store, clock }, { holder: 'agent-1', leaseMs: 60_000, harness: 'scripted' })
    await store.transact((tx) => change(tx, (ticket as { id: number }).id, 1, { usage, model }))
    clock.turn(DAY)
  }
  await attempt('Told', { ...NO_USAGE, inputTokens: 1000, costUsd: 1.5 }, 'claude-opus-5-5')
  await attempt('Estimated', { ...NO_USAGE, inputTokens: 1_000_000 }, 'claude-opus-5-5')
  await attempt('Nobody knows', NO_USAGE, null)
  await store.close()
  return folder
}

it('shows what agents have cost, and tells what is known, estimated and unknown apart', async () => {
  const folder = await spent()
  const say = async (...argv: string[]) =>
    (await swarm(['costs', ...argv], { folder, environment: { SWARM_TIME_ZONE: 'UTC' } })).out
  expect(await say()).toMatchInlineSnapshot(`
    "#1 Told          1 attempt   1000 tokens     $1.50
    #2 Estimated     1 attempt   1000000 tokens  about $4.00
    #3 Nobody knows  1 attempt   0 tokens        unknown
    total            3 attempts  1001000 tokens  $1.50 + about $4.00 + unknown for 1 attempt

    'about': estimated by the prices of 2026-11.
    "
  `)
  expect(await say('--by', 'day', '--since', '2026-01-31')).toMatchInlineSnapshot(`
    "2026-01-31  1 attempt   1000000 tokens  about $4.00
    2026-02-01  1 attempt   0 tokens        unknown
    total       2 attempts  1000000 tokens  about $4.00 + unknown for 1 attempt

    'about': estimated by the prices of 2026-11.
    "
  `)
  expect(await say('--by', 'agent')).toMatchInlineSnapshot(`
    "agent-1  3 attempts  1001000 tokens  $1.50 + about $4.00 + unknown for 1 attempt
    total    3 attempts  1001000 tokens  $1.50 + about $4.00 + unknown for 1 attempt

    'about': estimated by the prices of 2026-11.
    "
  `)
  expect(await say('--by', 'attempt', '--since', '2027-01-01')).toMatchInlineSnapshot(`
    "No agent started an attempt on or after 2027-01-01. Nothing was spent.
    "
  `)
  expect(JSON.parse(await say('--by', 'attempt', '--format', 'json')).costs[2]).toEqual({
    ...{ key: '3/1', title: null, attempts: 1, tokens: 0, usd: null, estimated_usd: null, unknown: 1 },
  })
})

it('asks once, however many tickets there are', async () => {
  const folder = await spent()
  const asked: string[] = []
  const link = async () => {
    const { client, ...link } = await linkTo(pathsOf(folder), { PATH: process.env.PATH })
    const counted = new Proxy(client, {
      get(target, name: keyof typeof client) {
        asked.push(name)
        return target[name]
      },
    })
    return { ...link, client: counted }
  }
  const said: string[] = []
  const project = () => ({ link }) as Partial<Project> as Project
  const host = { project, write: (text) => void said.push(text), columns: 80 } as Partial<Host> as Host
  await costs.run({ host, args: {}, flags: {}, isJson: false, commands: [] })
  expect(said.join('')).toContain('#2 Estimated')
  expect(asked).toEqual(['costs'])
})

it('says that nothing was spent where no agent has begun', async () => {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  expect((await swarm(['costs'], { folder })).out).toBe(
    'No agent has started an attempt yet. Nothing was spent.\n',
  )
})

it('says which days it understands', async () => {
  const { code, err } = await swarm(['costs', '--since', '2026-02-30'], { folder: newFolder() })
  expect([code, err.split('\n')[0]]).toEqual([
    2,
    "swarm costs: --since must be a day such as 2026-01-31, not '2026-02-30'.",
  ])
})
