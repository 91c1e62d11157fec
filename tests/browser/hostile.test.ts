/** What agents and strangers write is shown, and never run. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

/** Each sets `window.pwned`, opens a dialog or loads something, where it is taken for more than text. */
const CORPUS = [
  '<script>window.pwned=1;alert(1)</script>',
  '<img src=x onerror="window.pwned=1;alert(1)">',
  '<svg/onload=alert(1)>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '"><script>alert(1)</script>',
  "';alert(1);//",
  '</textarea><script>alert(1)</script>',
  '<a href="javascript:alert(1)">click</a>',
  '<style>*{display:none!important}</style>',
  '<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>',
  '{{constructor.constructor("alert(1)")()}}',
]

const MARKDOWN = [
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt:alert(1))',
  '[click](\u0001javascript:alert(1))',
  '[click](data:text/html,<script>alert(1)</script>)',
  '![x](https://example.invalid/track.png)',
  '![x](x"onerror="alert(1))',
  '<https://example.invalid/" onmouseover="alert(1)>',
  '```html\n<script>alert(1)</script>\n```',
  '| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |',
  ...CORPUS,
].join('\n\n')

const ANSI =
  '\u001b[31m<img src=x onerror=alert(1)>\u001b]8;;javascript:alert(1)\u0007click\u001b]8;;\u0007\u001b[0m\u001b[2J\u0000'
const NAME = '<img src=x onerror=alert(1)>.txt'
const TITLE = '<img src=x onerror="window.pwned=1"><script>alert(1)</script>'

/** Elements that only hostile text could have made. */
const PLANTED =
  '#root script, #root iframe, #root style, #root math, #root [onerror], #root [onload], #root [onmouseover], #root [srcdoc], #root a[href^="javascript" i], #root a[href^="data" i], #root img:not([src^="/"])'

async function isHarmless(page: Page) {
  expect(await page.locator(PLANTED).count()).toBe(0)
  expect(await page.evaluate('window.pwned')).toBe(undefined)
}

/** With everything opened that is folded. */
async function isHarmlessThroughout(page: Page) {
  for (const summary of await page.locator('summary:visible').all()) await summary.click()
  await isHarmless(page)
}

const NUL = /\0/g

/** Speaks, calls tools and changes a protected path. */
const HELD = [
  { say: CORPUS.join('\n') },
  {
    event: { type: 'tool_start', id: 'x', name: TITLE, input: { command: CORPUS.join('\n'), path: NAME } },
  },
  { event: { type: 'tool_end', id: 'x', output: `${ANSI}\n${CORPUS.join('\n')}`, failed: true } },
  { event: { type: 'retry', error: TITLE } },
  {
    write: {
      file: 'verify.sh',
      text: `#!/bin/sh\n# ${CORPUS.join('\n# ')}\n# ${ANSI.replace(NUL, '')}\n`,
      mode: '755',
    },
  },
  { write: { file: NAME, text: CORPUS.join('\n') } },
]

/** Red in the gate, with a binary file and one that the gate prints. */
const RED = [
  { write: { file: `src/${NAME}`, text: `BUG ${ANSI}\n` } },
  { write: { file: 'src/b.txt', text: `BUG ${ANSI.replace(NUL, '')}\n` } },
  { say: ANSI },
]

/** Files everything. Gives the numbers of those whose pages are looked at. */
async function planted({ api, shop }: Stage) {
  const { id: proposal } = await api.create({
    title: TITLE,
    description: MARKDOWN,
    type: 'proposal',
    assigned_to: 'human',
  })
  for (const body of [MARKDOWN, ANSI, ...CORPUS]) await api.comment(proposal, { body })
  await api.create({ title: CORPUS[1]!, blocked_by: [proposal], assigned_to: 'human' })
  const held = await shop.file(`Held ${TITLE}`, HELD)
  await shop.ticket('create', 'From a stranger', '--created-by', TITLE, '--assign', 'human')
  const red = await shop.file(`Red ${TITLE}`, RED)
  await expect
    .poll(async () => (await api.inbox()).tickets.map(({ id }) => id), { ...PATIENCE, timeout: 90_000 })
    .toEqual(expect.arrayContaining([proposal, held, red]))
  return { proposal, held, red }
}

const PAGES = [
  '/board',
  '/board?view=graph',
  '/merge-queue',
  '/agents?log=agent-1',
  '/activity',
  '/numbers',
  '/settings',
]

inBrowser('Hostile text', 1, (stage) => {
  it('runs no script on any page: titles, Markdown, comments, file names, diffs, transcripts, ANSI', {
    timeout: 180_000,
  }, async () => {
    const { proposal, held, red } = await planted(stage)
    const page = await stage.open('/')
    await page.locator(`[data-card="${red}"]`).getByText('BUG').first().waitFor({ state: 'attached' })
    await page.locator(`[data-card="${held}"]`).locator('.evidence-line').getByText('verify.sh').waitFor()
    await isHarmlessThroughout(page)
    for (const [address, shown, text] of [
      ...PAGES.map((path) => [path, 'main h1', ''] as const),
      ...[proposal, held, red].map((id) => [`/tickets/${id}`, 'main h1', '<script>'] as const),
      [`/tickets/${held}?view=attempts`, '.transcript-failed', '<img'],
      [`/tickets/${held}?view=attempts&part=change`, '.diff-code-insert', '<script>'],
      [`/tickets/${held}?view=attempts&part=change`, '.diff-path', NAME],
      [`/tickets/${red}?attempt=1`, '.transcript-said', '<img'],
      [`/tickets/${red}?attempt=1&part=change`, '.diff-path', `src/${NAME}`],
      [`/tickets/${red}?attempt=1&part=gate`, '.receipt .ansi-red', '<img'],
    ] as const) {
      await page.goto(stage.url + address)
      await page.locator(shown).filter({ hasText: text }).first().waitFor()
      await isHarmlessThroughout(page)
    }
    await stage.api.approve(held, {})
    await expect.poll(() => stage.shop.status(held), PATIENCE).toBe('done')
    await page.goto(`${stage.url}/merge-queue`)
    await page.locator('.merge-queue-subject').getByText('<script>').waitFor()
    await isHarmlessThroughout(page)
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type('script onerror')
    await page.getByRole('option').first().getByText('onerror').waitFor()
    await isHarmless(page)
  })

  it('is text in what a person writes over it, too', async () => {
    const { id } = await stage.api.create({
      title: TITLE,
      description: MARKDOWN,
      assigned_to: 'human',
      type: 'proposal',
    })
    const page = await stage.open('/board')
    await page.locator(`[data-ticket="${id}"]`).focus()
    await page.keyboard.press('e')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.locator('.ticket-form-preview').getByText('click').first().waitFor()
    await isHarmless(page)
  })
})
