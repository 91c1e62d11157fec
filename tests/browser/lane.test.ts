/** The merge queue: what lands, what waits for it and on top of what, what was sent back, and what main is made of. */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { press, WAYS } from './hands.ts'
import { inBrowser, PATIENCE } from './stage.ts'

/** More than the page shows at first. */
const COMMITS = 24

/** While this file is there, the gate of a tree that has `src/slow.txt` takes its time. */
const claimStop = (folder: string) => join(dirname(folder), 'hold')

function begin(folder: string) {
  const gate = `#!/bin/sh\nwhile [ -e '${claimStop(folder)}' ] && [ -e src/slow.txt ]; do sleep 0.1; done\necho All well.\n`
  writeFileSync(join(folder, 'verify.sh'), gate, { mode: 0o755 })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost', ...args], { cwd: folder })
  git('add', '--all')
  for (let at = 1; at <= COMMITS; at++) git('commit', '--quiet', '--allow-empty', '-m', `Begin, part ${at}`)
}

const write = (file: string, text = `${file}\n`) => ({ write: { file, text } })
const row = (page: Page, id: number) =>
  page.locator('.merge-queue-list > li', { has: page.locator(`a[href="/tickets/${id}"]`) })

inBrowser(
  'The merge queue',
  1,
  (stage) => {
    let [slow, next, rejected] = [0, 0, 0]
    const held = async (title: string, ...steps: object[]) => {
      const gate = stage.shop.read('verify.sh')
      const change = { write: { file: 'verify.sh', text: `${gate}# ${title}\n`, mode: '755' } }
      const id = await stage.shop.file(title, [
        { on: 'start', do: [...steps, change] },
        { on: 'rejected', do: [{ ask: 'What do you want instead?' }] },
      ])
      await vi.waitFor(async () => expect((await stage.api.ticket(id)).held).toContain('verify.sh'), PATIENCE)
      return id
    }
    beforeAll(async () => {
      const { api, shop } = stage
      rejected = await held('Weaken the gate')
      await api.reject(rejected, { reason: 'Leave the gate alone.\nIt is there for a reason.' })
      slow = await held('Slow to verify', write('src/slow.txt'))
      const first = await shop.file('Lands at once', [write('src/first.txt')])
      await vi.waitFor(async () => expect(await shop.status(first)).toBe('done'), PATIENCE)
      writeFileSync(claimStop(shop.folder), '')
      await api.approve(slow, {})
      next = await shop.file('Waits its turn', [write('src/next.txt')])
      await vi.waitFor(async () => expect(await shop.status(next)).toBe('ready'), PATIENCE)
    }, 120_000)

    it('shows what is verified on main now, and what waits on top of it', async () => {
      const page = await stage.tab('/merge-queue')
      await row(page, slow)
        .getByText(/^verifying on main/)
        .waitFor()
      await row(page, next).getByText(`on top of #${slow}`).waitFor()
    })

    it.each(WAYS)('tells why something was sent back by %s', async (way) => {
      const page = await stage.tab('/merge-queue')
      await press(page, way, row(page, rejected).locator('summary'))
      await row(page, rejected).getByText('It is there for a reason.').waitFor()
    })

    it.each(WAYS)('shows the history of main with its receipts, and what is older, by %s', async (way) => {
      const page = await stage.tab('/merge-queue')
      const landed = page.locator('.merge-queue-history summary').filter({ hasText: 'Lands at once' })
      if (way === 'clicking') await landed.click()
      else {
        await landed.waitFor()
        await page.keyboard.press('j')
        await page.keyboard.press('Enter')
      }
      const receipt = page.locator('.merge-queue-history .receipt')
      await receipt.getByText('./verify.sh').waitFor()
      await receipt.getByText('green').waitFor()
      await press(page, way, receipt.locator('summary'))
      await receipt.getByText('All well.').waitFor()
      await press(page, way, page.getByRole('button', { name: 'Show older commits' }))
      await page.locator('.merge-queue-history').getByText('Begin, part 1', { exact: true }).waitFor()
    })

    it('shows at once that both have landed', async () => {
      const page = await stage.tab('/merge-queue')
      await row(page, slow).waitFor()
      rmSync(claimStop(stage.shop.folder))
      await page.getByText('The merge queue is empty').waitFor()
      const history = page.locator('.merge-queue-history summary')
      await expect
        .poll(async () => (await history.allInnerTexts()).slice(0, 2).join(), PATIENCE)
        .toMatch(/Waits its turn[\s\S]*Slow to verify/)
    })
  },
  { begin },
)
