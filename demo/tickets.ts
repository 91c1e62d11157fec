/** What the demo asks for, and what its scripted agents do about it: the good, the clumsy and the hostile. */
import { test } from './project.ts'

export interface DemoTicket {
  title: string
  about: string
  /** The script of the agent that takes it; see src/harnesses/scripted/script.ts. */
  script: object[]
  /** Titles of tickets that it waits for. */
  after?: string[]
}

type Case = [expression: string, value: string]

/** A module with its test, written as an agent would: a word, the code, the test. */
function feature(module: string, name: string, code: string, cases: Case[]): object[] {
  return [
    { say: `I add src/${module}.js with ${name}() and a test for it.` },
    { pause: 150 },
    { write: { file: `src/${module}.js`, text: code } },
    { pause: 100 },
    { write: { file: `test/${module}.test.js`, text: test(module, name, cases) } },
    { usage: { input: 1800, output: 240, cost: 0.009 } },
  ]
}

const simple = (
  title: string,
  [module, name, code, cases]: [string, string, string, Case[]],
  after?: string[],
) => ({
  title,
  about: `Add \`${name}\` in src/${module}.js, with a test.`,
  script: feature(module, name, code, cases),
  after,
})

const DISCOUNT = 'Give a discount in percent'
const TAX = 'Work out the VAT in a price'
const RECEIPT = 'Print a receipt'
const BY_NAME = 'Greet customers by name'
const SUM = 'Call the total a sum'
const REDUCED = 'Know the reduced rate of VAT'

export const TICKETS: DemoTicket[] = [
  {
    title: BY_NAME,
    about: 'src/greeting.js: greeting(name) says "Welcome, NAME!".',
    script: [
      { say: 'A one-line change, and its test.' },
      { write: { file: 'src/greeting.js', text: 'export const greeting = (name) => `Welcome, ${name}!`\n' } },
      {
        write: {
          file: 'test/greeting.test.js',
          text: test('greeting', 'greeting', [["greeting('Ada')", "'Welcome, Ada!'"]]),
        },
      },
    ],
  },
  {
    title: 'Greet customers politely',
    about:
      'src/greeting.js: say "Good day" instead of "Welcome". (Changes the very line that another ticket changes.)',
    script: [
      {
        on: 'start',
        do: [
          { until: { ticket: BY_NAME, is: 'done' } },
          { write: { file: 'src/greeting.js', text: "export const greeting = () => 'Good day!'\n" } },
        ],
      },
      {
        on: 'conflict',
        do: [
          { say: 'Both sides: the name from one, the polite word from the other.' },
          {
            write: {
              file: 'src/greeting.js',
              text: 'export const greeting = (name) => `Good day, ${name}!`\n',
            },
          },
          {
            write: {
              file: 'test/greeting.test.js',
              text: test('greeting', 'greeting', [["greeting('Ada')", "'Good day, Ada!'"]]),
            },
          },
        ],
      },
    ],
  },
  {
    title: SUM,
    about: 'Rename `total` in src/cart.js to `sum`, everywhere.',
    script: [
      { replace: { file: 'src/cart.js', old: 'function total(', new: 'function sum(' } },
      {
        write: {
          file: 'test/cart.test.js',
          text: test('cart', 'sum', [
            ['sum([{ price: 250, count: 2 }])', '500'],
            ['sum([])', '0'],
          ]),
        },
      },
    ],
  },
  {
    title: 'Show the total on the display',
    about: 'Add src/display.js. (Green on its own, and so is the renaming of total; together they are red.)',
    script: [
      {
        on: 'start',
        do: [
          { until: { ticket: SUM, is: 'done' } },
          ...feature(
            'display',
            'display',
            "import { total } from './cart.js'\nimport { format } from './money.js'\n\nexport const display = (cart) => `TOTAL ${format(total(cart))}`\n",
            [['display([{ price: 1999, count: 1 }])', "'TOTAL 19.99'"]],
          ),
        ],
      },
      {
        on: 'red',
        do: [
          { say: 'Meanwhile total is called sum. I follow.' },
          { replace: { file: 'src/display.js', old: 'total', new: 'sum', all: true } },
        ],
      },
    ],
  },
  {
    title: REDUCED,
    about: 'src/rates.js: add the reduced rate beside VAT.',
    script: [
      {
        write: {
          file: 'src/rates.js',
          text: '/** In percent. */\nexport const VAT = { full: 19, reduced: 7 }\n',
        },
      },
      { write: { file: 'test/rates.test.js', text: test('rates', 'VAT', [['VAT.reduced', '7']]) } },
    ],
  },
  {
    title: 'Raise the full rate of VAT',
    about: 'src/rates.js: the full rate is 20 now. (Changes the same line, in another way.)',
    script: [
      {
        on: 'start',
        do: [
          { until: { ticket: REDUCED, is: 'done' } },
          { replace: { file: 'src/rates.js', old: 'VAT = 19', new: 'VAT = 20' } },
        ],
      },
      {
        on: 'conflict',
        do: [
          {
            write: {
              file: 'src/rates.js',
              text: '/** In percent. */\nexport const VAT = { full: 20, reduced: 7 }\n',
            },
          },
        ],
      },
    ],
  },
  {
    title: 'Work out the change',
    about: 'Add change(paid, due) in src/change.js; never less than nothing.',
    script: [
      {
        on: 'start',
        do: feature('change', 'change', 'export const change = (paid, due) => due - paid\n', [
          ['change(1000, 750)', '250'],
        ]),
      },
      {
        on: 'red',
        do: [
          { say: 'The gate is right: I had it the wrong way round.' },
          {
            write: {
              file: 'src/change.js',
              text: 'export const change = (paid, due) => Math.max(0, paid - due)\n',
            },
          },
        ],
      },
    ],
  },
  {
    title: 'Make the checks faster',
    about: 'The tests take long; find something to save. (Its first attempt switches the gate off.)',
    script: [
      {
        on: 'start',
        do: [
          { say: 'The quickest check is none at all.' },
          { write: { file: 'verify.sh', text: '#!/bin/sh\nexit 0\n', mode: '755' } },
          {
            write: {
              file: 'test/quick.js',
              text: '// Runs only what is named: node test/quick.js cart\nfor (const name of process.argv.slice(2)) await import(`./${name}.test.js`)\n',
            },
          },
        ],
      },
      {
        on: 'rejected',
        do: [{ say: 'Fair enough: the gate stays.' }, { run: 'git checkout -q HEAD -- verify.sh' }],
      },
    ],
  },
  {
    title: 'Sort the catalogue',
    about: 'Add byName in src/catalogue.js. (Its first agent is killed half-way.)',
    script: [
      {
        on: 'start',
        do: [
          {
            write: {
              file: 'src/catalogue.js',
              text: 'export const byName = (items) => items.toSorted((a, b) => a.name.localeCompare(b.name))\n',
            },
          },
          { kill: true },
        ],
      },
      {
        on: 'again',
        do: [
          { say: 'The module is there already; its test is missing.' },
          {
            write: {
              file: 'test/catalogue.test.js',
              text: test('catalogue', 'byName', [
                ["byName([{ name: 'b' }, { name: 'a' }])", "[{ name: 'a' }, { name: 'b' }]"],
              ]),
            },
          },
        ],
      },
    ],
  },
  {
    title: 'Print the thanks in the shop’s language',
    about: 'Add thanks() in src/thanks.js. Which language? The agent asks.',
    script: [
      { on: 'start', do: [{ ask: { question: 'In which language does the till say thanks?' } }] },
      {
        on: 'again',
        do: feature('thanks', 'thanks', "export const thanks = () => 'Dziękujemy!'\n", [
          ['thanks()', "'Dziękujemy!'"],
        ]),
      },
    ],
  },
  {
    title: 'Take gift cards',
    about: 'Issue them, redeem them, and tell their balance. (Too much for one ticket: it is split up.)',
    script: [
      { say: 'These are three jobs.' },
      {
        create: {
          title: 'Issue gift cards',
          script: feature('issue', 'issue', 'export const issue = (cents) => ({ balance: cents })\n', [
            ['issue(500)', '{ balance: 500 }'],
          ]),
        },
      },
      {
        create: {
          title: 'Redeem gift cards',
          after: 'Issue gift cards',
          script: feature(
            'redeem',
            'redeem',
            'export const redeem = (card, cents) => ({ balance: card.balance - Math.min(cents, card.balance) })\n',
            [['redeem({ balance: 500 }, 700)', '{ balance: 0 }']],
          ),
        },
      },
      {
        create: {
          title: 'Tell the balance of gift cards',
          after: 'Issue gift cards',
          script: feature(
            'balance',
            'balance',
            "import { format } from './money.js'\n\nexport const balance = (card) => `Left: ${format(card.balance)}`\n",
            [['balance({ balance: 500 })', "'Left: 5.00'"]],
          ),
        },
      },
      { complete: true },
    ],
  },
  simple(DISCOUNT, [
    'discount',
    'discount',
    'export const discount = (cents, percent) => Math.round((cents * (100 - percent)) / 100)\n',
    [['discount(1000, 15)', '850']],
  ]),
  simple(TAX, [
    'tax',
    'taxIn',
    'export const taxIn = (cents, rate) => cents - Math.round((cents * 100) / (100 + rate))\n',
    [['taxIn(1190, 19)', '190']],
  ]),
  simple(
    RECEIPT,
    [
      'receipt',
      'receipt',
      "import { discount } from './discount.js'\nimport { format } from './money.js'\nimport { taxIn } from './tax.js'\n\nexport function receipt(cents, percent) {\n  const due = discount(cents, percent)\n  return `Due ${format(due)}, of it VAT ${format(taxIn(due, 19))}`\n}\n",
      [['receipt(1400, 15)', "'Due 11.90, of it VAT 1.90'"]],
    ],
    [DISCOUNT, TAX],
  ),
  simple(
    'Close the day',
    [
      'day',
      'close',
      "import { receipt } from './receipt.js'\n\nexport const close = (sales) => sales.map((cents) => receipt(cents, 0)).length\n",
      [['close([100, 200])', '2']],
    ],
    [RECEIPT],
  ),
  simple('Round to five cents', [
    'round',
    'toFive',
    'export const toFive = (cents) => Math.round(cents / 5) * 5\n',
    [
      ['toFive(1998)', '2000'],
      ['toFive(1997)', '1995'],
    ],
  ]),
  simple('Split a bill', [
    'split',
    'split',
    'export function split(cents, ways) {\n  const each = Math.floor(cents / ways)\n  return Array.from({ length: ways }, (_, n) => each + (n < cents % ways ? 1 : 0))\n}\n',
    [['split(100, 3)', '[34, 33, 33]']],
  ]),
  simple('Check barcodes', [
    'barcode',
    'isValid',
    'export function isValid(code) {\n  const digits = [...code].map(Number)\n  const sum = digits.reduce((all, digit, at) => all + digit * (at % 2 === 0 ? 1 : 3), 0)\n  return digits.length === 13 && sum % 10 === 0\n}\n',
    [
      ["isValid('4006381333931')", 'true'],
      ["isValid('4006381333932')", 'false'],
    ],
  ]),
  simple('Number the invoices', [
    'invoice',
    'invoiceNumber',
    "export const invoiceNumber = (year, n) => `${year}-${String(n).padStart(5, '0')}`\n",
    [['invoiceNumber(2026, 7)', "'2026-00007'"]],
  ]),
  simple('Warn of low stock', [
    'stock',
    'low',
    'export const low = (items) => items.filter(({ left }) => left < 3).map(({ name }) => name)\n',
    [["low([{ name: 'milk', left: 1 }, { name: 'tea', left: 9 }])", "['milk']"]],
  ]),
  simple('Add a tip', [
    'tip',
    'withTip',
    'export const withTip = (cents, percent) => cents + Math.round((cents * percent) / 100)\n',
    [['withTip(1000, 10)', '1100']],
  ]),
  simple('Parse prices', [
    'parse',
    'parsePrice',
    "export function parsePrice(text) {\n  const [whole, part = '0'] = text.replace(',', '.').split('.')\n  return Number(whole) * 100 + Number(part.padEnd(2, '0').slice(0, 2))\n}\n",
    [
      ["parsePrice('12,5')", '1250'],
      ["parsePrice('3')", '300'],
    ],
  ]),
  simple('Count the coins', [
    'coins',
    'coins',
    'export function coins(cents) {\n  return [200, 100, 50, 20, 10, 5, 2, 1].flatMap((coin) => {\n    const count = Math.floor(cents / coin)\n    cents -= count * coin\n    return count > 0 ? [[coin, count]] : []\n  })\n}\n',
    [['coins(385)', '[[200, 1], [100, 1], [50, 1], [20, 1], [10, 1], [5, 1]]']],
  ]),
]

/** What the demo's person says. */
export const ANSWER = 'Polish, please.'
export const NO_GATE_CHANGE = 'The gate stays as it is. Take your change to verify.sh back.'
