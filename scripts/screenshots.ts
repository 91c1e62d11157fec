/**
 * `npm run screenshots`: each page of the dashboard in both themes, on a phone and on a desk, into docs/screenshots/,
 * and the icons of the installed app from its SVG; with names, such as `transcript diff`, those pages alone. Needs
 * Chromium and bubblewrap, and a swarm that it plays itself: with scripted agents, and Claude Code for one ticket.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Browser, chromium, type ViewportSize } from 'playwright-core'
import { asker, project, swarm } from '../bench/project.ts'
import { playSearch } from './screenshots/search.ts'
import { playToday, playWeek, prepare } from './screenshots/shop.ts'
import { smallPng } from './screenshots/small-png.ts'

const shots = join('docs', 'screenshots')
const icons = join('dashboard', 'public')

const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } }
const THEMES = ['light', 'dark'] as const

interface Look {
  theme: (typeof THEMES)[number]
  /** Its name, and what it is in pixels. */
  size: string
  viewport: ViewportSize
  /** Addresses by the names of pages. */
  pages: Record<string, string>
}

/** `ticket`: the one that has the most to show. */
const pagesOf = (ticket: number): Record<string, string> => ({
  home: '/',
  board: '/board',
  graph: '/board?view=graph',
  ticket: `/tickets/${ticket}`,
  transcript: `/tickets/${ticket}?view=attempts`,
  diff: `/tickets/${ticket}?view=attempts&part=change`,
  'merge-queue': '/merge-queue',
  agents: '/agents?log=agent-1',
  activity: '/activity',
  numbers: '/numbers',
  settings: '/settings',
  palette: '/board',
})

/** All pages, or those that are named on the command line. */
function wanted(pages: Record<string, string>): Record<string, string> {
  const names = process.argv.slice(2)
  const unknown = names.filter((name) => !(name in pages))
  if (unknown.length > 0) throw new Error(`There is no page ${unknown}; there are ${Object.keys(pages)}.`)
  return Object.fromEntries(
    Object.entries(pages).filter(([name]) => names.length === 0 || names.includes(name)),
  )
}

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true })
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...args, '--disable-gpu'],
  })
  const folder = project('swarm-screenshots-', 8, 'shop')
  try {
    if (process.argv.length === 2) await makeIcons(browser)
    prepare(folder)
    await playWeek(folder)
    const search = await playSearch(folder)
    await playToday(folder)
    const pages = wanted(pagesOf(search))
    for (const theme of THEMES)
      for (const [size, viewport] of Object.entries(SIZES))
        await shoot(browser, folder, { theme, size, viewport, pages })
  } finally {
    await browser.close()
    swarm(folder, 'stop')
    rmSync(dirname(folder), { recursive: true, force: true })
  }
}

async function shoot(
  browser: Browser,
  folder: string,
  { theme, size, viewport, pages }: Look,
): Promise<void> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport,
    reducedMotion: 'reduce',
    bypassCSP: true,
  })
  const page = await context.newPage()
  const { url } = await asker(folder)('POST', '/api/login-links', {})
  await page.goto(url)
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(new URL(address, url).href)
    await page.locator('main h1').first().waitFor()
    await page.waitForFunction("!document.querySelector('.loading')")
    if (name === 'palette') {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('search')
    }
    // The evidence of an attempt, rather than what the page of a ticket begins with.
    if (name === 'transcript' || name === 'diff')
      await page.evaluate("[...document.querySelectorAll('[role=tablist]')].at(-1).scrollIntoView()")
    await page.waitForTimeout(700)
    if (name === 'agents') await page.waitForFunction(HAS_CURVE, undefined, { polling: 500 })
    // The viewer of changes is loaded last.
    await page.waitForFunction("!document.querySelector('.loading')")
    writeFileSync(join(shots, `${name}-${size}-${theme}.png`), smallPng(await page.screenshot()))
  }
  await context.close()
}

/** A page knows what agents take since it is open: a sample every two seconds. */
const HAS_CURVE = "document.querySelector('.spark polyline')?.getAttribute('points').split(' ').length > 5"

/** The sign fills four fifths, so that a round mask cuts nothing off. */
async function makeIcons(browser: Browser): Promise<void> {
  const svg = readFileSync(join(icons, 'favicon.svg'), 'utf8')
  const page = await browser.newPage()
  for (const size of [192, 512]) {
    await page.setViewportSize({ width: size, height: size })
    const inner = Math.round(size * 0.8)
    await page.setContent(
      `<body style="margin:0;background:#1c2024;display:grid;place-items:center;height:100vh"><div style="width:${inner}px;height:${inner}px">${svg}</div></body>`,
    )
    writeFileSync(join(icons, `icon-${size}.png`), await page.screenshot())
  }
  await page.close()
}

await main()
