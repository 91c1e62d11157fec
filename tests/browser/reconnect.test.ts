/** A connection that breaks and a server that restarts: the page says so, heals, and has missed nothing. */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { inBrowser, PATIENCE } from './stage.ts'

interface Wire {
  url: string
  /** Breaks every connection, and refuses new ones. */
  cut(): void
  mend(): void
  close(): void
}

/** A proxy between browser and server: the wire that can be cut. */
async function wire(): Promise<Wire> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server: Server = createServer((asked, answer) => {
    const onward = request(asked.url!, { method: asked.method!, headers: asked.headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers)
      given.pipe(answer)
      answer.on('close', () => onward.destroy())
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  server.on('connection', (socket: Socket) => {
    if (isCut) return socket.destroy()
    sockets.add(socket)
    return socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const state = (page: Page) => page.locator('nav.sidebar .connection').getAttribute('data-state')
const titles = (page: Page) =>
  page.locator('section[aria-labelledby="column-backlog"] .board-card-title').allInnerTexts()

/** What is drawn, and then less than a screen further. */
const STEP = `new Promise((done) => {
  const list = document.querySelector('.activity-list [role="region"]')
  const texts = [...list.querySelectorAll('p')].map((each) => each.textContent)
  const before = list.scrollTop
  list.scrollTop += 300
  requestAnimationFrame(() => requestAnimationFrame(() =>
    setTimeout(() => done({ texts, isEnd: list.scrollTop === before }))))
})`

/** Every different sentence of the log's page, of which only those on the screen are drawn. */
async function everySentence(page: Page): Promise<string[]> {
  const found = new Set<string>()
  for (let isOver = false; !isOver; ) {
    const { isEnd, texts } = (await page.evaluate(STEP)) as { isEnd: boolean; texts: string[] }
    for (const text of texts) found.add(text)
    isOver = isEnd
  }
  return [...found]
}

inBrowser('A connection that is lost', 0, (stage) => {
  const wires: Wire[] = []
  afterEach(() => {
    for (const each of wires.splice(0)) each.close()
  })

  it('is made again, and what happened meanwhile is there', async () => {
    stage.forgive(/ERR_|Failed to (load|fetch)/)
    const between = await wire()
    wires.push(between)
    const page = await stage.open('/board', { proxy: { server: between.url, bypass: '<-loopback>' } })
    await expect.poll(() => state(page), PATIENCE).toBe('live')
    // Another tab: it is told by the first one, and shows nothing but what it was told.
    const log = await page.context().newPage()
    await log.goto(`${stage.url}/activity`)
    await log.getByText('No events yet').waitFor()
    await stage.api.create({ title: 'Before' })
    await expect.poll(() => titles(page), PATIENCE).toEqual(['Before'])
    for (const round of ['one', 'two', 'three']) {
      between.cut()
      await expect.poll(() => state(page), PATIENCE).toBe('reconnecting')
      for (let at = 0; at < 250; at++) await stage.api.comment(1, { body: `Meanwhile ${round}, ${at}.` })
      await stage.api.create({ title: `Meanwhile ${round}` })
      between.mend()
      await expect.poll(() => state(page), PATIENCE).toBe('live')
      await expect.poll(async () => (await titles(page)).includes(`Meanwhile ${round}`), PATIENCE).toBe(true)
    }
    expect(await titles(page)).toEqual(['Before', 'Meanwhile one', 'Meanwhile two', 'Meanwhile three'])
    await log.getByText('human files #4: Meanwhile three').waitFor()
    const told = (await everySentence(log)).filter((each) => each.includes('comments'))
    const missing = ['one', 'two', 'three']
      .flatMap((round) =>
        Array.from({ length: 250 }, (_, at) => `human comments on #1: Meanwhile ${round}, ${at}.`),
      )
      .filter((each) => !told.includes(each))
    expect(missing).toEqual([])
  })

  it('heals when the server has restarted, says that it has, and shows what was done in between', async () => {
    stage.forgive(/ERR_|Failed to (load|fetch)/)
    const [page, other] = [await stage.open('/board'), await stage.open('/')]
    await expect.poll(() => state(page), PATIENCE).toBe('live')
    const { port } = new URL(stage.url)
    expect(await stage.shop.swarm('stop')).toMatchObject({ code: 0 })
    await page.getByText('Reconnecting. This page shows the state before').waitFor()
    await stage.shop.ticket('create', 'While it was down')
    await stage.shop.ticket('create', 'Decide this', '--type', 'proposal', '--assign', 'human')
    const again = await stage.shop.swarm('start', '--harness', 'scripted', '--agents', '0', '--port', port)
    expect(again).toMatchObject({ code: 0 })
    await page.getByText('The server was restarted.').waitFor()
    await expect.poll(() => titles(page), PATIENCE).toContain('While it was down')
    await other.locator('.inbox-card').getByText('Decide this').waitFor()
    await expect.poll(() => state(page), PATIENCE).toBe('live')
    await stage.api.create({ title: 'After the restart' })
    await expect.poll(() => titles(page), PATIENCE).toContain('After the restart')
  })

  it('shows what a restored backup says, and what happens after it, in pages that stayed open', async () => {
    stage.forgive(/ERR_|Failed to (load|fetch)/)
    const { shop } = stage
    const { path } = JSON.parse((await shop.swarm('backup', '--format', 'json')).out)
    for (let at = 0; at < 5; at++) await stage.api.create({ title: `Lost ${at}` })
    await stage.api.create({ title: 'Lost, too', type: 'proposal', assigned_to: 'human' })
    const page = await stage.open('/board')
    // Other tabs: they are told by the first one.
    const [home, log] = [await page.context().newPage(), await page.context().newPage()]
    await home.goto(stage.url)
    await log.goto(`${stage.url}/activity`)
    await home.locator('.inbox-card').getByText('Lost, too').waitFor()
    await log.getByText('Lost 4').waitFor()
    await expect.poll(() => titles(page), PATIENCE).toContain('Lost 4')
    const { port } = new URL(stage.url)
    expect(await shop.swarm('stop')).toMatchObject({ code: 0 })
    expect(await shop.swarm('restore', path)).toMatchObject({ code: 0 })
    const again = await shop.swarm('start', '--harness', 'scripted', '--agents', '0', '--port', port)
    expect(again).toMatchObject({ code: 0 })
    await expect.poll(() => titles(page), PATIENCE).not.toContain('Lost 4')
    await home.locator('.inbox-decided', { hasText: 'Lost, too' }).waitFor()
    await log.getByText('Lost 4').waitFor({ state: 'detached' })
    await stage.api.create({ title: 'After the restore' })
    await stage.api.create({ title: 'Which of them?', type: 'question', assigned_to: 'human' })
    await expect.poll(() => titles(page), PATIENCE).toContain('After the restore')
    await home.locator('.inbox-card').getByText('Which of them?').waitFor()
    await log.getByText('After the restore').waitFor()
  })
})
