/** What is around every page: keys, the palette, the theme, signing in, what it weighs. */
import { expect, it } from 'vitest'
import { inBrowser, PATIENCE } from './stage.ts'

const PAGES = [
  ['h', 'Inbox', '/'],
  ['b', 'Board', '/board'],
  ['l', 'Merge queue', '/merge-queue'],
  ['a', 'Agents', '/agents'],
  ['y', 'Activity', '/activity'],
  ['n', 'Numbers', '/numbers'],
  ['s', 'Settings', '/settings'],
] as const

/** In bytes, as they go over the network. */
const FIRST_LOAD = 250_000

inBrowser('The shell', 1, (stage) => {
  it('goes to every page by two keys and by clicking', async () => {
    const page = await stage.open('/')
    for (const [key, heading, path] of [...PAGES.slice(1), PAGES[0]]) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      expect(new URL(page.url()).pathname).toBe(path)
    }
    for (const [, heading, path] of [...PAGES.slice(1), PAGES[0]]) {
      await page.locator(`nav.sidebar a.entry[href="${path}"]`).click()
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
    }
  })

  it('reaches every page with a thumb', async () => {
    const page = await stage.open('/', { viewport: { width: 360, height: 740 }, hasTouch: true })
    const bar = page.locator('nav.bottom-bar')
    for (const [, heading, path] of PAGES.slice(1)) {
      if ((await bar.locator(`a[href="${path}"]`).count()) === 0)
        await bar.getByRole('button', { name: 'More' }).tap()
      await page.locator(`a.entry[href="${path}"]:visible`).tap()
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    }
  })

  it('shows every key that does something here, and can turn single letters off', async () => {
    const page = await stage.open('/board')
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Keys' })
    for (const does of ['New ticket', 'Raise its priority', 'Go to Home', 'Search and run anything'])
      await sheet.getByText(does, { exact: true }).first().waitFor()
    await sheet.getByLabel('Single letters are keys').uncheck()
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await page.keyboard.press('n')
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('dialog', { name: 'Search and run' }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
  })

  it('finds a page, an action, and a ticket by number and by words in the palette', async () => {
    const { id } = await stage.api.create({
      title: 'Zebra crossing for carts',
      type: 'question',
      assigned_to: 'human',
    })
    const page = await stage.open('/')
    for (const [typed, heading] of [
      ['board', 'Board'],
      [`#${id}`, 'Zebra crossing for carts'],
      ['carts zebra', 'Zebra crossing for carts'],
    ] as const) {
      await page.keyboard.press('ControlOrMeta+k')
      const palette = page.getByRole('combobox')
      await palette.waitFor()
      await page.keyboard.type(typed)
      if (heading !== 'Board') await page.getByRole('option').first().getByText(heading).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('h')
      await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor()
    }
  })

  it('shows in the palette what fits, each once, with its key', async () => {
    const page = await stage.open('/board')
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type('s')
    await page.keyboard.press('Backspace')
    const options = page.locator('.palette-option')
    const texts = async () => (await options.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
    await expect.poll(texts, PATIENCE).toContain('Raise its priority +')
    await page.keyboard.type('search on')
    await expect.poll(texts, PATIENCE).toEqual(['Search on the board /'])
  })

  it('opens palette, keys and themes by clicking, too', async () => {
    const page = await stage.open('/')
    const bar = page.getByRole('navigation', { name: 'Pages' }).first()
    await bar.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('combobox').fill('go to merge queue')
    await page.getByRole('option', { name: 'Go to Merge queue' }).click()
    await page.getByRole('heading', { level: 1, name: 'Merge queue' }).waitFor()
    await bar.getByRole('button', { name: 'Show the keys' }).click()
    await page.getByRole('dialog', { name: 'Keys' }).getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    for (const theme of ['light', 'dark', null]) {
      await bar.getByRole('button', { name: /^Theme/ }).click()
      await expect.poll(() => page.locator('html').getAttribute('data-theme'), PATIENCE).toBe(theme)
    }
  })

  it('changes the theme by key and remembers it before the first paint', async () => {
    const page = await stage.open('/')
    await page.keyboard.press('t')
    await page.keyboard.press('t')
    const theme = () => page.locator('html').getAttribute('data-theme')
    await expect.poll(theme, PATIENCE).toBe('dark')
    await page.reload()
    expect(await theme()).toBe('dark')
  })

  it('says how to sign in to a browser that has no session, and tells it nothing', async () => {
    const context = await stage.browser.newContext()
    const page = await context.newPage()
    await page.goto(`${stage.url}/board`)
    await page.getByRole('heading', { name: 'Sign in from your terminal' }).waitFor()
    expect(await page.content()).not.toContain('Zebra')
    await context.close()
  })

  it('refuses a link that was used', async () => {
    const { url } = await stage.api.loginLink()
    const context = await stage.browser.newContext()
    const page = await context.newPage()
    expect((await page.goto(url))?.status()).toBe(200)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    expect((await page.goto(url))?.status()).toBe(401)
    await context.close()
  })

  it(`loads Home in under ${FIRST_LOAD / 1000} kB, and nothing that is not needed there`, async () => {
    const page = await (await stage.person()).newPage()
    const network = await page.context().newCDPSession(page)
    await network.send('Network.enable')
    let bytes = 0
    const loaded: string[] = []
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    network.on('Network.requestWillBeSent', ({ request }) => loaded.push(new URL(request.url).pathname))
    await page.goto(stage.url)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.locator('.pulse-agents').waitFor()
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(FIRST_LOAD)
    expect(loaded.filter((path) => /graph|uplot|board-|numbers-/i.test(path))).toEqual([])
  })

  it('is installable: every icon of the manifest is there, in its size', async () => {
    const page = await stage.open('/')
    const manifest = await page.context().newCDPSession(page)
    const { errors } = await manifest.send('Page.getAppManifest')
    expect(errors).toEqual([])
    const { installabilityErrors } = await manifest.send('Page.getInstallabilityErrors')
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual(
      [],
    )
    const { icons } = JSON.parse(await (await fetch(`${stage.url}/manifest.webmanifest`)).text())
    for (const { src, type } of icons) {
      const response = await fetch(stage.url + src)
      expect([src, response.status, response.headers.get('content-type')]).toEqual([src, 200, type])
    }
  })
})
