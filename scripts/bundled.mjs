// Runs a program of ours that is written in TypeScript: bundles it into .cache/ and starts it with the arguments that
// are left. `node scripts/bundled.mjs tests/sim/main.ts --seeds 10`. Plain JavaScript: Node 20 does not run TypeScript.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'

const [entry = '', ...args] = process.argv.slice(2)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, '.cache', 'programs', `${entry.replace(/\.ts$/, '').replaceAll('/', '-')}.mjs`)
await bundle({ entry: join(root, entry), out })
const child = spawn(process.execPath, ['--enable-source-maps', out, ...args], { stdio: 'inherit', cwd: root })
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal))
child.on('close', (exit) => {
  process.exitCode = exit ?? 1
})
