/** The page of a ticket: all that a person can do there, by clicking and by the keyboard alone. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { begin, press, tabTo, WAYS, type Way, write } from './hands.ts'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

type Wanted = Parameters<Stage['api']['create']>[0]

interface Act {
  does: string
  ticket?: Partial<Wanted>
  /** It is done before. */
  closed?: true
  action: string
  key: string
  /** What is written into which field; none for what is done at once. */
  write?: Record<string, string>
  /** What sends it, where that is called otherwise than the action. */
  send?: string
  /** What the server then says of the ticket. */
  is: object
}

const ACTS: Act[] = [
  { does: 'marks it done', action: 'Mark done', key: 'd', is: { status: 'done' } },
  {
    does: 'cancels it with a reason',
    action: 'Cancel',
    key: 'x',
    write: { 'Reason for cancelling': 'Not any more.' },
    is: { status: 'done', resolution: 'cancelled' },
  },
  { does: 'opens it again', closed: true, action: 'Reopen', key: 'r', is: { status: 'open' } },
  {
    does: 'gives it to the agents',
    action: 'Give back to the agents',
    key: 'b',
    write: { 'What the next agent should know': 'Use the new API.' },
    is: { assigned_to: null },
  },
  {
    does: 'changes its title and text',
    action: 'Edit',
    key: 'm',
    write: { Title: 'Better words', Description: 'And a better plan.' },
    send: 'Save',
    is: { title: 'Better words', description: 'And a better plan.' },
  },
  {
    does: 'approves a proposal',
    ticket: { type: 'proposal' },
    action: 'Approve',
    key: 'a',
    is: { type: 'task', assigned_to: null },
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
    does: 'fails a verify',
    ticket: { type: 'verify' },
    action: 'Fail',
    key: 'f',
    write: { 'What does not work': 'All of it.' },
    is: { status: 'done', resolution: 'failed' },
  },
]

async function act(page: Page, way: Way, { action, key, write: written, send = action }: Act) {
  const button = page.locator('main').getByRole('button', { name: action, exact: true })
  await begin(page, way, { button, key })
  if (!written) return
  for (const [label, text] of Object.entries(written))
    await write(page, way, page.locator('main').getByLabel(label), text)
  if (way === 'keyboard') await page.keyboard.press('Control+Enter')
  else await page.locator('main').getByRole('button', { name: send, exact: true }).click()
}

inBrowser('The page of a ticket', 0, (stage) => {
  const filed = async (title: string, more: Partial<Wanted> = {}) =>
    (await stage.api.create({ title, type: 'task', assigned_to: 'human', ...more })).id

  it.each(WAYS)('takes every decision by %s', async (way) => {
    const page = await stage.tab('/')
    for (const each of ACTS) {
      const id = await filed(`One that somebody ${each.does}`, each.ticket)
      if (each.closed) await stage.api.cancel(id, {})
      await page.goto(`${stage.url}/tickets/${id}`)
      await act(page, way, each)
      await expect.poll(() => stage.api.ticket(id), PATIENCE).toMatchObject(each.is)
    }
  })

  it.each(WAYS)('takes a comment, shows it as Markdown, and keeps who said it, by %s', async (way) => {
    const id = await filed('Talk about it')
    const page = await stage.tab(`/tickets/${id}`)
    const field = page.getByLabel('Comment', { exact: true })
    if (way === 'keyboard') {
      await field.waitFor()
      await page.keyboard.press('c')
      await page.keyboard.insertText('It is **fine**.')
      await page.keyboard.press('Control+Enter')
    } else {
      await field.fill('It is **fine**.')
      await page.getByRole('button', { name: 'Comment', exact: true }).click()
    }
    await page.locator('.story-comment strong').getByText('fine').waitFor()
    expect((await stage.api.ticket(id)).comments).toMatchObject([
      { author: 'human', body: 'It is **fine**.' },
    ])
  })

  it.each(WAYS)('lets it wait for another ticket, and no longer, by %s', async (way) => {
    const [blocker, id] = [await filed(`First, by ${way}`), await filed('Then this')]
    const page = await stage.tab(`/tickets/${id}`)
    const field = page.getByLabel('Number of the blocker')
    const remove = page.getByRole('button', { name: `Remove blocker #${blocker}` })
    await field.waitFor()
    if (way === 'keyboard') {
      await page.keyboard.press('l')
      await page.keyboard.type(`#${blocker}`)
      await page.keyboard.press('Enter')
    } else {
      await field.fill(`#${blocker}`)
      await page.getByRole('button', { name: 'Wait for it' }).click()
    }
    await remove.waitFor()
    expect((await stage.api.ticket(id)).blocked_by).toEqual([blocker])
    if (way === 'keyboard') {
      await page.keyboard.press('Shift+Tab')
      expect(await remove.and(page.locator(':focus')).count()).toBe(1)
      await page.keyboard.press('Enter')
    } else await remove.click()
    await remove.waitFor({ state: 'detached' })
    expect((await stage.api.ticket(id)).blocked_by).toEqual([])
  })

  it('refuses a circle of tickets that wait for each other, in a sentence', async () => {
    const first = await filed('Hen')
    const second = await filed('Egg', { blocked_by: [first] })
    stage.forgive(/409/)
    const page = await stage.tab(`/tickets/${first}`)
    await page.getByLabel('Number of the blocker').fill(`${second}`)
    await page.keyboard.press('Enter')
    await page.locator('.ticket-facts .notice').getByText(`Ticket ${second} already waits`).waitFor()
    expect((await stage.api.ticket(first)).blocked_by).toEqual([])
  })

  it('says that a text is more than agents are given, while it is written and on the page', async () => {
    const id = await filed('Large', { description: 'x '.repeat(40_000) })
    const page = await stage.tab(`/tickets/${id}`)
    const notice = page.locator('.ticket-main .notice')
    await notice.getByText('This description has 80,000 characters. Agents get its first 40,000').waitFor()
    await page.getByRole('textbox', { name: 'Comment' }).fill('y'.repeat(9001))
    await page.locator('.comment-form .notice').getByText('This comment has 9,001 characters').waitFor()
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await notice.getByText('Comment 1, by human, has 9,001 characters').waitFor()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.locator('.ticket-form .notice').getByText('This description has 80,000').waitFor()
    await page.getByRole('textbox', { name: 'Description' }).fill('short')
    await page.locator('.ticket-form .notice').waitFor({ state: 'detached' })
  })

  it.each(WAYS)('leads to parent and children and what waits for it by %s', async (way) => {
    const parent = await filed(`Whole, by ${way}`)
    const child = await filed('Part', { parent_id: parent })
    const page = await stage.tab(`/tickets/${parent}`)
    const facts = page.getByRole('complementary', { name: 'About this ticket' })
    await press(page, way, facts.getByRole('link', { name: 'Part' }))
    await page.getByRole('heading', { level: 1, name: 'Part' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/tickets/${child}`)
    await tabTo(page, facts.getByRole('link', { name: `Whole, by ${way}` }))
  })
})

inBrowser('The page of a ticket that an agent has', 1, (stage) => {
  it('takes a ticket from the agent that has it, with a reason, by clicking and by keyboard', async () => {
    const id = await stage.shop.file('Takes long', [{ say: 'Thinking.' }, { pause: 600_000 }])
    for (const [at, way] of WAYS.entries()) {
      await expect
        .poll(() => stage.api.ticket(id), PATIENCE)
        .toMatchObject({ attempts: at + 1, phase: 'working' })
      const page = await stage.tab(`/tickets/${id}`)
      const why = `Somebody else, by ${way}`
      const reason = { 'Reason for the next agent (the attempt is stopped and its work is saved)': why }
      await act(page, way, { does: '', action: 'Give back', key: 'u', write: reason, is: {} })
      await page.locator('.story').getByText(why).waitFor()
    }
    await stage.api.cancel(id, {})
  })
})
