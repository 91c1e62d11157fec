/** What every channel promises, whatever it speaks: run by each adapter against a real peer on this machine. */
import { describe, expect } from 'vitest'
import type { Item, Message, Notifier } from '../../src/ports/notifier.ts'
import { type Gap, gapsOf, itUnless } from './gaps.ts'

export interface Peer {
  notifier: Notifier
  /** What has arrived, each as all that its reader could see, as plain text. */
  arrived(): string[]
  /** Closes the peer: nothing listens there any more. */
  end(): Promise<unknown>
}

export interface ChannelCase {
  make(): Promise<Peer>
  /** A peer that says no in a way that may pass. */
  busy(): Promise<Peer>
  /** A peer that says no for good. */
  strict(): Promise<Peer>
  /** Titles of tests that it cannot pass, and why that is right. */
  skip?: Gap[]
}

export const item = (more: Partial<Item> = {}): Item => ({
  kind: 'question',
  ticket: 12,
  title: 'Question #12: Which database?',
  body: 'SQLite or PostgreSQL?',
  link: 'http://127.0.0.1:3000/t/12',
  actions: [{ action: 'answer', url: 'https://swarm.example.org/a/token' }],
  ...more,
})

export const message = (...items: Item[]): Message => ({
  id: 'swarm-0123',
  at: Date.UTC(2026, 0, 31),
  title: items.length === 1 ? items[0]!.title : `${items.length} notices`,
  urgent: true,
  items,
})

const signal = new AbortController().signal

export function notifierContract(name: string, { make, busy, strict, skip = [] }: ChannelCase): void {
  describe(name, () => {
    const gaps = gapsOf(skip)
    const test = (title: string, body: () => Promise<void>) => itUnless(gaps.reason(title), title, body)

    test('tells the ticket and what it says', async () => {
      const { notifier, arrived } = await make()
      expect(await notifier.send(message(item()), signal)).toEqual({ kind: 'sent' })
      expect(arrived()).toHaveLength(1)
      expect(arrived()[0]).toContain('#12')
      expect(arrived()[0]).toContain('SQLite or PostgreSQL?')
    })

    test('links to the ticket and to what can be done about it', async () => {
      const { notifier, arrived } = await make()
      await notifier.send(message(item()), signal)
      expect(arrived()[0]).toContain('http://127.0.0.1:3000/t/12')
      expect(arrived()[0]).toContain('https://swarm.example.org/a/token')
    })

    test('sends many things as one message', async () => {
      const { notifier, arrived } = await make()
      const items = Array.from({ length: 10 }, (_, n) =>
        item({ ticket: n, title: `Proposal #${n}: Idea ${n}` }),
      )
      expect(await notifier.send(message(...items), signal)).toEqual({ kind: 'sent' })
      expect(arrived()).toHaveLength(1)
      for (const { title } of items) expect(arrived()[0]).toContain(title)
    })

    test('takes text of any length, and of any kind', async () => {
      const { notifier } = await make()
      const wild = item({
        title: `\u{1f41d}\r\n\0 ${'t'.repeat(5000)}`,
        body: `\u{1f41d}\ud800 ${'b'.repeat(100_000)}`,
      })
      expect(await notifier.send(message(wild), signal)).toEqual({ kind: 'sent' })
    })

    test('says that it may be tried again when the other side is busy', async () => {
      const { notifier } = await busy()
      expect(await notifier.send(message(item()), signal)).toMatchObject({ kind: 'refused', retryable: true })
    })

    test('says that it may be tried again when nobody is there', async () => {
      const { notifier, end } = await make()
      await end()
      expect(await notifier.send(message(item()), signal)).toMatchObject({ kind: 'refused', retryable: true })
    })

    test('says that it need not be tried again when the other side says no', async () => {
      const { notifier } = await strict()
      expect(await notifier.send(message(item()), signal)).toMatchObject({
        kind: 'refused',
        retryable: false,
      })
    })

    test('ends when it is stopped', async () => {
      const { notifier } = await make()
      const { kind } = await notifier.send(message(item()), AbortSignal.abort())
      expect(kind).not.toBe('sent')
    })
    gaps.close()
  })
}
