/** What a small shop might want: the tickets of the screenshots, with what the scripted agents do about them. */
import type { Step } from '../../bench/project.ts'

/** A ticket as the API takes it, after those with these titles. */
export interface Wanted {
  title: string
  description?: string
  type?: string
  assigned_to?: string
  priority?: number
  after?: string[]
}

const fence = '```'
/** A description with the script of its agent. */
export const script = (text: string, steps: Step[]): string =>
  `${text}\n\n${fence}script\n${JSON.stringify(steps)}\n${fence}`
/** The step that writes a file; `mode` as chmod takes it. */
export const write = (file: string, text: string, mode?: string): Step => ({
  write: { file, text, ...(mode && { mode }) },
})
/** The step that takes so many dollars. */
export const spends = (cost: number): Step => ({
  usage: { input: Math.round(cost * 42_000), output: Math.round(cost * 4_100), cost },
})
export const GATE = `#!/bin/sh
# Words that may not land, then the tests.
if grep -rn DRAFT src; then echo 'DRAFT is left'; exit 1; fi
printf '\\033[32m✓\\033[0m %s tests passed in %s files\\n' 42 "$(find src -name '*.ts' | wc -l)"
`

/** Landed in the week before: how many days ago, what it cost, and whether its gate was red at first. */
export const WEEK: [title: string, days: number, cost: number, isRed?: boolean][] = [
  ['List the catalogue', 6, 0.31],
  ['Show a product with its pictures', 6, 0.54],
  ['A cart that remembers', 5, 0.47],
  ['Prices with tax', 5, 0.22, true],
  ['Pictures load when they are seen', 5, 0.38],
  ['Sign in by a link', 4, 0.83, true],
  ['Sizes and colours', 3, 0.41],
  ['A wish list', 3, 0.29],
  ['Round prices to cents', 2, 0.12],
  ['Sort by price', 2, 0.18],
  ['Newsletter', 2, 0.26, true],
  ['Opening hours in the footer', 1, 0.09],
  ['Say when a product is sold out', 1, 0.35],
  ['Discount codes', 1, 0.27],
]

const long = 600_000
const works = (title: string, says: string): Wanted => ({
  title,
  description: script('', [{ say: says }, { run: 'ls src' }, { pause: long }]),
})

/** What agents do at once; then what keeps them busy; then what is left waiting. */
export const DONE: Wanted[] = [
  {
    title: 'Run the gate without the slow tests',
    description: script('It takes a minute.', [
      { on: 'start', do: [write('verify.sh', GATE.replace('42', '12'), '755')] },
      {
        on: 'rejected',
        do: [{ ask: 'May I split the slow tests into four parts that run at once instead?' }],
      },
    ]),
  },
  {
    title: 'Make the gate check the types',
    description: script('The gate should fail on a type error.', [
      { say: 'The gate is `verify.sh`; I add the check there.' },
      write('verify.sh', GATE.replace('\nprintf', '\nnpx tsc --noEmit\nprintf'), '755'),
      spends(0.14),
    ]),
  },
  {
    title: 'Faster first page',
    description: script('', [
      spends(2.0),
      {
        fail: {
          reason: 'budget',
          detail: 'It spent its 2 dollars: the bundle is built by three tools that fight each other.',
        },
      },
    ]),
  },
]
export const BUSY: Wanted[] = [
  works('Menus for the keyboard', 'Looking for what only a mouse can do.'),
  works('Translate the shop into German', 'Collecting the sentences first.'),
  works('Pay by bank transfer', 'Reading how the cart hands over its sum.'),
]
export const LEFT: Wanted[] = [
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
  {
    title: 'Save orders',
    after: ['Which database for the orders?'],
    description: 'In the one that was chosen.',
  },
  { title: 'Send a receipt by e-mail', after: ['Save orders'] },
  { title: 'Show the history of orders', after: ['Save orders'], priority: 2 },
  { title: 'Cancel an order within the hour', after: ['Show the history of orders'] },
  {
    title: 'Export orders for the tax office',
    after: ['Show the history of orders', 'Send a receipt by e-mail'],
  },
  {
    title:
      'When somebody comes back after a week with things in the cart whose prices have changed meanwhile, say so before they pay',
    priority: 1,
  },
  { title: 'Tidy up the style sheets' },
  { title: 'Larger pictures on wide screens' },
  { title: 'Sort results by popularity', priority: -1 },
]
