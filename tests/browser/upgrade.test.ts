/** The programs are upgraded while pages are open. */
import { afterAll, expect, it } from 'vitest'
import { installed } from '../e2e/upgrade.ts'
import { doorsOf, inBrowser, PATIENCE } from './stage.ts'

const program = installed()
afterAll(program.clear)

inBrowser(
  'A page that stays open over an upgrade',
  0,
  (stage) => {
    it('loads what it had not loaded yet, says what to do, offers a reload, and heals by itself', async () => {
      stage.forgive(/ERR_|Failed to (load|fetch)|404|Refused to apply style/)
      const [page, other] = [await stage.open('/board'), await stage.open('/board')]
      program.upgrade()
      // The old server still has its pages.
      await page.locator('nav.sidebar').getByText('Agents').click()
      await page.locator('main h1', { hasText: 'Agents' }).waitFor()
      await page.getByText('To use one version: swarm stop && swarm start').waitFor()
      const { port } = new URL(stage.url)
      expect(await stage.shop.swarm('stop')).toMatchObject({ code: 0 })
      const again = await stage.shop.swarm('start', '--harness', 'scripted', '--agents', '0', '--port', port)
      expect(again).toMatchObject({ code: 0 })
      Object.assign(stage, doorsOf(stage.shop))
      // The new one has others: this page asks, and the other one goes where its code is gone.
      await page.getByText('The server has a different version of swarm than this page.').waitFor()
      await other.locator('nav.sidebar').getByText('Numbers').click()
      await other.locator('main h1', { hasText: 'Numbers' }).waitFor()
      await expect.poll(() => other.locator('.builds-note').count(), PATIENCE).toBe(0)
      await page.getByRole('button', { name: 'Reload' }).click()
      await page.locator('main h1', { hasText: 'Agents' }).waitFor()
      await expect.poll(() => page.locator('.builds-note').count(), PATIENCE).toBe(0)
    })
  },
  { dist: program.dist },
)
