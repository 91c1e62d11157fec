/** Home: every card is decided where it is, by clicking and by the keyboard alone. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { press, WAYS } from './hands.ts'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

type Wanted = Parameters<Stage['api']['create']>[0]

interface Decided {
  does: string
  ticket: Partial<Wanted> & { type: Wanted['type'] }
  action: string
  key: string
  /** What is written, into which field; none for what is done at once. */
  write?: Record<string, string>
  /** What the server then says of the ticket. */
  is: object
}

const DECISIONS: Decided[] = [
  {
    does: 'approves a proposal',
    ticket: { type: 'proposal' },
    action: 'Approve',
    key: 'a',
    is: { type: 'task', assigned_to: null },
  },
  {
    does: 'approves a proposal with edits',
    ticket: { type: 'proposal' },
    action: 'Approve with edits',
    key: 'e',
    write: { Title: 'Better words', Description: 'And a better plan.' },
    is: { type: 'task', title: 'Better words', description: 'And a better plan.' },
  },
  {
    does: 'rejects a proposal with a reason',
    ticket: { type: 'proposal' },
    action: 'Reject',
    key: 'r',
    write: { 'Why not (agents read it)': 'Too early.' },
    is: { status: 'done', resolution: 'rejected' },
  },
  {
    does: 'answers a question',
    ticket: { type: 'question' },
    action: 'Answer and unblock',
    key: 'a',
    write: { 'Your answer': 'PostgreSQL.' },
    is: { status: 'done', resolution: 'answered' },
  },
  {
    does: 'passes a verify',
    ticket: { type: 'verify' },
    action: 'Pass',
    key: 'p',
    is: { status: 'done', resolution: 'passed' },
  },
  {
    does: 'fails a verify with what does not work',
    ticket: { type: 'verify' },
    action: 'Fail',
    key: 'f',
    write: { 'What does not work': 'The button does nothing.' },
    is: { status: 'done', resolution: 'failed' },
  },
  {
    does: 'gives a ticket back to the agents',
    ticket: { type: 'task' },
    action: 'Give back to the agents',
    key: 'b',
    write: { 'What the next agent should know': 'Use the new API.' },
    is: { status: 'open', assigned_to: null },
  },
  {
    does: 'marks a ticket done',
    ticket: { type: 'task' },
    action: 'Mark done',
    key: 'd',
    is: { status: 'done' },
  },
  {
    does: 'cancels a ticket',
    ticket: { type: 'task' },
    action: 'Cancel',
    key: 'x',
    write: { 'Reason for cancelling': 'Not any more.' },
    is: { status: 'done', resolution: 'cancelled' },
  },
]

const card = (page: Page, id: number) => page.locator(`[data-card="${id}"]`)
const decided = (page: Page, id: number) =>
  page.locator('.inbox-decided', { has: page.locator(`a[href="/tickets/${id}"]`) })

inBrowser('Home, with no agent at work', 0, (stage) => {
  const filed = async ({ ticket, does }: Decided) =>
    (
      await stage.api.create({
        title: `One that ${does}`,
        description: 'Why and how.',
        assigned_to: 'human',
        ...ticket,
      })
    ).id

  it.each(DECISIONS)('$does by clicking', async (row) => {
    const id = await filed(row)
    const page = await stage.tab('/')
    await card(page, id).getByRole('button', { name: row.action, exact: true }).click()
    if (row.write) {
      for (const [label, text] of Object.entries(row.write)) await card(page, id).getByLabel(label).fill(text)
      await card(page, id).getByRole('button', { name: row.action, exact: true }).click()
    }
    await decided(page, id).waitFor()
    expect(await stage.api.ticket(id)).toMatchObject(row.is)
  })

  it.each(DECISIONS)('$does by keyboard', async (row) => {
    const id = await filed(row)
    const page = await stage.tab('/')
    await card(page, id).waitFor()
    await expect
      .poll(async () => {
        await page.keyboard.press('j')
        return page.locator(`[data-card="${id}"]:focus`).count()
      }, PATIENCE)
      .toBe(1)
    await page.keyboard.press(row.key)
    if (row.write) {
      const texts = Object.values(row.write)
      for (const [at, text] of texts.entries()) {
        await page.locator('input:focus, textarea:focus').waitFor()
        await page.keyboard.press('ControlOrMeta+a')
        await page.keyboard.insertText(text)
        if (at < texts.length - 1) await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Control+Enter')
    }
    await decided(page, id).waitFor()
    expect(await stage.api.ticket(id)).toMatchObject(row.is)
  })

  it('keeps what was typed in view when somebody else was quicker, and says who did what', async () => {
    const id = (await stage.api.create({ title: 'Which colour?', type: 'question', assigned_to: 'human' })).id
    const [one, other] = await Promise.all([stage.open('/'), stage.open('/')])
    await card(one, id).getByRole('button', { name: 'Answer and unblock' }).click()
    await card(one, id).getByLabel('Your answer').fill('Green, I think')
    await card(other, id).getByRole('button', { name: 'Answer and unblock' }).click()
    await card(other, id).getByLabel('Your answer').fill('Blue')
    await other.keyboard.press('Control+Enter')
    await decided(other, id).waitFor()
    await decided(one, id).waitFor()
    expect(await decided(one, id).innerText()).toMatch(
      /Decided meanwhile:.*[\s\S]*Your draft:.*Green, I think/,
    )
    expect((await stage.api.ticket(id)).comments.map(({ body }) => body)).toEqual(['Blue'])
  })

  it.each(WAYS)('puts away what is decided by %s', async (way) => {
    const { id } = await stage.api.create({ title: 'Decided soon', type: 'question', assigned_to: 'human' })
    const page = await stage.tab('/')
    await card(page, id).waitFor()
    await stage.api.answer(id, { text: 'Yes.' })
    await press(page, way, decided(page, id).getByRole('button', { name: 'Dismiss' }))
    await decided(page, id).waitFor({ state: 'detached' })
  })

  it.each(['clicking', 'keyboard'])(
    'says that everybody is paused and lets them go on by %s',
    async (how) => {
      await stage.api.pause({ reason: 'Somebody looks at the bill' })
      const page = await stage.tab('/')
      await page.getByText('Agents are paused: Somebody looks at the bill.').waitFor()
      if (how === 'clicking') await page.getByRole('button', { name: 'Resume now' }).click()
      else await page.keyboard.press('u')
      await page.locator('.pulse-paused').waitFor({ state: 'detached' })
      expect((await stage.api.status()).paused).toBe(null)
    },
  )

  it('shows in the title and the icon of the tab that a person is needed', async () => {
    const before = (await stage.api.inbox()).tickets.filter((each) => each.open_blockers === 0).length
    const page = await stage.tab('/')
    await stage.api.create({ title: 'Look here', type: 'verify', assigned_to: 'human' })
    await expect.poll(() => page.title(), PATIENCE).toBe(`(${before + 1}) Home · swarm`)
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toBe('/favicon-waiting.svg')
  })
})

inBrowser('Home, with agents at work', 1, (stage) => {
  const held = async (title: string) => {
    const id = await stage.shop.file(title, [
      {
        on: 'start',
        do: [
          { write: { file: 'verify.sh', text: `#!/bin/sh\n# ${title}\n`, mode: '755' } },
          { say: 'Done.' },
        ],
      },
      { on: 'rejected', do: [{ ask: 'What do you want instead?' }] },
    ])
    await expect.poll(async () => (await stage.api.ticket(id)).held, PATIENCE).toEqual(['verify.sh'])
    return id
  }

  it.each(['clicking', 'keyboard'])('approves work on a protected path by %s, and it lands', async (how) => {
    const id = await held(`Approve by ${how}`)
    const page = await stage.tab('/')
    await card(page, id).getByText(`# Approve by ${how}`).filter({ visible: true }).first().waitFor()
    if (how === 'clicking') await card(page, id).getByRole('button', { name: 'Approve' }).click()
    else {
      await card(page, id).focus()
      await page.keyboard.press('a')
    }
    await decided(page, id).waitFor()
    await expect.poll(async () => (await stage.api.ticket(id)).resolution, PATIENCE).toBe('landed')
  })

  it.each(['clicking', 'keyboard'])('sends work on a protected path back by %s', async (how) => {
    const id = await held(`Reject by ${how}`)
    const page = await stage.tab('/')
    if (how === 'clicking') await card(page, id).getByRole('button', { name: 'Reject' }).click()
    else {
      await card(page, id).focus()
      await page.keyboard.press('r')
    }
    await page.getByLabel('What to change instead').fill('Leave the gate alone.')
    await page.keyboard.press('Control+Enter')
    await decided(page, id).waitFor()
    expect((await stage.api.ticket(id)).events.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({
        type: 'bounced',
        reason: 'rejected',
        detail: expect.stringContaining('Leave the gate'),
      }),
    )
  })

  it('says that a ticket which agents could not do needs help, and why', async () => {
    const id = await stage.shop.file('Too much', [
      { fail: { reason: 'budget', detail: 'It spent all its money.' } },
    ])
    const page = await stage.tab('/')
    await card(page, id).getByText('Needs help').waitFor()
    await card(page, id).getByText('It spent all its money.').filter({ visible: true }).first().waitFor()
  })

  it('asks once when three tickets in a row fail in the same way, and lets everybody go on with the answer', async () => {
    const fail = { reason: 'harness crash', detail: 'I cannot find my tools.' }
    const failing = (name: string) => {
      const done = [{ write: { file: `${name}.txt`, text: 'Here they are.\n' } }]
      const [first, then, again] = [
        { on: 'start', attempt: 1, do: [{ fail }] },
        { on: 'start', do: done },
        { on: 'again', do: done },
      ]
      return stage.shop.file(`Needs tools: ${name}`, [first, then, again])
    }
    const ids = [await failing('saw'), await failing('axe'), await failing('nail')]
    const page = await stage.tab('/')
    const asked = page.locator('.inbox-card', { hasText: 'The same failure in 3 tickets in a row' })
    await asked.getByText('I cannot find my tools.').filter({ visible: true }).first().waitFor()
    await page.locator('.pulse-paused').waitFor()
    await asked.getByRole('button', { name: 'Answer and unblock' }).click()
    await asked.getByLabel('Your answer').fill('They are installed now.')
    await page.keyboard.press('Control+Enter')
    await page.locator('.pulse-paused').waitFor({ state: 'detached' })
    for (const id of ids) await expect.poll(() => stage.shop.status(id), PATIENCE).toBe('done')
  })

  it('says that an agent waits for the account and until when, here, on its page and in the terminal', async () => {
    const until = new Date(Date.now() + 2 * 3_600_000)
    const fail = { reason: 'usage limit', detail: 'Used up.', until: until.toISOString() }
    const id = await stage.shop.file('Much to think about', [{ fail }])
    const page = await stage.tab('/')
    // The end is put off by up to a minute, so that not everybody comes back at once.
    const words = /waits for the usage limit until \d+:\d\d/
    await page.locator('.pulse-agents').getByText(words).waitFor()
    await page.getByText('0 of 1 at work').waitFor()
    await page.goto(`${stage.url}/agents`)
    await page.locator('.agent-head').getByText(words).waitFor()
    const { limit_wait } = (await stage.api.status()).agents[0]!
    expect(limit_wait!.until).toBeGreaterThanOrEqual(until.getTime())
    const { out } = await stage.shop.swarm('status')
    expect(out).toMatch(new RegExp(`agent-1 +waits for the usage limit, .* more .*#${id}`))
  })
})
