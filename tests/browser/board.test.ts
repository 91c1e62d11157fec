/** The board: found, filtered, ordered, filed and changed, with the pointer and with the keyboard alone. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { begin, choose, WAYS } from './hands.ts'
import { inBrowser, PATIENCE } from './stage.ts'

/** A card of the page, of whose types these tests know nothing. */
interface Numbered {
  dataset: { ticket: string }
}

const card = (page: Page, id: number) => page.locator(`[data-ticket="${id}"]`)
const column = (page: Page, name: string) => page.locator(`section[aria-labelledby="column-${name}"]`)
const numbers = (page: Page, name: string) =>
  column(page, name)
    .locator('[data-ticket]')
    .evaluateAll((cards: Numbered[]) => cards.map((each) => Number(each.dataset.ticket)))
const isFocused = async (page: Page, id: number) =>
  (await page.locator(`[data-ticket="${id}"]:focus`).count()) === 1

inBrowser('The board', 0, (stage) => {
  const filed = async (title: string, more: object = {}) => (await stage.api.create({ title, ...more })).id

  it('finds tickets by words and by number, and keeps the search in the address', async () => {
    const [wanted, other] = [await filed('Find the needle'), await filed('Some hay')]
    const page = await stage.tab('/board')
    await page.keyboard.press('/')
    await page.keyboard.type('needle find')
    await card(page, other).waitFor({ state: 'detached' })
    await card(page, wanted).waitFor()
    await page.reload()
    await card(page, wanted).waitFor()
    expect(await card(page, other).count()).toBe(0)
    await page.getByRole('searchbox').fill(`#${other}`)
    await card(page, other).waitFor()
    expect(await card(page, wanted).count()).toBe(0)
  })

  it.each(WAYS)('filters by type and by who has it by %s', async (way) => {
    const [question, task] = [
      await filed('Which?', { type: 'question', assigned_to: 'human' }),
      await filed('Do it'),
    ]
    const page = await stage.tab('/board')
    const [type, who] = [
      page.getByRole('combobox', { name: /^Type/ }),
      page.getByRole('combobox', { name: /^Who/ }),
    ]
    await choose(page, way, type, 'question')
    await card(page, task).waitFor({ state: 'detached' })
    await card(page, question).waitFor()
    await choose(page, way, type, 'task')
    await card(page, question).waitFor({ state: 'detached' })
    await page.goto(`${stage.url}/board`)
    await choose(page, way, who, 'human')
    await card(page, task).waitFor({ state: 'detached' })
    await card(page, question).waitFor()
  })

  it('raises and lowers a priority by key', async () => {
    const [first, second] = [await filed('Priority one'), await filed('Priority two')]
    const page = await stage.tab('/board?q=priority')
    await card(page, second).focus()
    await page.keyboard.press('+')
    await expect.poll(() => numbers(page, 'backlog'), PATIENCE).toEqual([second, first])
    expect((await stage.api.ticket(second)).priority).toBe(1)
    await expect.poll(() => isFocused(page, second), PATIENCE).toBe(true)
    await page.keyboard.press('-')
    await page.keyboard.press('-')
    await expect.poll(() => numbers(page, 'backlog'), PATIENCE).toEqual([first, second])
  })

  it('puts a ticket where it is dragged', async () => {
    const ids = [await filed('Drag one'), await filed('Drag two'), await filed('Drag three')]
    const page = await stage.tab('/board?q=drag')
    await card(page, ids[2]!).dragTo(card(page, ids[0]!), { targetPosition: { x: 40, y: 4 } })
    await expect.poll(() => numbers(page, 'backlog'), PATIENCE).toEqual([ids[2], ids[0], ids[1]])
  })

  it('files a ticket with the keyboard alone', async () => {
    const page = await stage.tab('/board')
    await page.keyboard.press('n')
    await page.locator('dialog input:focus').waitFor()
    await page.keyboard.type('Typed in')
    await page.keyboard.press('Tab')
    await page.keyboard.type('With **all** that is to know.')
    await page.keyboard.press('Control+Enter')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.getByText('Typed in').waitFor()
    const found = (await stage.api.tickets({ limit: 200 })).tickets.find(({ title }) => title === 'Typed in')
    expect(found).toMatchObject({ description: 'With **all** that is to know.', type: 'task' })
  })

  it('files a ticket of every kind by clicking', async () => {
    const first = await filed('Before it')
    const page = await stage.tab('/board')
    await page.getByRole('button', { name: 'New ticket' }).click()
    const form = page.getByRole('dialog', { name: 'New ticket' })
    await form.getByLabel('Title').fill('Clicked in')
    await form.getByLabel('Description').fill('It is **bold**.')
    await form.getByLabel('Type').selectOption('verify')
    await form.getByLabel('Priority').fill('3')
    await form.getByLabel('Waits for').fill(`#${first}`)
    await form.getByLabel('Assign to a person').check()
    await form.getByRole('button', { name: 'Preview' }).click()
    await form.locator('strong').getByText('bold').waitFor()
    await form.getByRole('button', { name: 'File it' }).click()
    await form.waitFor({ state: 'detached' })
    const blocked = column(page, 'backlog').locator('.board-card', { hasText: 'Clicked in' })
    await blocked.getByText(`blocked by #${first}`).waitFor()
    await blocked.click()
    await page.getByRole('heading', { level: 1, name: 'Clicked in' }).waitFor()
    const id = Number(new URL(page.url()).pathname.split('/').at(-1))
    expect(await stage.api.ticket(id)).toMatchObject({
      type: 'verify',
      priority: 3,
      blocked_by: [first],
      assigned_to: 'human',
      description: 'It is **bold**.',
    })
  })

  it('changes a ticket with the keyboard alone', async () => {
    const id = await filed('Change me')
    const page = await stage.tab('/board?q=change')
    await card(page, id).waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => isFocused(page, id), PATIENCE).toBe(true)
    await page.keyboard.press('e')
    await page.locator('dialog input:focus').waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('Changed, and here')
    await page.keyboard.press('Enter')
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect((await stage.api.ticket(id)).title).toBe('Changed, and here')
  })

  it('leads the keyboard from card to card and from column to column, and opens one', async () => {
    const human = await filed('Walk to a person', { type: 'verify', assigned_to: 'human' })
    const [first, second] = [await filed('Walk first'), await filed('Walk second')]
    const page = await stage.tab('/board?q=walk')
    await card(page, human).waitFor()
    for (const [key, id] of [
      ['ArrowDown', first],
      ['ArrowRight', human],
      ['ArrowLeft', first],
      ['ArrowDown', second],
      ['ArrowRight', human],
    ] as const) {
      await page.keyboard.press(key)
      await expect.poll(() => isFocused(page, id), PATIENCE).toBe(true)
    }
    await page.keyboard.press('o')
    await page.getByRole('heading', { name: 'Walk to a person' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/tickets/${human}`)
  })

  it('walks the graph of what waits for what by the arrow keys', async () => {
    const base = await filed('Graph base')
    const [left, right] = [
      await filed('Graph left', { blocked_by: [base] }),
      await filed('Graph top', { blocked_by: [base] }),
    ]
    const page = await stage.tab('/board?q=graph')
    await page.keyboard.press('v')
    const box = (id: number) => page.locator(`[data-box="${id}"]`)
    await box(base).focus()
    const at = async () =>
      Number(await page.locator('[data-box]:focus').getAttribute('data-box', { timeout: 5000 }))
    await page.keyboard.press('ArrowRight')
    const one = await at()
    expect([left, right]).toContain(one)
    await page.keyboard.press(one === left ? 'ArrowDown' : 'ArrowUp')
    if ((await at()) === one) await page.keyboard.press(one === left ? 'ArrowUp' : 'ArrowDown')
    expect([left, right].filter((id) => id !== one)).toContain(await at())
    await page.keyboard.press('ArrowLeft')
    expect(await at()).toBe(base)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Graph base' }).waitFor()
  })

  it('walks the graph by clicking, as a list, and downwards on a phone, where all of it is seen', async () => {
    const base = await filed('Clickable base')
    const top = await filed('Clickable top', { blocked_by: [base] })
    const page = await stage.tab('/board?q=clickable')
    await page.getByRole('button', { name: 'Graph' }).click()
    await page.getByRole('button', { name: 'Zoom Out' }).click()
    await page.getByText('Show as a list').click()
    await page.locator('.graph-list li', { hasText: 'Clickable top' }).getByText(`#${base}`).waitFor()
    await page.locator(`[data-box="${top}"]`).click()
    await page.getByRole('heading', { level: 1, name: 'Clickable top' }).waitFor()
    await page.goBack()
    await page.locator(`[data-box="${base}"]`).waitFor()
    await page.setViewportSize({ width: 390, height: 780 })
    const places = async () =>
      Promise.all([base, top].map((id) => page.locator(`[data-box="${id}"]`).boundingBox()))
    await expect
      .poll(async () => (await places()).map((box) => box!.x >= 0 && box!.x + box!.width <= 390))
      .toEqual([true, true])
    await page.locator(`[data-box="${base}"]`).focus()
    await page.keyboard.press('ArrowDown')
    await page.locator(`[data-box="${top}"]:focus`).waitFor()
    await page.setViewportSize({ width: 1280, height: 900 })
    await begin(page, 'clicking', { button: page.getByRole('button', { name: 'Columns' }), key: 'v' })
    await card(page, base).waitFor()
  })

  it('shows what other programs do, without being asked', async () => {
    const page = await stage.tab('/board?q=terminal')
    const { out } = await stage.shop.ticket('create', 'Filed in a terminal')
    await card(page, Number(out)).waitFor()
    expect(await numbers(page, 'backlog')).toContain(Number(out))
    await stage.shop.ticket('mark-done', out.trim())
    await expect.poll(() => numbers(page, 'done'), PATIENCE).toContain(Number(out))
  })
})
