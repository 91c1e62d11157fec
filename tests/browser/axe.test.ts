/** Nothing on any page stands in the way of a screen reader, a keyboard or weak eyes: in both themes, small and wide. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { inBrowser, PATIENCE } from './stage.ts'

const WIDTHS = [360, 1440]
const THEMES = ['light', 'dark'] as const

interface Found {
  violations: { id: string; impact: string | null; nodes: { target: unknown[]; failureSummary?: string }[] }[]
}

/** What is serious, as `rule at element: why`. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate(
    'axe.run({ resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
  )) as Found
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(
          ({ target, failureSummary }) =>
            `${id} at ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`,
        ),
    )
}

inBrowser('Axe', 1, (stage) => {
  let landed = 0
  let red = 0
  beforeAll(async () => {
    const { api, shop } = stage
    for (const type of ['proposal', 'question', 'verify'] as const)
      await api.create({
        title: `A ${type}`,
        description:
          '## Why\n\n- one\n- `two`\n\n[link](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |',
        type,
        assigned_to: 'human',
      })
    await api.create({ title: 'Waits', blocked_by: [1], priority: 3, assigned_to: 'human' })
    landed = await shop.file('Lands', [
      { say: 'I will **write** it.' },
      { run: 'echo hello' },
      { write: { file: 'a.txt', text: 'a\n' } },
    ])
    await shop.file('Held', [{ write: { file: 'verify.sh', text: '#!/bin/sh\n', mode: '755' } }])
    red = await shop.file('Red', [
      { write: { file: 'src/a.txt', text: '\u001b[31mBUG\u001b[0m \u001b[90mgrey\u001b[0m\n' } },
    ])
    await vi.waitFor(async () => expect((await api.inbox()).tickets).toHaveLength(6), {
      ...PATIENCE,
      timeout: 90_000,
    })
    await api.comment(landed, { body: 'Well done.' })
  }, 120_000)

  const pages: [string, () => string, string?][] = [
    ['Home', () => '/', '.inbox-card'],
    ['Board', () => '/board', '.board-card'],
    ['the graph', () => '/board?view=graph', '.graph-box'],
    ['a ticket that landed', () => `/tickets/${landed}`],
    ['a ticket that is red', () => `/tickets/${red}`],
    ['Lane', () => '/lane'],
    ['Agents', () => '/agents'],
    ['Activity', () => '/activity'],
    ['Numbers', () => '/numbers'],
    ['Settings', () => '/settings'],
    ['a page that is not there', () => '/nowhere', '.empty'],
  ]
  it.each(pages)(
    'finds nothing serious on %s',
    { timeout: 120_000 },
    async (_, address, shown = 'main h1') => {
      const found: string[] = []
      for (const colorScheme of THEMES) {
        const page = await (
          await stage.person({ colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
        ).newPage()
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 })
          await page.goto(stage.url + address())
          await page.locator(shown).first().waitFor()
          await page.waitForTimeout(0)
          await expect.poll(() => page.locator('main [aria-busy="true"]').count(), PATIENCE).toBe(0)
          found.push(...(await serious(page)).map((each) => `${colorScheme} ${width}: ${each}`))
        }
      }
      expect(found).toEqual([])
    },
  )

  it('finds what is planted: a picture without words, and grey on grey', async () => {
    const page = await stage.open('/', { bypassCSP: true })
    await page.evaluate(
      `document.querySelector('main h1').insertAdjacentHTML('afterend', '<p style="color:#999;background:#aaa">Hard to read<img src="/favicon.svg"></p>')`,
    )
    const found = await serious(page)
    for (const rule of ['color-contrast', 'image-alt'])
      expect(found).toContainEqual(expect.stringMatching(`^${rule} at`))
  })

  it.each([
    ['the form', 'n'],
    ['the sheet of keys', '?'],
    ['the palette', 'Control+k'],
  ])('finds nothing serious in %s', { timeout: 120_000 }, async (_, key) => {
    const found: string[] = []
    for (const colorScheme of THEMES) {
      const page = await stage.open('/board', { colorScheme, bypassCSP: true })
      await page.keyboard.press(key)
      await page.locator('dialog[open]').waitFor()
      found.push(...(await serious(page)).map((each) => `${colorScheme}: ${each}`))
    }
    expect(found).toEqual([])
  })
})
