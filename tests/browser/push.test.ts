/** Web Push in a real browser. Its maker's push service is the edge: what it would hand over is handed over here. */
import { createECDH, randomBytes } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { press, WAYS } from './hands.ts'
import { inBrowser, PATIENCE, type Stage } from './stage.ts'

const ENDPOINT = 'https://push.example.org/send/1'

/** Subscribes as a browser does whose maker can be reached. */
function subscribing(): string {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const keys = { p256dh: pair.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
  return `{
    let mine = null
    PushManager.prototype.getSubscription = async () => mine
    PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
      window.asked = { applicationServerKey, userVisibleOnly }
      const toJSON = () => (${JSON.stringify({ endpoint: ENDPOINT, keys })})
      return (mine = { toJSON, unsubscribe: async () => { mine = null } })
    }
  }`
}

/** Hands the worker of the page a message, as the browser does when one has come. */
async function handOver(page: Page, origin: string, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const known = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first) resolve(first.registrationId)
    })
  })
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await known, data })
}

interface Told {
  title: string
  body: string
  tag: string
  actions: { title: string }[]
}

const told = (page: Page): Promise<Told[]> =>
  page.evaluate(`navigator.serviceWorker.ready
    .then((worker) => worker.getNotifications())
    .then((all) => all.map(({ title, body, tag, actions }) => ({ title, body, tag, actions })))`)

/** What the worker opens when the notification is clicked; a click itself needs a screen. */
async function opened(context: BrowserContext, action: string): Promise<string[]> {
  const [worker] = context.serviceWorkers()
  return (await worker!.evaluate(`(async () => {
    const opened = []
    self.clients.openWindow = async (address) => opened.push(address)
    const [notification] = await self.registration.getNotifications()
    let ended
    const event = new NotificationEvent('notificationclick', { notification, action: ${JSON.stringify(action)} })
    event.waitUntil = (work) => { ended = work }
    self.dispatchEvent(event)
    await ended
    return opened
  })()`)) as string[]
}

const MESSAGE = {
  ...{ id: 'swarm-1', title: 'Question #12: Which database?', text: 'SQLite or PostgreSQL?', urgent: true },
  link: 'http://localhost:1/tickets/12',
  actions: [{ title: 'Answer', url: 'https://swarm.example.org/a/token' }],
}

inBrowser('Web Push', 0, (stage) => {
  async function settings(person: Stage['person']) {
    const context = await person({ permissions: ['notifications'] })
    await context.addInitScript(subscribing())
    const page = await context.newPage()
    await page.goto(`${stage.url}/settings`)
    return { context, page }
  }

  it('is switched on by clicking and off by the keyboard, under the strict policy', async () => {
    const { page } = await settings(stage.person)
    await page.getByRole('button', { name: 'Notify me in this browser' }).click()
    await page.getByText('This browser notifies you').waitFor()
    const { key, browsers } = await stage.api.browsers()
    expect(await page.evaluate('window.asked')).toEqual({ applicationServerKey: key, userVisibleOnly: true })
    expect((await stage.api.notifications()).channels.map(({ name }) => name)).toEqual([
      `push-${browsers[0]!.id}`,
    ])
    await page.getByRole('button', { name: 'Stop notifications' }).waitFor()
    await page.keyboard.press('b')
    await page.getByRole('button', { name: 'Notify me in this browser' }).waitFor()
    expect((await stage.api.browsers()).browsers).toEqual([])
  })

  it('shows what comes, what comes again in its place, and something of what it cannot read', async () => {
    const { context, page } = await settings(stage.person)
    await page.getByRole('button', { name: 'Notify me in this browser' }).click()
    await page.getByText('This browser notifies you').waitFor()
    for (const text of [MESSAGE.text, 'It is asked again.'])
      await handOver(page, stage.url, JSON.stringify({ ...MESSAGE, text }))
    await expect
      .poll(async () => (await told(page)).map(({ body }) => body), PATIENCE)
      .toEqual(['It is asked again.'])
    expect(await told(page)).toMatchObject([
      { title: MESSAGE.title, tag: 'swarm-1', actions: [{ title: 'Answer' }] },
    ])
    expect(await opened(context, '')).toEqual(['/tickets/12'])
    await handOver(page, stage.url, JSON.stringify(MESSAGE))
    await expect.poll(async () => (await told(page)).length, PATIENCE).toBe(1)
    expect(await opened(context, '0')).toEqual(['https://swarm.example.org/a/token'])
    await handOver(page, stage.url, 'no JSON')
    await expect
      .poll(async () => (await told(page)).map(({ title }) => title), PATIENCE)
      .toEqual(['Something waits for you'])
  })

  it.each(WAYS)('sends a test by %s, and says what became of it', async (way) => {
    const { page } = await settings(stage.person)
    await page.getByRole('button', { name: 'Notify me in this browser' }).click()
    await press(page, way, page.getByRole('button', { name: 'Send a test' }))
    // Nobody is at the address that is made up here.
    await page.locator('.settings-push [role="status"]', { hasText: 'It cannot be reached' }).waitFor()
  })

  it('keeps no copy of anything: a worker that answers no request', async () => {
    const worker = await (await fetch(`${stage.url}/worker.js`)).text()
    expect(worker).not.toMatch(/'fetch'|caches/)
  })

  it('says so where a browser cannot', async () => {
    const context = await stage.person()
    await context.addInitScript('delete window.PushManager')
    const page = await context.newPage()
    await page.goto(`${stage.url}/settings`)
    await page.getByText('This browser cannot show notifications here').waitFor()
    expect(await page.getByRole('button', { name: 'Notify me in this browser' }).count()).toBe(0)
  })
})
