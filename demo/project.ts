/** The project that the demo's agents work on: a small till, with a real test suite and a gate that runs it. */

export const PROJECT: Record<string, string> = {
  'package.json': `${JSON.stringify({ name: 'till', private: true, type: 'module', scripts: { test: 'node test/all.js' } }, null, 2)}\n`,
  'README.md': '# till\n\nA cash register in a few small modules. `npm test` runs its tests.\n',
  'PROJECT.md': 'A till for a corner shop. Amounts are whole cents, never floats.\n',
  'verify.sh': '#!/bin/sh\n# The gate: every test passes.\nexec node test/all.js\n',
  'src/money.js':
    "/** 1999 → '19.99' */\nexport function format(cents) {\n  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`\n}\n",
  'src/cart.js':
    '/** The price of everything in the cart, in cents. */\nexport function total(cart) {\n  return cart.reduce((cents, { price, count }) => cents + price * count, 0)\n}\n',
  'src/greeting.js': "export const greeting = () => 'Welcome!'\n",
  'src/rates.js': '/** In percent. */\nexport const VAT = 19\n',
  'test/all.js':
    "// Runs every test file in this one process: quick, and red if any is.\nimport { readdirSync } from 'node:fs'\n\nfor (const name of readdirSync(new URL('.', import.meta.url)).sort())\n  if (name.endsWith('.test.js')) await import(`./${name}`)\n",
  'test/money.test.js': test('money', 'format', [
    ['format(1999)', "'19.99'"],
    ['format(5)', "'0.05'"],
  ]),
  'test/cart.test.js': test('cart', 'total', [
    ['total([{ price: 250, count: 2 }])', '500'],
    ['total([])', '0'],
  ]),
}

/** A test file of the project: `module` exports `name`, and each expression has its value. */
export function test(module: string, name: string, cases: [string, string][]): string {
  const checks = cases.map(([expression, value]) => `  assert.deepEqual(${expression}, ${value})\n`).join('')
  return (
    `import assert from 'node:assert/strict'\nimport { it } from 'node:test'\n` +
    `import { ${name} } from '../src/${module}.js'\n\nit('${name} of ${module}', () => {\n${checks}})\n`
  )
}
