/** What the API tells of the time that has passed: the numbers, and the history of main page by page. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import { adopt } from '../../src/repos/git/adopt.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { canned, raw, type Served, served } from './api-server.ts'
import { folder, git, workIn } from './repo.ts'
import { ATTEMPT, file, LANDING, RECEIPT } from './store-samples.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** What it answers, whatever the client would make of it. */
async function asked({ url, token }: Served, path: string) {
  const { status, body } = await raw(url + path, { headers: { authorization: `Bearer ${token}` } })
  return { status, ...JSON.parse(body) }
}

describe('numbers', () => {
  /** The beginning of a day in UTC, two days ago, and what happened in it and after it. */
  async function withWork() {
    const on = await served()
    const start = (Math.floor(Date.now() / DAY) - 2) * DAY
    await on.store.transact(async (tx) => {
      const land = async (endedAt: number, lead: number, costUsd: number | null) => {
        const { id: ticket } = await file(tx, {})
        const usage = { ...NO_USAGE, costUsd }
        await tx.putAttempt({
          ...{ ...ATTEMPT, ticket, startedAt: endedAt - lead, endedAt, usage },
          outcome: 'landed',
        })
        await tx.putLanding({ ...LANDING, ticket, status: 'landed', endedAt })
      }
      await land(start + 2.5 * HOUR, 1000, 0.5)
      await land(start + 2.6 * HOUR, 3000, 1.5)
      await land(start + 23.5 * HOUR, 5000, null)
      await tx.addReceipt({ ...RECEIPT, startedAt: start + HOUR, durationMs: 40, verdict: 'red' })
    })
    return { on, start }
  }

  it('are by day unless hours are asked for, the oldest first, and leave out what is empty', async () => {
    const { on, start } = await withWork()
    const days = await on.client.numbers({ since: start })
    expect(days).toEqual({
      step_ms: DAY,
      stretches: [
        {
          ...{ at: start, landed: 3, median_lead_ms: 3000, gates: 1, red_gates: 1, median_gate_ms: 40 },
          ...{ bounced: 0, cost_usd: 2, unknown_costs: 1, ticket_cost_usd: 1 },
        },
      ],
    })
    const hours = await on.client.numbers({ since: start, step: 'hour' })
    expect([hours.step_ms, hours.stretches.map(({ at, landed }) => [(at - start) / HOUR, landed])]).toEqual([
      HOUR,
      [
        [1, 0],
        [2, 2],
        [23, 1],
      ],
    ])
  })

  it('do not take a cost that nobody knows for nothing', async () => {
    const { on, start } = await withWork()
    const { stretches } = await on.client.numbers({ since: start, step: 'hour' })
    expect(stretches.at(-1)).toMatchObject({ cost_usd: null, unknown_costs: 1, ticket_cost_usd: null })
  })

  it('cut days at the midnight of the reader', async () => {
    const { on, start } = await withWork()
    const { stretches } = await on.client.numbers({ since: start, offset: 120 })
    expect(stretches.map(({ at, landed }) => [at - start, landed])).toEqual([
      [-2 * HOUR, 2],
      [DAY - 2 * HOUR, 1],
    ])
  })

  it.each([
    ['', 'since'],
    ['?since=yesterday', 'since'],
    ['?since=-1', 'since'],
    ['?since=0&step=week', 'step'],
    ['?since=0&offset=2000', 'offset'],
    ['?since=0&more=1', 'more'],
    ['?since=0', "'since' is more than 1000 days ago"],
    [`?since=${Date.now() - 1001 * HOUR}&step=hour`, "'since' is more than 1000 hours ago"],
  ])('refuse %s, and name what is wrong', async (query, word) => {
    const answer = await asked(await served(), `/api/numbers${query}`)
    expect(answer).toMatchObject({ status: 400, error: { message: expect.stringContaining(word) } })
  })
})

describe('the history of main', () => {
  async function withCommits(count: number) {
    const project = workIn(join(folder(), 'project'))
    mkdirSync(project.path)
    git(project.path, 'init', '--quiet', '--initial-branch=main')
    for (let at = 1; at <= count; at++) project.commit(`Commit ${at}`)
    const bare = join(project.path, '../repo.git')
    await adopt({ project: project.path, bare })
    const repo = openGit({ path: bare, branch: 'main' })
    return { on: await served({ world: { ...canned([]), repo } }), repo, project }
  }

  it('comes page by page: each goes on below the last commit of the page before, to the first of all', async () => {
    const { on } = await withCommits(7)
    const pages: string[][] = []
    for (let before: string | undefined; ; ) {
      const { commits } = await on.client.history({ limit: 3, ...(before !== undefined && { before }) })
      if (commits.length === 0) break
      pages.push(commits.map(({ subject }) => subject))
      before = commits.at(-1)!.commit
    }
    expect(pages).toEqual([
      ['Commit 7', 'Commit 6', 'Commit 5'],
      ['Commit 4', 'Commit 3', 'Commit 2'],
      ['Commit 1'],
    ])
  })

  it('goes on at the same place while main moves', async () => {
    const { on, repo } = await withCommits(4)
    const { commits } = await on.client.history({ limit: 2 })
    const tip = await repo.tip()
    const commit = await repo.commit({
      ...{ tree: tip.tree, parents: [tip.commit], message: 'Commit 5' },
      ...{ author: tip.author, at: tip.at },
    })
    await repo.advance(tip.commit, commit)
    const next = await on.client.history({ limit: 2, before: commits.at(-1)!.commit })
    expect(next.commits.map(({ subject }) => subject)).toEqual(['Commit 2', 'Commit 1'])
  })

  it('tells a commit that is not in it from a cursor that is none', async () => {
    const { on } = await withCommits(1)
    const gone = 'a'.repeat(40)
    expect(await asked(on, `/api/history?before=${gone}`)).toMatchObject({
      ...{ status: 404, error: { message: `${gone} is no commit of main.` } },
    })
    for (const query of ['before=main', 'before=--all', `before=${'a'.repeat(39)}`, 'limit=0', 'limit=1e9'])
      expect([query, (await asked(on, `/api/history?${query}`)).status]).toEqual([query, 400])
  })
})
