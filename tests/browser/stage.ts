/** The built server with scripted agents at work, and a real browser in front of it: one of each for a file of tests. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { type Client, client } from '../../src/api/client.ts'
import { type Shop, shop } from '../e2e/server.ts'
import { noBrowser, openBrowser } from './chromium.ts'

export interface Stage {
  shop: Shop
  browser: Browser
  /** As a program with the person's token, beside whoever sits at the browser. */
  api: Client
  url: string
  /** A browser of its own, signed in, that is closed after the test. */
  person(options?: BrowserContextOptions): Promise<BrowserContext>
  /** A page of a new person's. */
  open(address: string, options?: BrowserContextOptions): Promise<Page>
  /** A page of the one person who looks in all tests of the file: sooner there, for who needs no browser of their own. */
  tab(address: string): Promise<Page>
  /** What pages complained of since the test began: errors, blocked scripts, dialogs. Must be empty at its end. */
  complaints: string[]
  /** Complaints that fit are expected in this test. */
  forgive(pattern: RegExp): void
}

/** Long enough for two slow cores that do other things. */
export const PATIENCE = { timeout: 30_000, interval: 50 }

/**
 * `describe` with a server that has `agents` agents. Where there is no browser it is skipped, and says why. `begin`
 * makes the project what it is before swarm is there; `flags` are more of `swarm start`, whose programs are in `dist`.
 */
export function inBrowser(
  name: string,
  agents: number,
  tests: (stage: Stage) => void,
  { begin, flags = [], dist }: { begin?: (folder: string) => void; flags?: string[]; dist?: string } = {},
): void {
  describe.skipIf(noBrowser !== null)(noBrowser === null ? name : `${name} (${noBrowser})`, () => {
    const stage = {} as Stage
    const ends: (() => Promise<unknown>)[] = []
    const contexts: BrowserContext[] = []
    let forgiven: RegExp[] = []
    beforeAll(async () => {
      const [opened, browser] = await Promise.all([
        shop((end) => ends.push(end), begin, {}, dist),
        openBrowser(),
      ])
      ends.push(() => browser.close())
      const started = await opened.start('--agents', String(agents), ...flags)
      expect(started).toMatchObject({ code: 0, err: '' })
      Object.assign(stage, {
        shop: opened,
        browser,
        complaints: [],
        ...doorsOf(opened),
      } satisfies Partial<Stage>)
    })
    stage.forgive = (pattern) => void forgiven.push(pattern)
    const signedIn = async (options: BrowserContextOptions) => {
      const context = await stage.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      context.setDefaultTimeout(PATIENCE.timeout)
      listen(context, stage.complaints)
      await signIn(context, stage)
      return context
    }
    stage.person = async (options = {}) => {
      const context = await signedIn(options)
      contexts.push(context)
      return context
    }
    const pageAt = async (address: string, context: BrowserContext) => {
      const page = await context.newPage()
      await page.goto(stage.url + address)
      await page.locator('main h1').first().waitFor()
      return page
    }
    stage.open = async (address, options) => pageAt(address, await stage.person(options))
    let usual: Promise<BrowserContext> | null = null
    stage.tab = async (address) => {
      usual ??= signedIn({})
      return pageAt(address, await usual)
    }
    afterEach(async () => {
      const tabs = (await usual)?.pages() ?? []
      await Promise.all([...contexts.splice(0), ...tabs].map((each) => each.close()))
      const left = stage.complaints
        ?.splice(0)
        .filter((each) => !forgiven.some((pattern) => pattern.test(each)))
      forgiven = []
      expect(left).toEqual([])
    })
    afterAll(async () => {
      for (const end of ends.reverse()) await end()
    })
    tests(stage)
  })
}

/** The server as it is now: after a restart on another port they must be made anew. */
export function doorsOf({ folder }: Shop): Pick<Stage, 'api' | 'url'> {
  const own = (file: string) => readFileSync(join(folder, '.swarm', file), 'utf8').trim()
  const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  return { url, api: client({ baseUrl: url, token: own('token'), fetch: (to, init) => fetch(to, init) }) }
}

/** By a link, as the browser would, but without loading the page that it leads to. */
async function signIn(context: BrowserContext, { api, url }: Stage): Promise<void> {
  const answer = await fetch((await api.loginLink()).url, { redirect: 'manual' })
  const [name = '', value = ''] = answer.headers.getSetCookie()[0]!.split(';')[0]!.split('=')
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
}

function listen(context: BrowserContext, complaints: string[]): void {
  context.on('page', (page) => {
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss().catch(() => {})
    })
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(`console: ${message.text()} ${message.location().url}`)
    })
  })
}
