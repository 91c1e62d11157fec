/** For how long what attempts left is kept, and what is told of it afterwards. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { attempts as attemptsOf } from '../../src/api/routes/attempts.ts'
import { diffs } from '../../src/api/routes/diffs.ts'
import { savedWork } from '../../src/life/attempt/saved-work.ts'
import { tidyNowAndThen } from '../../src/life/attempt/tidy.ts'
import { briefing, gather } from '../../src/life/prompts/brief.ts'
import type { Tidying } from '../../src/ports/repo.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 120_000 })

const DAY = 86_400_000
const MINUTE = 60_000
const KEPT = { settings: { verifyRetries: 0 } }
const RED = [{ write: { file: 'a.txt', text: 'a BUG\n' } }]
const GREEN = [{ write: { file: 'b.txt', text: 'fine\n' } }]

/** Lets the tidying look so often, ten minutes apart, each time until it sleeps again. */
async function looks(s: Story, times: number): Promise<void> {
  const over = new AbortController()
  const tidying = tidyNowAndThen(s.world, over.signal)
  const asleep = s.clock.sleepers()
  for (let at = 0; at < times; at++) {
    await expect.poll(() => s.clock.sleepers()).toBe(asleep)
    s.clock.turn(10 * MINUTE)
  }
  await expect.poll(() => s.clock.sleepers(), { timeout: 30_000 }).toBe(asleep)
  over.abort()
  await tidying
}

const refsOf = async ({ world }: Story, id: number) =>
  (await world.repo.refs()).filter((ref) => ref.split('/')[3] === String(id))

const transcript = ({ world }: Story, id: number, number = 1) =>
  existsSync(join(dirname(world.repo.source), 'transcripts', `t${id}-a${number}.jsonl`))

/** A ticket whose red work was kept, and which then was cancelled. */
async function cancelled(s: Story): Promise<number> {
  const id = await s.file('cannot be done', RED)
  await s.tick()
  await s.person(id, { type: 'cancel' })
  expect(await refsOf(s, id)).toContain(`refs/swarm/work/${id}/1`)
  return id
}

it('removes work and transcripts of tickets that have been over for longer than is set', () =>
  swarm(async (s) => {
    const id = await cancelled(s)
    s.clock.turn(29 * DAY)
    await looks(s, 8)
    expect(await refsOf(s, id)).toContain(`refs/swarm/work/${id}/1`)
    expect(transcript(s, id)).toBe(true)
    s.clock.turn(DAY)
    await looks(s, 8)
    expect(await refsOf(s, id)).toEqual([])
    expect(transcript(s, id)).toBe(false)
    expect((await s.attempts(id))[0]?.removedAt).toBeGreaterThan(0)
  }, KEPT))

it('joins packs within half a minute of their being many, however fast changes land', () =>
  swarm(
    async (s) => {
      const asked: Tidying[] = []
      const { tidy } = s.world.repo
      s.world.repo.tidy = async (tidying) => {
        asked.push(tidying)
        await tidy(tidying)
      }
      const over = new AbortController()
      const tidying = tidyNowAndThen(s.world, over.signal)
      const asleep = s.clock.sleepers()
      for (let at = 1; at <= 3; at++) {
        s.clock.turn(MINUTE / 2)
        await expect.poll(() => s.clock.sleepers(), { timeout: 30_000 }).toBe(asleep)
        expect(asked.map(({ unreachableBefore }) => unreachableBefore)).toEqual(Array(at).fill(null))
      }
      over.abort()
      await tidying
    },
    { ...KEPT, with: ({ repo }) => ({ repo: { ...repo } }) },
  ))

it('keeps everything for ever when that is set', () =>
  swarm(
    async (s) => {
      const id = await cancelled(s)
      s.clock.turn(4000 * DAY)
      await looks(s, 8)
      expect(await refsOf(s, id)).toContain(`refs/swarm/work/${id}/1`)
      expect(transcript(s, id)).toBe(true)
    },
    { settings: { ...KEPT.settings, keepFinishedWork: 0 } },
  ))

it('removes nothing of what can go on or waits for a person, however old', () =>
  swarm(async (s) => {
    const waits = await s.file('backs off', RED)
    await s.tick()
    const held = await s.file('change the gate', [{ write: { file: 'verify.sh', text: '#!/bin/sh\n' } }])
    await s.settle()
    const [before, mergeQueue] = [await refsOf(s, waits), await refsOf(s, held)]
    expect(mergeQueue).toContain(`refs/swarm/work/${held}/1`)
    expect((await s.ticket(held)).stage).toMatchObject({ status: 'ready', held: ['verify.sh'] })
    expect(before).toContain(`refs/swarm/work/${waits}/1`)
    s.clock.turn(400 * DAY)
    await looks(s, 8)
    expect(await refsOf(s, waits)).toEqual(before)
    expect(await refsOf(s, held)).toEqual(mergeQueue)
    expect(transcript(s, waits)).toBe(true)
  }, KEPT))

it('keeps what a landing is compared with, which the audit asks for', () =>
  swarm(async (s) => {
    const id = await s.file('add b', GREEN)
    await s.settle()
    expect(await s.main()).toEqual([`ticket-${id}: add b`])
    s.clock.turn(400 * DAY)
    await looks(s, 8)
    expect(await refsOf(s, id)).toEqual(
      expect.arrayContaining([`refs/swarm/raw/${id}/1`, `refs/swarm/work/${id}/1`]),
    )
    expect(transcript(s, id)).toBe(false)
  }))

it('lets a ticket that is reopened afterwards begin anew, and says so', () =>
  swarm(async (s) => {
    const id = await cancelled(s)
    s.clock.turn(40 * DAY)
    await looks(s, 8)
    await s.person(id, { type: 'reopen' })
    const brief = await gather(s.world.store, await s.ticket(id))
    expect(await savedWork(s.world, brief)).toBeNull()
    const more = { resumed: null, session: null, hasProjectFile: false }
    expect(briefing(brief, 'agent-1', more)).toContain(
      'Attempt 1 ended: sent back, and its saved work was removed',
    )
    await s.tick()
    expect((await s.attempts(id)).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, expect.any(String)],
      [2, 'bounced'],
    ])
  }, KEPT))

it('says in one sentence why a transcript and a change are not there any more', () =>
  swarm(async (s) => {
    const id = await cancelled(s)
    s.clock.turn(40 * DAY)
    await looks(s, 8)
    await s.world.repo.tidy({ unreachableBefore: Date.now() + DAY, signal: new AbortController().signal })
    const server = { records: s.world, world: s.world }
    for (const [app, what, path] of [
      [attemptsOf(server), 'The transcript', 'transcript'],
      [diffs(server), 'The work', 'diff'],
    ] as const) {
      app.onError((error) => new Response(error.message))
      expect(await (await app.request(`/api/attempts/${id}/1/${path}`)).text()).toBe(
        `${what} of attempt 1 of ticket ${id} was removed 40 days after the attempt ended (keep_finished_work).`,
      )
    }
  }, KEPT))

it('removes nothing by a wall clock that has just jumped', () =>
  swarm(async (s) => {
    const id = await cancelled(s)
    const over = new AbortController()
    const tidying = tidyNowAndThen(s.world, over.signal)
    for (let at = 0; at < 12; at++) {
      if (at === 8) s.clock.jump(400 * DAY)
      if (at === 11) s.clock.jump(-400 * DAY)
      s.clock.turn(10 * MINUTE)
      await expect.poll(() => s.clock.sleepers(), { timeout: 30_000 }).toBe(1)
    }
    expect(await refsOf(s, id)).toContain(`refs/swarm/work/${id}/1`)
    over.abort()
    await tidying
  }, KEPT))

it('drops later what it could not drop at once, also as another process', () =>
  swarm(
    async (s) => {
      const id = await cancelled(s)
      const { drop } = s.world.repo
      s.world.repo.drop = () => Promise.reject(new Trouble('git', 'The repository is locked.'))
      s.clock.turn(40 * DAY)
      await looks(s, 8)
      expect(await refsOf(s, id)).toContain(`refs/swarm/work/${id}/1`)
      expect((await s.attempts(id))[0]?.removedAt).toBeGreaterThan(0)
      s.world.repo.drop = drop
      await looks(s, 8)
      expect(await refsOf(s, id)).toEqual([])
    },
    { ...KEPT, with: ({ repo }) => ({ repo: { ...repo } }) },
  ))

it('packs all anew once a day, and now and then what there is much of', () =>
  swarm(
    async (s) => {
      const asked: Tidying[] = []
      s.world.repo.tidy = async (tidying) => void asked.push(tidying)
      await looks(s, 6 * 26)
      const whole = asked.filter(({ unreachableBefore }) => unreachableBefore !== null)
      expect(asked.length).toBe(6 * 26)
      expect(whole).toHaveLength(2)
      expect(s.clock.now() - whole[1]!.unreachableBefore!).toBeGreaterThanOrEqual(14 * DAY)
    },
    { with: ({ repo }) => ({ repo: { ...repo } }) },
  ))
