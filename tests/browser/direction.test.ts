/** Which way text runs: what turns it round is shown as what it is, and nothing reaches beyond its own text. */
import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

const MARKS = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u200b\u2060\u202e'
const HEBREW = 'תיקון הסל בחנות'
/** Turns round all that follows, were it not shown as a mark. */
const TURNED = `Pay the \u202eelbatsni\u2067 bill`
const MARKED = `Marked ${MARKS} tail`
const NAME = `na\u202eme.txt`

/** What is on the page, shown or told to a screen reader, that still holds a mark: must be nothing. */
const LEFT = `(() => {
  const unsafe = /[\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]/
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === 3 && unsafe.test(node.data)) found.push(node.parentElement.className + ': ' + node.data)
    if (node.nodeType === 1)
      for (const name of ['title', 'aria-label', 'alt', 'placeholder'])
        if (unsafe.test(node.getAttribute(name) ?? '')) found.push(name + ': ' + node.getAttribute(name))
  }
  if (unsafe.test(document.title.replace(/[\\u2068\\u2069]/g, ''))) found.push('title: ' + document.title)
  return found
})()`

interface ProjectPaths {
  first: number
  last: number
  left: number
  right: number
}

/** A function of a browser, of whose types these tests know nothing. */
const inPage = (body: string) => new Function('element', 'name', body) as (element: unknown) => never

/** Where the first and the last character of the element's text are drawn, from the left, and the element itself. */
const PLACES = inPage(`
  const at = (node, offset) => {
    const range = document.createRange()
    range.setStart(node, offset)
    range.setEnd(node, offset + 1)
    return range.getClientRects()[0].left
  }
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const nodes = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (node.data.trim() !== '') nodes.push(node)
  const last = nodes.at(-1)
  const { left, right } = element.getBoundingClientRect()
  return { first: at(nodes[0], 0), last: at(last, last.data.length - 1), left, right }`)
const STYLE = inPage('return getComputedStyle(element).getPropertyValue(name)')

const places = (of: Locator): Promise<ProjectPaths> => of.first().evaluate(PLACES)
const style = (of: Locator, name: string): Promise<string> => of.first().evaluate(STYLE, name)

const card = (page: Page, id: number) => page.locator(`[data-ticket="${id}"]`)

/** One that says, writes, prints, asks and names everything with marks, and is held. */
const SCRIPT = [
  { say: `I say ${MARKED}` },
  { event: { type: 'tool_start', id: 'x', name: `Tool ${MARKS}`, input: { command: MARKED, path: NAME } } },
  { event: { type: 'tool_end', id: 'x', output: `${MARKED}\n\u001b[31m${MARKED}\u001b[0m`, failed: true } },
  { event: { type: 'retry', error: MARKED } },
  { comment: `I comment ${MARKED}` },
  { write: { file: 'verify.sh', text: `#!/bin/sh\n# ${MARKED}\n`, mode: '755' } },
  { write: { file: NAME, text: `${MARKED}\n${HEBREW} // end\n` } },
]

async function planted({ api, shop }: Stage) {
  const held = await shop.file(`Held ${MARKED}`, SCRIPT)
  const red = await shop.file(`Red ${MARKED}`, [{ write: { file: 'src/a.txt', text: `BUG ${MARKED}\n` } }])
  const { id: proposal } = await api.create({
    title: `Proposal ${MARKED}`,
    description: `${MARKED}\n\n- ${MARKED}\n\n\`\`\`\n${MARKED}\n\`\`\`\n\n| ${MARKED} |\n|---|\n| ${MARKED} |`,
    type: 'proposal',
    assigned_to: 'human',
  })
  await api.comment(proposal, { body: MARKED, author: `Somebody ${MARKS}` })
  await api.create({ title: `Waits ${MARKED}`, blocked_by: [proposal], assigned_to: 'human' })
  await shop.ticket('create', `Stranger ${MARKED}`, '--created-by', `A ${MARKS}`, '--assign', 'human')
  await expect
    .poll(async () => (await api.inbox()).tickets.map(({ id }) => id), { ...PATIENCE, timeout: 90_000 })
    .toEqual(expect.arrayContaining([proposal, held, red]))
  return { held, red, proposal }
}

inBrowser('The direction of text', 1, (stage) => {
  it('shows direction marks as what they are on every page, wherever an agent put them', {
    timeout: 180_000,
  }, async () => {
    const { held, red, proposal } = await planted(stage)
    const page = await stage.open('/')
    const told = /\\u061c\\u200e.*\\u202e tail/
    for (const [address, shown] of [
      ['/', '.inbox-card h2, h2'],
      ['/board', '.board-card-title'],
      ['/board?view=graph', 'main'],
      ['/merge-queue', 'main h1'],
      ['/agents?log=agent-1', 'main h1'],
      ['/activity', 'main'],
      ['/numbers', 'main h1'],
      [`/tickets/${proposal}`, '.markdown td'],
      [`/tickets/${held}`, 'main h1'],
      [`/tickets/${held}?view=attempts`, '.transcript-failed'],
      [`/tickets/${held}?view=attempts&part=change`, '.diff-code-insert'],
      [`/tickets/${red}?attempt=1`, 'main h1'],
      [`/tickets/${red}?attempt=1&part=change`, '.diff-code-insert'],
      [`/tickets/${red}?attempt=1&part=gate`, '.receipt'],
    ] as const) {
      await page.goto(stage.url + address)
      const text = ['/merge-queue', '/agents?log=agent-1', '/numbers'].includes(address) ? /./ : told
      await page.locator(shown).filter({ hasText: text }).first().waitFor()
      for (const summary of await page.locator('summary:visible').all()) await summary.click()
      expect({ address, left: await page.evaluate(LEFT) }).toEqual({ address, left: [] })
    }
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('combobox', { name: 'A ticket, a page or an action' }).fill('marked tail')
    await page.getByRole('option').filter({ hasText: told }).first().waitFor()
    expect(await page.evaluate(LEFT)).toEqual([])
  })

  it('keeps what stands beside a title in its place, whatever the title would turn round', async () => {
    const filed = async (title: string) => (await stage.api.create({ title, assigned_to: 'human' })).id
    const plain = await filed('Pay the bill')
    const turned = await filed(TURNED)
    const hebrew = await filed(HEBREW)
    const waits = await stage.api.create({ title: `${HEBREW} 2`, blocked_by: [hebrew], assigned_to: 'human' })
    const page = await stage.tab('/activity')
    const sentence = page.locator('bdi', { hasText: `files #${hebrew}: ` })
    await sentence.waitFor()
    const [who, named] = [await places(sentence), await places(sentence.locator('a').first())]
    expect(who.first).toBeLessThan(named.left)
    expect(named.right).toBeLessThan(who.last)
    await page.goto(`${stage.url}/board`)
    for (const id of [plain, turned, hebrew]) await card(page, id).waitFor()
    const title = (id: number) => card(page, id).locator('.board-card-title')
    expect(await title(turned).innerText()).toBe('Pay the \\u202eelbatsni\\u2067 bill')
    const [before, after, right] = [
      await places(title(plain)),
      await places(title(turned)),
      await places(title(hebrew)),
    ]
    expect(before.first).toBeLessThan(before.last)
    expect(after.first).toBe(before.first)
    expect(right.first).toBeGreaterThan(right.last)
    expect(await style(title(hebrew), 'direction')).toBe('rtl')
    expect(await style(title(hebrew), 'unicode-bidi')).toMatch(/isolate|plaintext/)
    const about = async (id: number) =>
      (await places(card(page, id).locator('.board-card-about .number'))).left
    expect(await about(turned)).toBe(await about(plain))
    expect(await about(hebrew)).toBe(await about(plain))

    await page.goto(`${stage.url}/tickets/${waits.id}`)
    const link = page.locator(`a.ticket-link[href="/tickets/${hebrew}"]`).first()
    await link.waitFor()
    const number = await places(link.locator('.ticket-number'))
    const beside = await places(link.locator('.ticket-title'))
    expect(number.right).toBeLessThanOrEqual(beside.left)
    expect(number.first).toBeLessThan(number.last)
    await expect.poll(() => page.title()).toMatch(`\u2068#${waits.id} ${HEBREW} 2\u2069 · swarm`)
  })

  it('gives each paragraph the direction of its own text, and leaves code as it is', async () => {
    const { id } = await stage.api.create({
      title: 'Two languages',
      assigned_to: 'human',
      description: [
        HEBREW,
        'An English paragraph.',
        `## ${HEBREW}`,
        `- ${HEBREW}\n- English++`,
        `\`\`\`\n${HEBREW} = 1\n\`\`\``,
      ].join('\n\n'),
    })
    await stage.api.comment(id, { body: `مرحبا بالعالم\n\nHello.` })
    const page = await stage.tab(`/tickets/${id}`)
    const part = (text: string, element: string) => page.locator(`.markdown ${element}`, { hasText: text })
    await part('مرحبا', 'p').waitFor()
    expect(await style(part(HEBREW, 'p'), 'direction')).toBe('rtl')
    expect(await style(part('An English', 'p'), 'direction')).toBe('ltr')
    expect(await style(part(HEBREW, 'h4'), 'direction')).toBe('rtl')
    expect(await style(part('English', 'ul'), 'direction')).toBe('rtl')
    const english = await places(part('English', 'li .markdown-item'))
    expect([english.first, english.last < english.right]).toEqual([english.left, true])
    expect(english.last).toBeGreaterThan((english.left + english.right) / 2)
    expect(await style(part('مرحبا', 'p'), 'direction')).toBe('rtl')
    expect(await style(part('Hello.', 'p'), 'direction')).toBe('ltr')
    expect(await style(part('= 1', 'pre'), 'direction')).toBe('ltr')
    expect(await style(part('= 1', 'pre code'), 'direction')).toBe('ltr')
    const [rtl, ltr] = [await places(part(HEBREW, 'p')), await places(part('An English', 'p'))]
    expect(rtl.first).toBeGreaterThan((rtl.left + rtl.right) / 2)
    expect(ltr.first).toBe(ltr.left)
  })
})
