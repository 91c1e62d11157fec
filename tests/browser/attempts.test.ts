/** What attempts did: read while it is written, by clicking and by the keyboard alone. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { begin, press, WAYS } from './hands.ts'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

const called = (id: string, command: string, output: string, failed: boolean) => [
  { event: { type: 'tool_start', id, name: 'Bash', input: { command } } },
  { event: { type: 'tool_end', id, output, failed } },
]

/** Given back once with errors in its transcript, and landed the second time, with two files and a gate. */
const TWICE = [
  {
    on: 'start',
    do: [
      ...called('one', 'npm test', 'first: 1 failed', true),
      ...Array.from({ length: 60 }, (_, at) => ({ say: `Looking at part ${at}.` })),
      ...called('two', 'npm run lint', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old line\n+new line', true),
      { pause: 600_000 },
    ],
  },
  {
    on: 'again',
    do: [
      { write: { file: 'src/one.txt', text: 'one\n' } },
      { write: { file: 'src/two.txt', text: 'two\n' } },
      { usage: { input: 21_000, output: 1_800, cost: 0.42 } },
      { say: 'Both are there.' },
    ],
  },
]

const transcript = (page: Page) => page.getByRole('region', { name: 'Transcript' })
const said = (page: Page, text: string) => transcript(page).getByText(text, { exact: true })

/** A line that begins like an object of ours, whatever stands before it, or that gives up. */
const UNREAD = /^[^"\n]{0,40}[{[]"|"type":|cannot be shown|undefined/m

const atEnd = (page: Page) => page.getByRole('button', { name: 'At the end' })
const toEnd = (page: Page) => page.getByRole('button', { name: 'Go to the end' })

/** How far down the reader is, and how much comes after what they see, in pixels. */
const placeOf = (page: Page) =>
  transcript(page).evaluate(
    ({
      scrollTop,
      scrollHeight,
      clientHeight,
    }: Record<'scrollTop' | 'scrollHeight' | 'clientHeight', number>) => ({
      top: Math.round(scrollTop),
      rest: scrollHeight - clientHeight - scrollTop,
    }),
  )

/** A page at the end of the transcript of an agent that says one thing more whenever `next` is called. */
async function speaking({ api, shop, tab }: Stage) {
  const marks: number[] = []
  for (let at = 0; at < 3; at++) marks.push((await api.create({ title: `${at}`, assigned_to: 'human' })).id)
  const id = await shop.file('Speaks for long', [
    ...Array.from({ length: 60 }, (_, at) => ({ say: `Before, part ${at}.` })),
    ...marks.flatMap((ticket, at) => [
      { until: { ticket, is: 'done', seconds: 600 } },
      { say: `Done: ${at + 1}.` },
    ]),
  ])
  const page = await tab(`/tickets/${id}?view=attempts`)
  await said(page, 'Before, part 59.').waitFor()
  return { id, page, next: () => api.complete(marks.shift()!, {}) }
}

inBrowser('The attempts of a ticket', 1, (stage) => {
  let twice = 0
  beforeAll(async () => {
    twice = await stage.shop.file('Done at the second try', TWICE)
    await vi.waitFor(
      async () => expect((await stage.api.transcript(twice, 1)).text).toContain('"tool_end","id":"two"'),
      PATIENCE,
    )
    await stage.api.release(twice, { reason: 'It needs somebody fresh.' })
    await vi.waitFor(async () => expect(await stage.shop.status(twice)).toBe('done'), {
      ...PATIENCE,
      timeout: 60_000,
    })
  }, 90_000)

  it.each(WAYS)('shows an attempt, another one, and what each used, by %s', async (way) => {
    const page = await stage.tab(`/tickets/${twice}`)
    await begin(page, way, { button: page.getByRole('tab', { name: 'Attempts (2)' }), key: 'v' })
    await page.locator('.attempt-about').getByText('$0.42').waitFor()
    await page.locator('.attempt-about').getByText('21.0 k in, 1.8 k out').waitFor()
    await said(page, 'Both are there.').waitFor()
    if (way === 'clicking') await page.getByRole('combobox', { name: /^Attempt/ }).selectOption('1')
    else await page.keyboard.press('[')
    await page.locator('.attempt-about').getByText('It needs somebody fresh.').waitFor()
    if (way === 'clicking') await page.getByRole('combobox', { name: /^Attempt/ }).selectOption('2')
    else await page.keyboard.press(']')
    await said(page, 'Both are there.').waitFor()
  })

  it.each(WAYS)('leads from error to error, and folds and opens one, by %s', async (way) => {
    const page = await stage.tab(`/tickets/${twice}?attempt=1`)
    await page.getByText('2 errors').waitFor()
    const back = { button: page.getByRole('button', { name: 'Previous error' }), key: 'w' }
    const on = { button: page.getByRole('button', { name: 'Next error' }), key: 'e' }
    const lint = page.locator('[data-current="true"]').getByRole('button', { name: /Bash npm run lint/ })
    const marked = page.locator('[data-current="true"]')
    await begin(page, way, back)
    await lint.waitFor()
    await marked.locator('[data-kind="removed"]').getByText('-old line').waitFor()
    await begin(page, way, back)
    await marked.getByText('first: 1 failed').waitFor()
    await begin(page, way, on)
    await lint.waitFor()
    for (const state of ['false', 'true']) {
      if (way === 'clicking') await lint.click()
      else {
        await expect.poll(() => lint.and(page.locator(':focus')).count(), PATIENCE).toBe(1)
        await page.keyboard.press('Enter')
      }
      await expect.poll(() => lint.getAttribute('aria-expanded'), PATIENCE).toBe(state)
    }
  })

  it.each(WAYS)('shows the change file by file, and the gate with its receipt, by %s', async (way) => {
    const page = await stage.tab(`/tickets/${twice}?view=attempts`)
    await begin(page, way, { button: page.getByRole('tab', { name: 'Change' }), key: '2' })
    await page.getByText('2 files').waitFor()
    const first = page.locator('details.diff-file').first()
    await first.locator('.diff-code-insert').getByText('one').waitFor()
    for (const open of [false, true]) {
      await press(page, way, first.locator('summary'))
      await expect.poll(() => first.getAttribute('open'), PATIENCE).toBe(open ? '' : null)
    }
    await begin(page, way, { button: page.getByRole('tab', { name: 'Gate' }), key: '3' })
    const receipt = page.locator('.receipt').first()
    for (const fact of ['green', './verify.sh', 'Exit', 'Took', 'Tree', 'Sandbox'])
      await receipt.getByText(fact, { exact: true }).waitFor()
    const { receipts } = await stage.api.receipts({ ticket: twice })
    await receipt.getByText(receipts[0]!.tree).waitFor()
    await receipt.getByText('No output.').waitFor()
    await press(page, way, receipt.locator('summary'))
    await receipt.getByText('No output.').waitFor({ state: 'hidden' })
    await begin(page, way, { button: page.getByRole('tab', { name: 'Transcript' }), key: '1' })
    await said(page, 'Both are there.').waitFor()
  })

  it('shows what the default harness did through the gateway in sentences, on the page and in the log', async () => {
    const { shop, tab } = stage
    const id = await shop.file('Done by another harness', [
      { write: { file: 'src/three.txt', text: 'three\n' } },
    ])
    await vi.waitFor(async () => expect(await shop.status(id)).toBe('done'), PATIENCE)
    const left = join(shop.folder, '.swarm/transcripts', `t${id}-a1.jsonl`)
    copyFileSync(new URL('../samples/transcript-claude.jsonl', import.meta.url), left)
    const refused = /^The gateway refused CONNECT example.com:443. example.com is blocked in sandboxes/
    const page = await tab(`/tickets/${id}?view=attempts`)
    await said(page, 'Mended.').waitFor()
    await transcript(page).press('Home')
    await transcript(page).locator('.transcript-warning').getByText(refused).waitFor()
    expect(await transcript(page).innerText()).not.toMatch(UNREAD)
    const log = (await tab('/agents?log=agent-1')).getByRole('region', { name: 'The end of the agent-1 log' })
    await log.getByText('Mended.').waitFor()
    const shown = await log.innerText()
    expect(shown).toContain('! The gateway refused CONNECT example.com:443. example.com is blocked')
    expect(shown).not.toMatch(UNREAD)
  })

  it('follows an attempt that is under way until somebody scrolls up, and again when asked to', async () => {
    const { api } = stage
    const { id, page, next } = await speaking(stage)
    await next()
    await said(page, 'Done: 1.').waitFor()
    for (const way of WAYS) {
      await transcript(page).hover()
      await page.mouse.wheel(0, -1500)
      await begin(page, way, { button: toEnd(page), key: 'f' })
      await atEnd(page).waitFor()
      await said(page, 'Done: 1.').waitFor()
    }
    await api.cancel(id, {})
  })

  it('leaves a reader who has turned up ever so little where they are, until they are back at the end', async () => {
    const { api } = stage
    const { id, page, next } = await speaking(stage)
    await transcript(page).hover()
    await page.mouse.wheel(0, -30)
    await toEnd(page).waitFor()
    const place = await placeOf(page)
    await next()
    await said(page, 'Done: 1.').waitFor({ state: 'attached' })
    expect(await placeOf(page)).toEqual({ ...place, rest: expect.any(Number) })
    await page.mouse.wheel(0, 3000)
    await atEnd(page).waitFor()
    await next()
    await said(page, 'Done: 2.').waitFor()
    await expect.poll(async () => (await placeOf(page)).rest, PATIENCE).toBeLessThan(2)
    await api.cancel(id, {})
  })
})
