import { expect, it } from 'vitest'
import { api } from '../../src/api/app.ts'
import { type Client, client, type WaitingEntry } from '../../src/api/client.ts'
import { paused } from '../../src/life/limits/may-claim.ts'
import { type Story, swarm } from '../story/swarm.ts'

const TICKETS = 40
const write = (file: string) => ({ write: { file, text: 'fine\n' } })
const scriptOf = (steps: object[]) => `\`\`\`script\n${JSON.stringify(steps)}\n\`\`\`\n`

/** What the agent of each ticket does beside its file; by number. */
const BESIDE: Record<number, (file: string) => object[]> = {
  ...each([3, 9, 14, 20, 27, 33], (file) => [
    { on: 'start', do: [{ ask: `Which name for ${file}?` }] },
    { on: 'again', do: [write(file)] },
  ]),
  ...each([5, 11, 17, 23, 29], (file) => [
    { run: `ticket create "Split ${file}" --assign human --type proposal --description "It has grown."` },
    write(file),
  ]),
  ...each([7, 19, 31], (file) => [
    { run: `ticket create "Look at ${file}" --assign human --type verify` },
    write(file),
  ]),
  25: (file) => [
    { on: 'start', do: [write(`half-${file}`), { usage: { input: 1000, cost: 12 } }, { pause: 600_000 }] },
    { on: 'again', do: [write(file)] },
  ],
  36: (file) => [
    {
      on: 'start',
      do: [{ fail: { reason: 'usage limit', detail: 'Used up.', until: '2026-01-01T06:00:00Z' } }],
    },
    { on: 'again', do: [write(file)] },
  ],
}

function each(numbers: number[], script: (file: string) => object[]) {
  return Object.fromEntries(numbers.map((number) => [number, script]))
}

it(
  'is a day of forty tickets that a person steers by the inbox alone, and the log tells it',
  { timeout: 300_000 },
  () =>
    swarm(
      async (s) => {
        for (let n = 1; n <= TICKETS; n++) {
          const file = `part-${n}.txt`
          await s.file(`Part ${n}`, BESIDE[n]?.(file) ?? [write(file)])
        }
        const did = await live(s)
        expect(did).toEqual({ question: 6, proposal: 5, verify: 4, budget: 1, 'usage limit': 1 })

        const { store } = s.world
        expect(await store.inbox()).toEqual([])
        expect(await store.census(s.clock.now())).toMatchObject({ open: 0, inProgress: 0, ready: 0 })
        const subjects = await s.main()
        // The forty, three proposals that were approved, and the mending of what did not work.
        expect(subjects).toHaveLength(TICKETS + 4)
        expect(new Set(subjects).size).toBe(TICKETS + 4)
        const story = await tales(s)
        await expect(story).toMatchFileSnapshot('snapshots/day.txt')
      },
      { settings: { totalBudget: 10 } },
    ),
)

/** The person looks at the inbox, decides everything in it, and waits again, until nothing is left. */
async function live(s: Story): Promise<Record<string, number>> {
  const person = personOf(s)
  const did: Record<string, number> = {}
  const count = (what: string) => {
    did[what] = (did[what] ?? 0) + 1
  }
  for (let looks = 0; looks < 100; looks++) {
    await s.settle()
    s.clock.turn(60_000)
    const waiting = (await person.inbox()).tickets.filter(({ open_blockers }) => open_blockers === 0)
    for (const ticket of waiting) {
      count(ticket.asks)
      await decide(person, ticket, did[ticket.asks]!)
    }
    if (waiting.length > 0) continue
    const pause = await paused(s.world, s.fleet)
    if (!pause) return did
    count(pause.cause)
    s.clock.turn(pause.until! - s.clock.now())
  }
  throw new Error('the day does not end')
}

/** What the person says to the `nth` ticket of its kind. */
async function decide(person: Client, { id, asks, title }: WaitingEntry, nth: number): Promise<unknown> {
  if (asks === 'budget') return person.answer(id, { text: 'Go on.' })
  if (asks === 'question') return person.answer(id, { text: `Name ${nth}` })
  if (asks === 'proposal' && nth % 2 === 0) return person.reject(id, { reason: 'Not now.' })
  if (asks === 'proposal')
    return person.approve(id, { description: scriptOf([write(`${title.replaceAll(' ', '-')}.txt`)]) })
  if (asks === 'verify' && nth === 2)
    return person.fail(id, { reason: `The page is empty.\n\n${scriptOf([write('mended.txt')])}` })
  if (asks === 'verify') return person.pass(id, {})
  throw new Error(`#${id} asks for something else: ${asks}`)
}

function personOf({ world, settings }: Story): Client {
  const nothing = () => {}
  const app = api(
    {
      ...{ records: world, world, running: null, post: world.post, token: 'x', stop: null, note: nothing },
      links: { publicUrl: () => '', key: () => '' },
      project: { path: '/shop', name: 'shop' },
      info: () => null,
      values: () => settings,
      settings: () => [],
      readings: async () => [],
      scale: async () => {},
      readLog: async () => null,
      onChange: () => nothing,
    },
    'in-process',
  )
  return client({ baseUrl: '', token: 'x', fetch: (url, init) => app.request(url, init) })
}

/** Each ticket's part of the log; of those that went the same way, the first stands for all. */
async function tales({ log, world }: Story): Promise<string> {
  const told: string[] = []
  const seen = new Set<string>()
  for (const { id, title } of await world.store.tickets({})) {
    const lines = (await log(id)).map((line) => line.replace(/\b[0-9a-f]{10,40}\b/g, '…'))
    const shape = lines.join('\n').replaceAll(title, '').replace(/\d+/g, '')
    if (seen.has(shape)) continue
    seen.add(shape)
    told.push(lines.join('\n'))
  }
  return `${told.join('\n\n')}\n`
}
