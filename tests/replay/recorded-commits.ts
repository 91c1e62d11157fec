/** The commits of the recorded history, in the order in which they are made. */
/** One step of a commit: the path, and what becomes of it. */
export type Step =
  | { write: string; text: string }
  /** Replaces `old`, which stands there once. */
  | { edit: string; old: string; to: string }
  | { bytes: string; hex: string }
  | { rename: string; to: string }
  | { remove: string }
  | { mode: string; to: number }
  | { link: string; to: string }

export interface RecordedCommit {
  subject: string
  steps: Step[]
  /** The branch that it is made on; `main` where none is named. */
  on?: string
  /** The branch that it merges into `main`. */
  merges?: string
}

const test = (module: string, lines: string[]) =>
  `import assert from 'node:assert/strict'\nimport * as ${module} from '../src/${module}.js'\n\n${lines.join('\n')}\n`

export const RECORDED: RecordedCommit[] = [
  {
    subject: 'Begin the postage',
    steps: [
      { write: 'package.json', text: '{ "name": "postage", "private": true, "type": "module" }\n' },
      {
        write: 'README.md',
        text: '# postage\n\nWhat a parcel costs.\n\n## Use\n\nImport `price` from `src/price.js`.\n\n## Zones\n\nThere is one: home.\n\n## Weights\n\nIn kilograms.\n\n## Licence\n\nNone yet.\n',
      },
      {
        write: 'src/price.js',
        text: "/** Cents, from the heaviest step that the parcel reaches. */\nconst STEPS = [\n  [0, 300],\n  [1, 450],\n  [2, 600],\n  [5, 900],\n  [10, 1200],\n]\n\nexport function price({ weight }) {\n  const step = STEPS.findLast(([from]) => weight >= from)\n  return step[1]\n}\n\n/** As people write it. */\nexport function shown(cents) {\n  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`\n}\n",
      },
      {
        write: 'src/weight.js',
        text: '/** What the scales show is off by the crate. */\nconst CRATE = 1\n\nexport function net(shown) {\n  return shown - CRATE\n}\n',
      },
      {
        write: 'test/all.js',
        text: "// Runs every test file in this one process.\nimport { readdirSync } from 'node:fs'\n\nfor (const name of readdirSync(new URL('.', import.meta.url)).sort())\n  if (name.endsWith('.test.js')) await import(`./${name}`)\n",
      },
      {
        write: 'test/price.test.js',
        text: test('price', [
          'assert.equal(price.price({ weight: 1.5 }), 450)',
          "assert.equal(price.shown(305), '3.05')",
        ]),
      },
      { write: 'test/weight.test.js', text: test('weight', ['assert.equal(weight.net(3), 2)']) },
    ],
  },
  {
    subject: 'Add zones',
    steps: [
      {
        write: 'src/zones.js',
        text: 'export const ZONES = { home: 1, near: 1.5, far: 3 }\n\nexport const factor = (zone) => ZONES[zone] ?? ZONES.far\n',
      },
      { write: 'test/zones.test.js', text: test('zones', ["assert.equal(zones.factor('near'), 1.5)"]) },
    ],
  },
  {
    subject: 'Charge by the zone',
    steps: [
      {
        edit: 'src/price.js',
        old: '/** Cents, from',
        to: "import { factor } from './zones.js'\n\n/** Cents, from",
      },
      { edit: 'src/price.js', old: 'price({ weight })', to: "price({ weight, zone = 'home' })" },
      {
        edit: 'src/price.js',
        old: '  return step[1]\n',
        to: '  return Math.round(step[1] * factor(zone))\n',
      },
    ],
  },
  {
    subject: 'Say which zones there are',
    steps: [{ edit: 'README.md', old: 'There is one: home.', to: 'home, near and far.' }],
  },
  {
    subject: 'Carry up to 31 kilograms',
    steps: [{ edit: 'src/price.js', old: '  [10, 1200],\n', to: '  [10, 1200],\n  [20, 1900],\n' }],
  },
  {
    subject: 'Print a label',
    steps: [
      {
        write: 'src/label.js',
        text: 'export const label = ({ name, street, town }) => `${name}\\n${street}\\n${town}\\n`\n',
      },
      {
        write: 'test/label.test.js',
        text: test('label', [
          "assert.equal(label.label({ name: 'A', street: 'B', town: 'C' }), 'A\\nB\\nC\\n')",
        ]),
      },
    ],
  },
  {
    subject: 'Add the stamp',
    steps: [{ bytes: 'assets/stamp.bin', hex: '00ff01fe02fd03fc0a0d0a00808182838485868788898a8b8c8d8e8f' }],
  },
  {
    subject: 'Add a script that prints a price',
    steps: [
      {
        write: 'bin/postage',
        text: "#!/usr/bin/env node\nimport { price, shown } from '../src/price.js'\n\nconsole.log(shown(price({ weight: Number(process.argv[2]) })))\n",
      },
    ],
  },
  { subject: 'Make the script executable', steps: [{ mode: 'bin/postage', to: 0o755 }] },
  {
    subject: 'Begin a list of countries',
    on: 'countries',
    steps: [
      {
        write: 'src/countries.js',
        text: "export const COUNTRIES = {\n  AT: 'near',\n  DE: 'home',\n  FR: 'near',\n}\n",
      },
    ],
  },
  {
    subject: 'Go on with the countries',
    on: 'countries',
    steps: [{ edit: 'src/countries.js', old: "  FR: 'near',\n", to: "  FR: 'near',\n  JP: 'far',\n" }],
  },
  {
    subject: 'Round what is shown',
    steps: [
      {
        edit: 'src/price.js',
        old: '/** As people write it. */\n',
        to: '/** As people write it; a broken cent is none. */\n',
      },
      { edit: 'src/price.js', old: 'String(cents % 100)', to: 'String(Math.round(cents) % 100)' },
    ],
  },
  { subject: 'Merge the countries', merges: 'countries', steps: [] },
  {
    subject: 'Find the zone of a country',
    steps: [
      {
        edit: 'src/zones.js',
        old: 'export const ZONES',
        to: "import { COUNTRIES } from './countries.js'\n\nexport const ZONES",
      },
      {
        edit: 'src/zones.js',
        old: 'ZONES[zone] ?? ZONES.far',
        to: 'ZONES[COUNTRIES[zone] ?? zone] ?? ZONES.far',
      },
    ],
  },
  {
    subject: 'Try the countries',
    steps: [{ edit: 'test/zones.test.js', old: '1.5)\n', to: "1.5)\nassert.equal(zones.factor('JP'), 3)\n" }],
  },
  { subject: 'Ask for a review once more', steps: [] },
  {
    subject: 'Take the weight in grams',
    steps: [
      { edit: 'src/weight.js', old: 'CRATE = 1\n', to: 'CRATE = 1000\n' },
      { edit: 'src/weight.js', old: 'shown - CRATE', to: '(shown - CRATE) / 1000' },
    ],
  },
  {
    subject: 'Weigh in grams in the tests, too',
    steps: [{ edit: 'test/weight.test.js', old: 'weight.net(3)', to: 'weight.net(3000)' }],
  },
  {
    subject: 'Say that scales show grams',
    steps: [{ edit: 'README.md', old: 'In kilograms.', to: 'Scales show grams, prices go by kilograms.' }],
  },
  {
    subject: 'Move the label to a folder of its own',
    steps: [
      { rename: 'src/label.js', to: 'src/print/label.js' },
      { edit: 'test/label.test.js', old: '../src/label.js', to: '../src/print/label.js' },
    ],
  },
  {
    subject: 'Put the country on the label',
    steps: [
      {
        edit: 'src/print/label.js',
        old: '({ name, street, town })',
        to: "({ name, street, town, country = '' })",
      },
      { edit: 'src/print/label.js', old: '${town}\\n`', to: '${town}\\n${country && `${country}\\n`}`' },
    ],
  },
  {
    subject: 'Try a label with a country',
    steps: [
      {
        edit: 'test/label.test.js',
        old: "'A\\nB\\nC\\n')\n",
        to: "'A\\nB\\nC\\n')\nassert.equal(label.label({ name: 'A', street: 'B', town: 'C', country: 'D' }), 'A\\nB\\nC\\nD\\n')\n",
      },
    ],
  },
  { subject: 'Link the manual', steps: [{ link: 'docs/manual.md', to: '../README.md' }] },
  {
    subject: 'Draw the stamp anew',
    steps: [{ bytes: 'assets/stamp.bin', hex: '00ff01fe02fd03fc0a0d0a00908182838485868788898a8b8c8d8e8f90' }],
  },
  { subject: 'Rename the stamp', steps: [{ rename: 'assets/stamp.bin', to: 'assets/stamp-2.bin' }] },
  {
    subject: 'Give many parcels a discount',
    steps: [
      { write: 'src/discount.js', text: 'export const discount = (parcels) => (parcels < 10 ? 0 : 0.1)\n' },
    ],
  },
  {
    subject: 'Take the discount off the price',
    steps: [
      {
        edit: 'src/price.js',
        old: 'import { factor }',
        to: "import { discount } from './discount.js'\nimport { factor }",
      },
      { edit: 'src/price.js', old: "zone = 'home' })", to: "zone = 'home', parcels = 1 })" },
      { edit: 'src/price.js', old: '* factor(zone))', to: '* factor(zone) * (1 - discount(parcels)))' },
    ],
  },
  {
    subject: 'Try the discount',
    steps: [
      {
        edit: 'test/price.test.js',
        old: '450)\n',
        to: '450)\nassert.equal(price.price({ weight: 1.5, parcels: 10 }), 405)\n',
      },
    ],
  },
  {
    subject: 'Make the manual a page',
    steps: [
      { remove: 'docs/manual.md' },
      { write: 'docs/manual.md', text: '# Manual\n\nWeigh, look up the zone, pay.\n' },
    ],
  },
  {
    subject: 'Write the licence',
    steps: [
      { write: 'LICENCE', text: 'Do with it what you like.\n' },
      { edit: 'README.md', old: 'None yet.', to: 'See LICENCE.' },
    ],
  },
  { subject: 'Take out the script', steps: [{ remove: 'bin' }] },
  {
    subject: 'Name a town in umlauts',
    steps: [
      {
        write: 'test/städte.test.js',
        text: "import assert from 'node:assert/strict'\nimport { label } from '../src/print/label.js'\n\nassert.match(label({ name: 'A', street: 'B', town: 'Köln' }), /Köln/)\n",
      },
    ],
  },
  { subject: 'End a file without a line break', steps: [{ write: 'VERSION', text: '1.0.0' }] },
]
