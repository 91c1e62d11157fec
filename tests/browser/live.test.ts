/** What a person sees without doing anything: what fits on the screen, and what is kept up as it happens. */
import { expect, it } from 'vitest'
import { inBrowser, PATIENCE } from './stage.ts'

inBrowser('What is on the screen', 0, (stage) => {
  it('is the whole board at 1280 px, with a ticket in each column', async () => {
    const { api } = stage
    const { id } = await api.create({ title: 'A title that takes more than a line of a narrow column' })
    await api.create({ title: 'Waits', blocked_by: [id] })
    await api.create({ title: 'Look at it', type: 'verify', assigned_to: 'human' })
    await api.complete((await api.create({ title: 'Done' })).id, {})
    await stage.shop.ticket('claim-next', '--agent', 'agent-7')
    await api.create({ title: 'Next' })
    const page = await stage.open('/board')
    await page.locator('.board-card').nth(4).waitFor()
    const widths = `['scrollWidth', 'clientWidth'].map((name) => document.querySelector('.board')[name])`
    const [content, room] = (await page.evaluate(widths)) as [number, number]
    expect(content).toBeLessThanOrEqual(room)
    await page.getByRole('heading', { name: /^Done/ }).waitFor()
  })

  it('changes on Home by the log alone: the inbox is asked for once', async () => {
    const { api } = stage
    const asked: string[] = []
    const context = await stage.person()
    context.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const page = await context.newPage()
    await page.goto(stage.url)
    const { id } = await api.create({ title: 'Which way?', type: 'question', assigned_to: 'human' })
    await page.getByRole('heading', { name: 'Which way?' }).waitFor()
    await api.update(id, { title: 'Left or right?' })
    await page.getByRole('heading', { name: 'Left or right?' }).waitFor()
    await api.answer(id, { text: 'Left.' })
    await page.locator('.inbox-decided', { hasText: 'Left or right?' }).waitFor()
    expect(asked.filter((path) => path.startsWith('/api/inbox'))).toEqual(['/api/inbox/tickets'])
  })

  it('is asked for only while somebody looks, and at once when they look again', async () => {
    const page = await stage.open('/')
    await page.locator('.pulse-agents').waitFor({ state: 'attached' })
    const look = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))`)
    await look(true)
    let asked = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/api/status')) asked++
    })
    const before = await page.title()
    await stage.api.create({ title: 'For nobody' })
    await stage.api.create({ title: 'For a person', type: 'verify', assigned_to: 'human' })
    await expect.poll(() => page.title(), PATIENCE).not.toBe(before)
    expect(asked).toBe(0)
    await look(false)
    await expect.poll(() => asked, PATIENCE).toBe(1)
  })

  it('needs nobody in the title once everything is decided, nor while it waits for another ticket', async () => {
    const { api } = stage
    for (const { id } of (await api.inbox()).tickets) await api.cancel(id, {})
    const page = await stage.open('/board')
    const icon = () => page.locator('link[rel="icon"]').getAttribute('href')
    await expect.poll(() => page.title(), PATIENCE).toBe('Board · swarm')
    const work = (await api.create({ title: 'Work' })).id
    const { id } = await api.create({
      ...{ title: 'Look at it', type: 'verify', assigned_to: 'human' },
      blocked_by: [work],
    })
    await page.locator(`[data-ticket="${id}"]`).waitFor()
    expect([await page.title(), await icon()]).toEqual(['Board · swarm', '/favicon.svg'])
    await api.complete(work, {})
    await expect.poll(() => page.title(), PATIENCE).toBe('(1) Board · swarm')
    expect(await icon()).toBe('/favicon-waiting.svg')
    await api.pass(id, {})
    await expect.poll(() => page.title(), PATIENCE).toBe('Board · swarm')
    expect(await icon()).toBe('/favicon.svg')
  })

  it('draws so many cards of a long inbox, and more when they are wanted', async () => {
    const waiting = (await stage.api.inbox()).tickets.filter((each) => each.open_blockers === 0).length
    for (let at = waiting; at < 53; at++)
      await stage.api.create({ title: `Question ${at}`, type: 'question', assigned_to: 'human' })
    const page = await stage.open('/')
    await page.getByText('53 tickets wait for you').waitFor()
    expect(await page.locator('[data-card]').count()).toBe(50)
    await page.getByRole('button', { name: 'Show more: 3 wait' }).click()
    await expect.poll(() => page.locator('[data-card]').count(), PATIENCE).toBe(53)
  })
})
