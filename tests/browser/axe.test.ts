/** Nothing on any page stands in the way of a screen reader, a keyboard or weak eyes: in both themes, small and wide. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { inBrowser, PATIENCE } from './stage.ts'

const WIDTHS = [360, 1440]

/** All of it in the light; in the dark what only colours can break, as nothing else changes. */
const RULES = {
  light: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  dark: ['color-contrast', 'link-in-text-block'],
}
type Theme = keyof typeof RULES

interface Found {
  violations: { id: string; impact: string | null; nodes: { target: unknown[]; failureSummary?: string }[] }[]
}

/** What is serious, as `rule at element: why`. */
async function serious(page: Page, theme: Theme): Promise<string[]> {
  await page.emulateMedia({ colorScheme: theme })
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  const { violations } = (await page.evaluate(
    `axe.run({ resultTypes: ['violations'], runOnly: ${JSON.stringify(RULES[theme])} })`,
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

  /** What is opened, what shows that it is there, and the key that opens something over it. */
  const views = (): [what: string, address: string, shown: string, key?: string][] => [
    ['Home', '/', '.inbox-card'],
    ['a card that is edited', '/', '.inbox-card', 'e'],
    ['Board', '/board', '.board-card'],
    ['a form for a new ticket', '/board', '.board-card', 'n'],
    ['the sheet of keys', '/board', '.board-card', '?'],
    ['the palette', '/board', '.board-card', 'Control+k'],
    ['the graph', '/board?view=graph', '.graph-box'],
    ['a ticket that landed', `/tickets/${landed}`, '.story'],
    ['what an agent said', `/tickets/${landed}?view=attempts`, '.transcript-slot'],
    ['a change', `/tickets/${landed}?view=attempts&part=change`, '.diff-file'],
    ['a red gate', `/tickets/${red}?attempt=1&part=gate`, '.receipt .ansi-red'],
    ['a ticket that is edited', `/tickets/${red}`, '.story', 'm'],
    ['Merge queue', '/merge-queue', '.merge-queue-history'],
    ['Agents', '/agents?log=agent-1', '.log-tail'],
    ['the reason of a pause', '/agents', '.agent', 'p'],
    ['Activity', '/activity', '.activity-entry'],
    ['Numbers', '/numbers', '.numbers-plots canvas'],
    ['the numbers as a table', '/numbers?view=table', '.numbers-table td'],
    ['Settings', '/settings', '.settings-table'],
    ['a page that is not there', '/nowhere', '.empty'],
  ]

  const look = async (page: Page, what: string): Promise<string[]> => {
    const found: string[] = []
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      for (const theme of ['light', 'dark'] as const)
        found.push(...(await serious(page, theme)).map((each) => `${what}, ${theme}, ${width}: ${each}`))
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
        found.push(`${what}, ${width}: is wider than the screen`)
    }
    return found
  }

  it('finds nothing serious on any page', { timeout: 240_000 }, async () => {
    const page = await (await stage.person({ bypassCSP: true, reducedMotion: 'reduce' })).newPage()
    const found: string[] = []
    for (const [what, address, shown, key] of views()) {
      await page.goto(stage.url + address)
      await page.locator(shown).first().waitFor()
      await expect.poll(() => page.locator('.loading').count(), PATIENCE).toBe(0)
      if (key) await page.keyboard.press(key)
      if (key) await page.locator('dialog[open], input:focus').first().waitFor()
      found.push(...(await look(page, what)))
    }
    await page.setViewportSize({ width: 360, height: 900 })
    await page.goto(stage.url)
    await page.getByRole('button', { name: 'More' }).click()
    found.push(...(await look(page, 'the pages behind More')))
    const stranger = await (await stage.browser.newContext({ bypassCSP: true })).newPage()
    await stranger.goto(stage.url)
    await stranger.getByRole('heading', { name: 'Sign in from your terminal' }).waitFor()
    found.push(...(await look(stranger, 'signing in')))
    await stranger.context().close()
    expect(found).toEqual([])
  })

  it('finds what is planted: a picture without words, and grey on grey', async () => {
    const page = await stage.open('/', { bypassCSP: true, reducedMotion: 'reduce' })
    await page.evaluate(
      `document.querySelector('main h1').insertAdjacentHTML('afterend', '<p style="color:#999;background:#aaa">Hard to read<img src="/favicon.svg"></p>')`,
    )
    const grey = expect.stringMatching('^color-contrast at')
    expect(await serious(page, 'dark')).toEqual([grey])
    expect(await serious(page, 'light')).toEqual(
      expect.arrayContaining([grey, expect.stringMatching('^image-alt at')]),
    )
  })
})
