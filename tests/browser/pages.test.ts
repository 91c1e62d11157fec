/** Agents, Activity, Numbers and Settings: each shows what is, and does what it offers by clicking and by keyboard. */
import { beforeAll, expect, it, vi } from 'vitest'
import type { Status } from '../../src/api/client.ts'
import { toolsFor } from '../../src/main/sandbox/namespaces.ts'
import { noEngine } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'
import { begin, choose, press, WAYS, type Way, write } from './hands.ts'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

inBrowser('Agents', 1, (stage) => {
  let busy = 0
  beforeAll(async () => {
    busy = await stage.shop.file('Takes long', [{ say: 'I think about it.' }, { pause: 600_000 }])
    await atWork(1)
  })
  /** It has also said what it has to say: who is stopped before that says nothing any more. */
  const atWork = (attempts: number) =>
    vi.waitFor(async () => {
      expect(await stage.api.ticket(busy)).toMatchObject({ attempts, phase: 'working' })
      expect((await stage.api.transcript(busy, attempts)).text).toContain('"text":"I think about it."')
    }, PATIENCE)

  it.each(WAYS)('pauses all of them with a reason, and lets them go on, by %s', async (way) => {
    const page = await stage.tab('/agents')
    await begin(page, way, { button: page.getByRole('button', { name: 'Pause', exact: true }), key: 'p' })
    await page.locator('input:focus').waitFor()
    await page.keyboard.insertText(`I look first, by ${way}`)
    await press(page, way, page.getByRole('button', { name: 'Pause all agents' }))
    await page.getByText(`Agents are paused: I look first, by ${way}.`).waitFor()
    expect((await stage.api.status()).paused).toMatchObject({ reason: `I look first, by ${way}` })
    await begin(page, way, { button: page.getByRole('button', { name: 'Resume' }), key: 'p' })
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
    expect((await stage.api.status()).paused).toBeNull()
  })

  it.each(WAYS)('has one more, and one less, by %s', async (way) => {
    const page = await stage.tab('/agents')
    await begin(page, way, { button: page.getByRole('button', { name: 'One agent more' }), key: '+' })
    await page.getByRole('heading', { name: 'agent-2' }).waitFor()
    await begin(page, way, { button: page.getByRole('button', { name: 'One agent less' }), key: '-' })
    await page.getByRole('heading', { name: 'agent-2' }).waitFor({ state: 'detached' })
    expect((await stage.api.status()).agents).toHaveLength(1)
  })

  it('says why an agent has no ticket, here, on the first page and in the terminal', async () => {
    const page = await stage.tab('/agents')
    await stage.api.setAgents(2)
    const words = '1 agent is idle: no ticket can be claimed, because 1 ticket is in progress.'
    await page.getByText(words).waitFor()
    const { out } = await stage.shop.swarm('status')
    expect(out).toContain(`\n${words}\n`)
    expect(await stage.shop.json('status')).toMatchObject({ idle: { agents: 1, sentence: words } })
    await page.goto(`${stage.url}/`)
    await page.getByText(words).waitFor()
    await stage.api.setAgents(1)
    await page.getByText(words).waitFor({ state: 'detached' })
  })

  it('says what a model gives instead of answers, where it would say that an agent works', async () => {
    const page = await stage.tab('/agents')
    const sentence = 'The model has answered 500 to the last 14 requests, since 16:05.'
    await page.route('**/api/status', async (route) => {
      const json = (await (await route.fetch()).json()) as Status
      const [agent] = json.agents
      await route.fulfill({ json: { ...json, agents: [{ ...agent, unanswered: { sentence } }], idle: null } })
    })
    await page.reload()
    await page.locator('.agent').getByText(sentence).waitFor()
    await page.locator('.agent-head').getByText('waits for the model').waitFor()
    await page.goto(`${stage.url}/`)
    await page.locator('.pulse-agents').getByText(sentence).waitFor()
    await page.getByText('0 of 1 at work').waitFor()
    await page.goto(`${stage.url}/tickets/${busy}`)
    await page.locator('.page-header').getByText('waits for the model').waitFor()
    await page.getByText(sentence).waitFor()
    await page.goto(`${stage.url}/board`)
    await page.locator('.board-card').getByText('waits for the model').waitFor()
  })

  it.each(WAYS)('shows what an agent, the gate and the server print by %s', async (way) => {
    // No gate has run yet: its log is not there.
    stage.forgive(/404.*logs\/gate/)
    const page = await stage.tab('/agents')
    const log = (of: string) => page.getByRole('region', { name: `The end of the ${of} log` })
    await log('server').getByText('runs at http://').waitFor()
    await begin(page, way, { button: page.getByRole('button', { name: 'Log', exact: true }), key: 'l' })
    await log('agent-1').getByText('I think about it.').waitFor()
    if (way === 'clicking') await page.getByRole('tab', { name: 'Gate log' }).click()
    else {
      await press(page, way, page.getByRole('tab', { name: 'agent-1' }))
      await page.keyboard.press('ArrowLeft')
    }
    await expect
      .poll(() => page.getByRole('tab', { name: 'Gate log' }).getAttribute('aria-selected'))
      .toBe('true')
  })

  it.each(WAYS)('leads to what an agent says now, by %s', async (way) => {
    const page = await stage.tab('/agents')
    await begin(page, way, { button: page.getByRole('link', { name: 'Transcript' }), key: 'o' })
    await page
      .getByRole('region', { name: 'Transcript' })
      .getByText('I think about it.', { exact: true })
      .waitFor()
  })

  it('stops an agent with a reason, and leads to what it did before, by clicking and by keyboard', async () => {
    for (const [at, way] of WAYS.entries()) {
      const page = await stage.tab('/agents')
      await atWork(at + 1)
      await begin(page, way, { button: page.getByRole('button', { name: 'Stop and give back' }), key: 's' })
      const why = `Stopped by ${way}`
      await page.locator('textarea:focus').waitFor()
      await page.keyboard.insertText(why)
      if (way === 'keyboard') await page.keyboard.press('Control+Enter')
      else await page.getByRole('button', { name: 'Give back', exact: true }).click()
      await expect
        .poll(async () => JSON.stringify((await stage.api.ticket(busy)).events), PATIENCE)
        .toContain(why)
      await press(page, way, page.getByText('Earlier attempts'))
      await press(page, way, page.getByRole('link', { name: `#${busy}, attempt ${at + 1}` }))
      await page
        .getByRole('region', { name: 'Transcript' })
        .getByText('I think about it.', { exact: true })
        .waitFor()
    }
  })
})

const TITLE = 'shows what an agent takes, and took before'
const reason = await noEngine(() => toolsFor(process.env))
const enclosed = (stage: Stage) => {
  it(TITLE, async () => {
    await stage.shop.file('Takes long', [{ pause: 600_000 }])
    const page = await stage.tab('/agents')
    for (const [name, now] of [
      ['CPU', /^\d+ %$/],
      ['Memory', /^[1-9]\d* MB$/],
    ] as const) {
      const figure = page.locator('.spark', { hasText: name })
      await figure.getByText(now).waitFor()
      const curve = figure.getByRole('img', { name: `${name} in the last 1 min, since this page is open` })
      await expect
        .poll(() => curve.locator('polyline').getAttribute('points'), PATIENCE)
        .toMatch(/^(\S+ ){4}/)
    }
  })
}
if (reason === null)
  inBrowser('An agent in a sandbox that is measured', 1, enclosed, { flags: ['--sandbox', 'bubblewrap'] })
else itUnless(reason, TITLE, () => {})

inBrowser('Activity, Numbers and Settings', 1, (stage) => {
  let talk = 0
  let landed = 0
  beforeAll(async () => {
    const { api, shop } = stage
    talk = (await api.create({ title: 'Much to say', assigned_to: 'human' })).id
    for (let at = 1; at <= 260; at++) await api.comment(talk, { body: `Said ${at}.` })
    landed = await shop.file('Lands', [{ write: { file: 'src/a.txt', text: 'a\n' } }])
    await vi.waitFor(async () => expect(await shop.status(landed)).toBe('done'), PATIENCE)
  }, 90_000)

  it.each(WAYS)('shows all that ever happened, as far as somebody scrolls, by %s', async (way) => {
    const page = await stage.tab('/activity')
    const list = page.getByRole('region', { name: 'Events, newest first' })
    await list.getByText(`merge queue lands #${landed} on main`).waitFor()
    await list.hover()
    if (way === 'keyboard') await press(page, way, list)
    await expect
      .poll(async () => {
        if (way === 'clicking') await page.mouse.wheel(0, 4000)
        else await page.keyboard.press('End')
        return list.getByText(`human files #${talk}`).count()
      }, PATIENCE)
      .toBe(1)
  })

  it.each(WAYS)('shows only what one asks for: a ticket, somebody, a kind, by %s', async (way) => {
    const page = await stage.tab('/activity')
    const shown = page.locator('.activity-entry')
    const texts = async () => (await shown.allInnerTexts()).join('\n')
    await shown.first().waitFor()
    await filterTicket(way)
    await expect.poll(texts, PATIENCE).toMatch(new RegExp(`lands #${landed}`))
    await expect.poll(texts, PATIENCE).not.toMatch(/comments/)
    await choose(page, way, page.getByRole('combobox', { name: /^Who/ }), 'agent-1')
    await expect.poll(texts, PATIENCE).not.toMatch(/merge-queue lands/)
    await expect.poll(texts, PATIENCE).toMatch(/agent-1 claims/)
    await choose(page, way, page.getByRole('combobox', { name: /^What/ }), 'submitted')
    await expect.poll(texts, PATIENCE).not.toMatch(/claims/)
    await expect.poll(texts, PATIENCE).toMatch(/agent-1 submits/)

    async function filterTicket(how: Way) {
      if (how === 'clicking') return page.getByRole('searchbox').fill(`#${landed}`)
      await page.keyboard.press('/')
      return page.keyboard.type(`#${landed}`)
    }
  })

  it.each(WAYS)('shows everything again by %s', async (way) => {
    const page = await stage.tab(`/activity?ticket=${landed}&who=agent-1&kind=handed%20in`)
    const list = page.getByRole('region', { name: 'Events, newest first' })
    await list.getByText('agent-1 submits').waitFor()
    await begin(page, way, { button: page.getByRole('button', { name: 'Show everything' }), key: 'x' })
    await list.getByText(`merge queue lands #${landed} on main`).waitFor()
    expect(new URL(page.url()).search).toBe('')
    expect(await page.getByRole('searchbox').inputValue()).toBe('')
    expect(await page.getByRole('button', { name: 'Show everything' }).count()).toBe(0)
  })

  it.each(WAYS)('leads from what happened to its ticket by %s', async (way) => {
    const page = await stage.tab('/activity')
    const link = page.locator('.activity-entry a').first()
    await link.waitFor()
    if (way === 'clicking') await link.click()
    else {
      await page.keyboard.press('j')
      await page.keyboard.press('o')
    }
    await page.getByRole('heading', { level: 1, name: 'Lands' }).waitFor()
  })

  it.each(WAYS)('shows the numbers of a time as plots and as a table by %s', async (way) => {
    const page = await stage.tab('/numbers')
    await page.locator('.numbers-plots canvas').first().waitFor()
    await begin(page, way, { button: page.getByText('24 hours'), key: '1' })
    await expect.poll(() => new URL(page.url()).search).toBe('?range=24h')
    await begin(page, way, { button: page.getByRole('button', { name: 'Table' }), key: 'v' })
    const first = page.locator('.numbers-table tbody tr').first()
    await expect.poll(() => first.locator('td').first().innerText(), PATIENCE).toBe('1')
    await begin(page, way, { button: page.getByRole('button', { name: 'Plots' }), key: 'v' })
    await page.locator('.numbers-plots canvas').first().waitFor()
  })

  it.each(WAYS)('finds a setting, and those that somebody has set, by %s', async (way) => {
    const page = await stage.tab('/settings')
    const names = page.locator('.settings-table tbody th code')
    await names.getByText('agents', { exact: true }).waitFor()
    const only = page.getByRole('button', { name: 'Only changed settings' })
    await begin(page, way, { button: only, key: 'c' })
    await expect.poll(() => names.allInnerTexts(), PATIENCE).toContain('agents')
    expect(await names.allInnerTexts()).not.toContain('memory_mb')
    await page.locator('.settings-table').getByText('--agents').waitFor()
    await begin(page, way, { button: page.getByRole('button', { name: 'Show all' }), key: 'c' })
    await names.getByText('memory_mb').waitFor()
    if (way === 'keyboard') await page.keyboard.press('/')
    await write(page, way, page.getByRole('searchbox'), 'memory')
    await expect.poll(() => names.allInnerTexts(), PATIENCE).toContain('memory_mb')
    expect(await names.allInnerTexts()).not.toContain('agents')
  })
})
