// `npm run screenshots`: each page of the dashboard in both themes, on a phone and on a desk, into docs/screenshots/,
// and the icons of the installed app from its SVG. Needs Chromium, and a swarm of scripted agents that it plays itself.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { api, asker, project, swarm } from '../bench/project.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const shots = join(root, 'docs', 'screenshots')
const icons = join(root, 'dashboard', 'public')

const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } }
const THEMES = ['light', 'dark']
const PAGES = {
  home: '/',
  board: '/board',
  graph: '/board?view=graph',
  ticket: '/tickets/8',
  lane: '/lane',
  agents: '/agents',
  activity: '/activity',
  numbers: '/numbers',
  settings: '/settings',
}

const fence = '```'
const script = (text, steps) => `${text}\n\n${fence}script\n${JSON.stringify(steps)}\n${fence}`
const write = (file, text) => ({ write: { file, text } })

/** What a small shop might want. */
const TICKETS = [
  {
    title: 'Search by price as well',
    type: 'proposal',
    assigned_to: 'human',
    description:
      'People search for "under 20". The search could understand it:\n\n- `under N`, `over N`, `N to M`\n- no change for everything else\n\nAbout **80 lines**, all in `src/search`.',
  },
  {
    title: 'Which database for the orders?',
    type: 'question',
    assigned_to: 'human',
    description: 'SQLite is enough for one machine. PostgreSQL lets several machines write. Which one?',
  },
  {
    title: 'Does the cart survive a reload?',
    type: 'verify',
    assigned_to: 'human',
    description: 'Put two things into the cart, reload, and look.',
  },
  { title: 'Save orders', blocked_by: [2], description: 'In the database that was chosen.' },
  { title: 'Send a receipt by e-mail', blocked_by: [4] },
  { title: 'Show the history of orders', blocked_by: [4], priority: 2 },
  {
    title: 'Make the gate check the types',
    description: script('The gate should fail on a type error.', [
      { say: 'The gate is `verify.sh`; I add the check there.' },
      write('verify.sh', '#!/bin/sh\nset -e\ntest -d src\nnpx tsc --noEmit\n'),
    ]),
  },
  {
    title: 'Search the catalogue',
    description: script('Full text, by title and description.', [
      { say: 'I look at what is there, then write an index.' },
      { run: 'ls src' },
      write(
        'src/search.ts',
        'export const search = (words: string, all: string[]) =>\n  all.filter((each) => each.includes(words))\n',
      ),
      { usage: { input: 21000, output: 1800, cost: 0.42 } },
      { say: 'Done: `search` finds every title that has the words.' },
    ]),
  },
  {
    title: 'A cart that remembers',
    description: script('Across reloads.', [
      write('src/cart.ts', 'export const cart: string[] = []\n'),
      { usage: { input: 9000, output: 700, cost: 0.17 } },
    ]),
  },
  {
    title: 'Discount codes',
    description: script('SUMMER gives ten per cent.', [
      write('src/discount.ts', 'export const discount = (code: string) => (code === "SUMMER" ? 0.1 : 0)\n'),
      { usage: { input: 8000, output: 600, cost: 0.15 } },
    ]),
  },
  {
    title: 'Pictures load when they are seen',
    description: script('', [
      { say: 'Measuring which pictures are loaded before anybody scrolls.' },
      { pause: 600000 },
    ]),
  },
  {
    title: 'Translate the shop into German',
    description: script('', [{ say: 'Collecting the sentences first.' }, { pause: 600000 }]),
  },
  {
    title: 'Faster first page',
    description: script('', [
      {
        fail: {
          reason: 'budget',
          detail:
            'The attempt spent its 2 dollars: the bundle is built by three tools that fight each other.',
        },
      },
    ]),
  },
  {
    title: 'Menus for the keyboard',
    description: script('', [{ say: 'Looking for what only a mouse can do.' }, { pause: 600000 }]),
  },
  { title: 'Tidy up the style sheets' },
  { title: 'Sort results by popularity', priority: -1 },
]

await main()

async function main() {
  mkdirSync(shots, { recursive: true })
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...args, '--disable-gpu'],
  })
  const folder = project('swarm-screenshots-', 8, 'shop')
  try {
    await makeIcons(browser)
    swarm(folder, 'start', '--agents', '3', '--harness', 'scripted', '--sandbox', 'process', '--port', '0')
    await play(folder)
    for (const theme of THEMES)
      for (const [size, viewport] of Object.entries(SIZES))
        await shoot(browser, folder, { theme, size, viewport })
  } finally {
    await browser.close()
    swarm(folder, 'stop')
    rmSync(dirname(folder), { recursive: true, force: true })
  }
}

/** Until everything is where it stays: landed, at work, held, with a person. */
async function play(folder) {
  const ask = asker(folder)
  for (const ticket of TICKETS) await ask('POST', '/api/tickets', ticket)
  await ask('POST', '/api/tickets/8/comments', { body: 'Umlauts, too, please.' })
  const get = api(folder)
  for (let tries = 0; ; tries++) {
    const { agents, lane } = await get('/api/status')
    const { tickets } = await get('/api/inbox')
    const busy = agents.filter(({ ticket_id }) => ticket_id !== null).length
    if (lane.queued === 1 && tickets.length === 5 && busy === 3) return
    if (tries > 300)
      throw new Error(`it does not settle: ${JSON.stringify({ agents, lane, waiting: tickets.length })}`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

async function shoot(browser, folder, { theme, size, viewport }) {
  const context = await browser.newContext({ colorScheme: theme, viewport, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const { url } = await asker(folder)('POST', '/api/login-links', {})
  await page.goto(url)
  for (const [name, address] of Object.entries(PAGES)) {
    await page.goto(new URL(address, url).href)
    await page.locator('main h1').first().waitFor()
    await page.waitForTimeout(1200)
    await page.screenshot({ path: join(shots, `${name}-${size}-${theme}.png`) })
  }
  await context.close()
}

/** The sign fills four fifths, so that a round mask cuts nothing off. */
async function makeIcons(browser) {
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
