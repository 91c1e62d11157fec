import { expect, it } from 'vitest'
import { watchChannels } from '../../src/life/notices/dead-channels.ts'
import { deliver, recoverNotices } from '../../src/life/notices/deliver.ts'
import { notify } from '../../src/life/notices/notify.ts'
import { recordNotices } from '../../src/life/notices/record.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { fail } from '../../src/life/tickets/fail.ts'
import { file } from '../../src/life/tickets/file.ts'
import { NOTICE_STATES } from '../../src/ports/notices.ts'
import type { Channel, Delivery, Message } from '../../src/ports/notifier.ts'
import { NOTICE_KINDS, type NoticeKind, USUAL_KINDS } from '../../src/ticket/notice.ts'
import { SILENT } from './settings.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const AGENT = { kind: 'swarm', name: 'agent-1' } as const
const signal = new AbortController().signal

interface Phone extends Channel {
  got: Message[]
  /** What it answers next; `sent` when it is empty. */
  answers: Delivery[]
}

function phone(name: string, more: Partial<Channel> & { repeatable?: boolean } = {}): Phone {
  const got: Message[] = []
  const answers: Delivery[] = []
  const { repeatable = false, ...settings } = more
  const send = async (message: Message) => {
    got.push(message)
    return answers.shift() ?? ({ kind: 'sent' } as const)
  }
  const usual = { kinds: USUAL_KINDS, actions: true, quietHours: null, digest: null, timeZone: 'UTC' }
  return { name, ...usual, ...settings, notifier: { repeatable, send }, got, answers }
}

/** A swarm with these channels; `round` follows the log, lets a moment pass and sends what is due. */
function withPhones(phones: Phone[], tell: (s: Story, round: () => Promise<void>) => Promise<void>) {
  const pageOf = (ticket: number) => `http://127.0.0.1:3000/t/${ticket}`
  const post = { ...SILENT, channels: async () => phones, pageOf }
  return swarm(
    async (s) => {
      await recordNotices(s.world, phones)
      await tell(s, async () => {
        await recordNotices(s.world, phones)
        s.clock.turn(5000)
        for (const each of phones) while (await deliver(s.world, each, signal));
      })
    },
    { with: () => ({ post }) },
  )
}

const titles = ({ got }: Phone) => got.map(({ title }) => title)

const ask = async (s: Story, type: 'question' | 'proposal' | 'verify', title: string, by = AGENT) => {
  const ticket = await file(s.world, { title, type, assignedTo: 'human', createdBy: by.name }, by)
  if ('refused' in ticket) throw new Error(ticket.sentence)
  return ticket.id
}

const states = async (s: Story) =>
  (await s.world.store.notices({ states: NOTICE_STATES, limit: 99 })).map(({ state }) => state).reverse()

it('tells each thing that waits for a person once, and names its ticket', async () => {
  const mine = phone('mine')
  await withPhones([mine], async (s, round) => {
    await ask(s, 'question', 'Which database?')
    await round()
    await ask(s, 'proposal', 'Add search')
    await round()
    await ask(s, 'verify', 'Does it print?')
    await round()
    await round()
    expect(titles(mine)).toEqual([
      'Question #1: Which database?',
      'Proposal #2: Add search',
      'Please verify #3: Does it print?',
    ])
    expect(mine.got[0]!.items[0]!.link).toBe('http://127.0.0.1:3000/t/1')
  })
})

it('tells what happens at the same time as one message', async () => {
  const mine = phone('mine')
  await withPhones([mine], async (s, round) => {
    for (const title of ['One', 'Two', 'Three']) await ask(s, 'proposal', title)
    await round()
    expect(titles(mine)).toEqual(['3 notices'])
    expect(mine.got[0]!.items.map(({ title }) => title)).toEqual([
      'Proposal #1: One',
      'Proposal #2: Two',
      'Proposal #3: Three',
    ])
  })
})

it('tells nobody of what they did themselves, nor of what is over by the time it would be told', async () => {
  const mine = phone('mine', { quietHours: { from: 0, to: 60 } })
  await withPhones([mine], async (s, round) => {
    await file(s.world, { title: 'Mine', type: 'question', assignedTo: 'human' }, PERSON)
    const id = await ask(s, 'question', 'Which database?')
    await round()
    expect(mine.got).toEqual([])
    await answer(s.world, id, 'SQLite', PERSON)
    s.clock.turn(2 * 3_600_000)
    await round()
    expect(mine.got).toEqual([])
    expect(await states(s)).toEqual(['dropped'])
  })
})

it('tells of work that needs an approval, of what is stuck, of what landed and of the end', async () => {
  const mine = phone('mine', { kinds: NOTICE_KINDS })
  await withPhones([mine], async (s, round) => {
    const held = await s.file('Tell agents', [{ write: { file: 'CLAUDE.md', text: 'Be nice.\n' } }])
    await s.settle()
    await round()
    expect(mine.got.at(-1)!.items[0]).toMatchObject({
      title: 'Approval needed #1: Tell agents',
      body: 'The work changes CLAUDE.md.',
    })
    await s.person(held, { type: 'approve' })
    await s.settle()
    const stuck = await s.file('Impossible', [{ fail: { reason: 'budget', detail: 'Spent.' } }])
    await s.settle()
    await round()
    expect(mine.got.at(-1)!.items.map(({ title }) => title)).toEqual([
      'Landed #1: Tell agents',
      'Stuck #2: Impossible',
    ])
    await s.person(stuck, { type: 'cancel' })
    await round()
    expect(titles(mine).at(-1)).toBe('All done')
  })
})

it('tells of something to verify again only when what it waits for is done', async () => {
  const mine = phone('mine')
  await withPhones([mine], async (s, round) => {
    const id = await ask(s, 'verify', 'Does it print?')
    await round()
    const failed = await fail(s.world, id, 'It prints nothing.', PERSON)
    if ('refused' in failed) throw new Error(failed.sentence)
    await round()
    expect(titles(mine)).toEqual(['Please verify #1: Does it print?'])
    await s.person(failed.fix.id, { type: 'mark-done' })
    await round()
    expect(titles(mine).at(-1)).toBe('Please verify #3: Re-verify: Does it print?')
  })
})

it('tells each channel what it wants to know', async () => {
  const only = (kind: NoticeKind) => phone(kind, { kinds: [kind] })
  const [questions, proposals] = [only('question'), only('proposal')]
  await withPhones([questions, proposals], async (s, round) => {
    await ask(s, 'question', 'Which database?')
    await ask(s, 'proposal', 'Add search')
    await round()
    expect(titles(questions)).toEqual(['Question #1: Which database?'])
    expect(titles(proposals)).toEqual(['Proposal #2: Add search'])
  })
})

it('tries again what was refused, later each time, and gives up with a line in the log', async () => {
  const mine = phone('mine')
  const notes: string[] = []
  await withPhones([mine], async (s, round) => {
    s.world.note = (line) => notes.push(line)
    for (let n = 0; n < 10; n++)
      mine.answers.push({ kind: 'refused', why: 'It answered 503.', retryable: true, waitMs: null })
    await ask(s, 'question', 'Which database?')
    await round()
    expect(mine.got).toHaveLength(1)
    s.clock.turn(4000)
    await round()
    expect(mine.got).toHaveLength(1)
    for (let n = 0; n < 12; n++) {
      s.clock.turn(3_600_000)
      await round()
    }
    expect(mine.got).toHaveLength(10)
    expect(await states(s)).toEqual(['dead'])
    expect(notes).toEqual(['notify: question #1 through mine is dead: It answered 503.'])
  })
})

it('asks a person once about a channel that has delivered nothing for a day, and no more when it does', async () => {
  const [dead, other] = [phone('mail'), phone('phone')]
  await withPhones([dead, other], async (s, round) => {
    const refused = {
      kind: 'refused',
      why: 'The mail server cannot be reached.',
      retryable: true,
      waitMs: null,
    } as const
    dead.answers.push(...Array.from({ length: 40 }, () => refused))
    await ask(s, 'question', 'Which database?')
    for (let hour = 0; hour < 23; hour++) {
      await round()
      s.clock.turn(3_600_000)
      await watchChannels(s.world)
    }
    const asked = async () =>
      (await s.world.store.tickets({})).filter(({ title }) => title.startsWith('The channel '))
    expect(await asked()).toEqual([])
    for (let hour = 0; hour < 3; hour++) {
      await round()
      s.clock.turn(3_600_000)
      await watchChannels(s.world)
    }
    expect(await asked()).toMatchObject([
      {
        title: 'The channel mail has delivered nothing for a day',
        description: expect.stringContaining('The mail server cannot be reached.'),
        stage: { status: 'open', assignedTo: 'human' },
      },
    ])
    dead.answers.length = 0
    await ask(s, 'question', 'Which port?')
    await round()
    await watchChannels(s.world)
    expect(await asked()).toMatchObject([{ stage: { status: 'done', resolution: 'cancelled' } }])
  })
})

it('does not send again what may have arrived, but where the message is known by its id', async () => {
  const [plain, knowing] = [phone('plain'), phone('knowing', { repeatable: true })]
  await withPhones([plain, knowing], async (s, round) => {
    for (const each of [plain, knowing]) each.answers.push({ kind: 'unsure', why: 'The line broke off.' })
    await ask(s, 'question', 'Which database?')
    await round()
    s.clock.turn(60_000)
    await round()
    expect(plain.got).toHaveLength(1)
    expect(knowing.got).toHaveLength(2)
    expect(knowing.got[1]!.id).toBe(knowing.got[0]!.id)
    expect(await states(s)).toEqual(['unsure', 'sent'])
  })
})

it('sends nothing twice when the server dies while it sends', async () => {
  const [plain, knowing] = [phone('plain'), phone('knowing', { repeatable: true })]
  await withPhones([plain, knowing], async (s, round) => {
    await ask(s, 'question', 'Which database?')
    await recordNotices(s.world, [plain, knowing])
    s.clock.turn(5000)
    const dying: Promise<boolean>[] = []
    for (const each of [plain, knowing]) {
      const send = (message: Message) => {
        each.got.push(message)
        return new Promise<Delivery>(() => {})
      }
      dying.push(deliver(s.world, { ...each, notifier: { ...each.notifier, send } }, signal))
    }
    while (plain.got.length + knowing.got.length < 2) await new Promise((next) => setImmediate(next))
    await recoverNotices(s.world)
    await round()
    expect(plain.got).toHaveLength(1)
    expect(knowing.got.map(({ id }) => id)).toEqual([knowing.got[0]!.id, knowing.got[0]!.id])
    expect(await states(s)).toEqual(['unsure', 'sent'])
  })
})

it('notes the same trouble once, however often it is met, and again when it comes back', async () => {
  const [notes, stop] = [[] as string[], new AbortController()]
  const failing = { trouble: 'no room on the disk' as string | null, rounds: 0 }
  await swarm(async (s) => {
    const paused = async () => {
      failing.rounds++
      if (failing.trouble !== null) throw new Error(failing.trouble)
      return null
    }
    const world = { ...s.world, note: (line: string) => notes.push(line) }
    const running = notify(world, paused, stop.signal)
    const rounds = async (count: number) => {
      for (const until = failing.rounds + count; failing.rounds < until; s.clock.turn(1000))
        await new Promise(setImmediate)
    }
    await rounds(5)
    expect(notes).toEqual(['notify: no room on the disk'])
    failing.trouble = null
    await rounds(2)
    failing.trouble = 'no room on the disk'
    await rounds(3)
    expect(notes).toEqual(['notify: no room on the disk', 'notify: no room on the disk'])
    stop.abort()
    await running
  })
})

it('reads each event once, whatever order the rounds of two servers come in', async () => {
  const mine = phone('mine')
  await withPhones([mine], async (s, round) => {
    await ask(s, 'question', 'Which database?')
    await Promise.all([recordNotices(s.world, [mine]), recordNotices(s.world, [mine])])
    await round()
    expect(mine.got).toHaveLength(1)
  })
})

it('does not tell what happened before it was first asked to', async () => {
  const mine = phone('mine')
  await swarm(async (s) => {
    await ask(s, 'question', 'Old?')
    await recordNotices(s.world, [mine])
    expect(await states(s)).toEqual([])
  })
})
