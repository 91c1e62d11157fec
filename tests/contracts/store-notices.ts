/** What a store promises of notices and action links. */

import { expect } from 'vitest'
import type { Notice } from '../../src/ports/notices.ts'
import type { Store } from '../../src/ports/store.ts'
import { LONGEST_DUE } from '../../src/ticket/due.ts'

export const NOTICE: Omit<Notice, 'id'> = {
  about: 'event 7',
  channel: 'ntfy',
  kind: 'question',
  ticket: null,
  body: 'Which one?',
  at: 5,
  due: 8,
  state: 'waiting',
  tries: 0,
  batch: null,
  detail: null,
}

type Test = (title: string, body: (made: { store: Store }) => Promise<void>) => void

export function noticeTests(test: Test): void {
  test('keeps one notice for each thing and channel, however often it is added', async ({ store }) => {
    const add = (more: Partial<Notice>) => store.transact((tx) => tx.addNotice({ ...NOTICE, ...more }))
    expect(await add({})).toBe(true)
    expect(await add({ body: 'again' })).toBe(false)
    expect(await add({ channel: 'slack' })).toBe(true)
    expect(await add({ about: 'event 8' })).toBe(true)
    const all = await store.notices({ states: ['waiting'], limit: 9 })
    expect(all.map(({ about, channel, body }) => [about, channel, body])).toEqual([
      ['event 8', 'ntfy', 'Which one?'],
      ['event 7', 'slack', 'Which one?'],
      ['event 7', 'ntfy', 'Which one?'],
    ])
  })

  test('finds notices by state, channel and time, and changes them', async ({ store }) => {
    await store.transact(async (tx) => {
      for (const due of [1, 2, 3]) await tx.addNotice({ ...NOTICE, about: `event ${due}`, due })
      await tx.addNotice({ ...NOTICE, channel: 'slack' })
    })
    const due = async (dueBy: number) =>
      (await store.notices({ states: ['waiting'], channel: 'ntfy', dueBy, limit: 9 })).map(({ due }) => due)
    expect(await due(2)).toEqual([2, 1])
    const [notice] = await store.notices({ states: ['waiting'], channel: 'ntfy', dueBy: 1, limit: 1 })
    const sending = { ...notice!, state: 'sending', batch: 'b-1', tries: 1, detail: 'slow' } as const
    await store.transact((tx) => tx.putNotice(sending))
    expect(await store.notices({ states: ['sending', 'dead'], limit: 9 })).toEqual([sending])
    expect(await due(9)).toEqual([3, 2])
  })

  test('tells at once what is due further ahead than anything waits', async ({ store }) => {
    const now = 1000
    await store.transact(async (tx) => {
      for (const [about, due] of Object.entries({ soon: now + 1, never: now + LONGEST_DUE + 1 }))
        await tx.addNotice({ ...NOTICE, about, due })
    })
    const found = await store.notices({ states: ['waiting'], dueBy: now, limit: 9 })
    expect(found.map(({ about }) => about)).toEqual(['never'])
  })

  test('spends a link once, and forgets it when it has expired anyway', async ({ store }) => {
    const spend = (link: string, at: number) => store.transact((tx) => tx.spendLink(link, at, 100))
    expect(await store.isSpent('a')).toBe(false)
    expect(await spend('a', 1)).toBe(true)
    expect(await spend('a', 2)).toBe(false)
    expect(await store.isSpent('a')).toBe(true)
    await spend('b', 101)
    expect(await store.isSpent('a')).toBe(false)
  })

  test('spends no link when the transaction fails', async ({ store }) => {
    const failing = store.transact(async (tx) => {
      await tx.spendLink('a', 1, 100)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.isSpent('a')).toBe(false)
  })
}
