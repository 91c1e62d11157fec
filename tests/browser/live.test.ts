/** What a person sees without doing anything: what fits on the screen, and what is kept up as it happens. */
import { expect, it } from 'vitest'
import { inBrowser } from './stage.ts'

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
})
