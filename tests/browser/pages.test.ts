/** The pages beside Home and Board: each shows what is, does what it offers, and lets no text of agents run. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { inBrowser, PATIENCE } from './stage.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const HOSTILE = '<img src=x onerror=alert(1)>'

inBrowser('the other pages', 1, (stage) => {
  it('shows what an attempt said, changed and was verified by, and takes a comment by the keyboard', async () => {
    const id = await stage.shop.file(`Write it ${HOSTILE}`, [
      { say: `I **write** it. ${HOSTILE}` },
      { write: { file: 'src/a.js', text: `export const a = '${HOSTILE}'\n` } },
    ])
    await expect.poll(() => stage.shop.status(id), PATIENCE).toBe('done')
    const page = await stage.open(`/tickets/${id}`)
    await page.getByText(`lands #${id} on main`).waitFor()
    await page.locator('main').focus()
    await page.keyboard.press('c')
    await page.keyboard.type(`Well done ${HOSTILE}`)
    await page.keyboard.press('Control+Enter')
    await page.locator('.story-comment').getByText('Well done').waitFor()
    await page.getByRole('tab', { name: /Attempts/ }).click()
    await page.getByRole('region', { name: 'Transcript' }).getByText('it. <img').last().waitFor()
    await page.getByRole('tab', { name: 'Change' }).click()
    await page.getByText('src/a.js').first().waitFor()
    await page.getByRole('tab', { name: 'Gate' }).click()
    await page.getByText('./verify.sh').first().waitFor()
    expect(await page.locator('main img').count()).toBe(0)
  })

  it('pauses the agents, lets them go on, and changes their number', async () => {
    const page = await stage.open('/agents')
    await page.keyboard.press('p')
    await page.keyboard.type('I look first')
    await page.keyboard.press('Enter')
    await page.getByText('Agents claim nothing now: I look first.').waitFor()
    expect((await stage.api.status()).paused).toMatchObject({ reason: 'I look first' })
    await page.getByRole('button', { name: 'Let them go on' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    expect((await stage.api.status()).paused).toBeNull()
    await page.getByRole('button', { name: 'One agent more' }).click()
    await page.getByRole('heading', { name: 'agent-2' }).waitFor()
  })

  it('has nothing on any page that axe finds serious, in both themes, on a phone and on a desk', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [360, 1440]) {
        const context = await stage.person({ colorScheme, viewport: { width, height: 800 } })
        const page = await context.newPage()
        for (const address of ['/tickets/1', '/lane', '/agents', '/activity', '/numbers', '/settings']) {
          await page.goto(stage.url + address)
          await page.locator('main h1').first().waitFor()
          await page.evaluate(AXE)
          const found = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; impact: string }[] }> }
            }
            const { violations } = await axe.run()
            return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
          })
          expect([address, colorScheme, width, found.map(({ id }) => id)]).toEqual([
            address,
            colorScheme,
            width,
            [],
          ])
          const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
          expect([address, width, overflow]).toEqual([address, width, false])
        }
      }
  })
})
