/** What the demo asks for, and what its scripted agents do about it: the good, the clumsy and the hostile. */
import { type DemoTicket, FEATURES, feature } from './features.ts'
import { test } from './project.ts'

const POLITELY = 'Greet customers politely'
const DISPLAY = 'Show the total on the display'
const RAISED = 'Raise the full rate of VAT'
const BY_NAME = 'Greet customers by name'
const SUM = 'Call the total a sum'
const REDUCED = 'Know the reduced rate of VAT'

/** Lands only once another agent has begun on what main looks like now, so that the two really collide. */
const onceBegun = (title: string) => ({
  until: { ticket: title, is: 'working', seconds: 30, or_go_on: true },
})
const onceLanded = (title: string) => ({ until: { ticket: title, is: 'done', seconds: 120, or_go_on: true } })

/** However the two meet: as a conflict, or the later one on top of the earlier. */
const bothSides = (steps: object[]) => [
  { on: 'conflict', do: steps },
  { on: 'red', do: steps },
]

export const TICKETS: DemoTicket[] = [
  {
    title: BY_NAME,
    about: 'src/greeting.js: greeting(name) says "Welcome, NAME!".',
    script: [
      onceBegun(POLITELY),
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
    title: POLITELY,
    about:
      'src/greeting.js: say "Good day" instead of "Welcome". (Changes the very line that another ticket changes.)',
    script: [
      {
        on: 'start',
        do: [
          onceLanded(BY_NAME),
          { write: { file: 'src/greeting.js', text: "export const greeting = () => 'Good day!'\n" } },
        ],
      },
      ...bothSides([
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
      ]),
    ],
  },
  {
    title: SUM,
    about: 'Rename `total` in src/cart.js to `sum`, everywhere.',
    script: [
      onceBegun(DISPLAY),
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
    title: DISPLAY,
    about: 'Add src/display.js. (Green on its own, and so is the renaming of total; together they are red.)',
    script: [
      {
        on: 'start',
        do: [
          onceLanded(SUM),
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
      onceBegun(RAISED),
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
    title: RAISED,
    about: 'src/rates.js: the full rate is 20 now. (Changes the same line, in another way.)',
    script: [
      {
        on: 'start',
        do: [
          onceLanded(REDUCED),
          { write: { file: 'src/rates.js', text: '/** In percent. */\nexport const VAT = 20\n' } },
        ],
      },
      ...bothSides([
        {
          write: {
            file: 'src/rates.js',
            text: '/** In percent. */\nexport const VAT = { full: 20, reduced: 7 }\n',
          },
        },
      ]),
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
  ...FEATURES,
]

/** What the demo's person says. */
export const ANSWER = 'Polish, please.'
export const NO_GATE_CHANGE = 'The gate stays as it is. Take your change to verify.sh back.'
