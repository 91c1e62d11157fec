/** The tickets of the demo that are just work: a module and its test each, some after others. */
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
export function feature(module: string, name: string, code: string, cases: Case[]): object[] {
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

export const FEATURES: DemoTicket[] = [
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
