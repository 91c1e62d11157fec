// Makes a fresh clone ready, with nothing but Node: installs what the lockfile names, and builds when the sources are
// newer than the build. Quick when there is nothing to do. Flags: --build, --harnesses (the agent CLIs for the tests).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const flags = new Set(process.argv.slice(2))

/** The exact versions that the end-to-end tests drive; newer ones are declared for Node 22 but run on 20. */
const HARNESSES = { '@anthropic-ai/claude-code': '2.1.332' }

checkNode()
install()
if (flags.has('--harnesses')) installHarnesses()
if (flags.has('--build')) build()

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`swarm needs Node 20.19 or later; this is ${process.versions.node}.`)
  process.exit(1)
}

function install() {
  const stamp = join(root, 'node_modules', '.ready')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  step('Installing the packages that package-lock.json names (about half a minute) …')
  run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

function installHarnesses() {
  const folder = join(root, '.cache', 'harnesses')
  for (const [name, version] of Object.entries(HARNESSES)) {
    const manifest = join(folder, 'node_modules', name, 'package.json')
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version) continue
    step(`Installing ${name} ${version} for the end-to-end tests (about 360 MB) …`)
    mkdirSync(folder, { recursive: true })
    if (!existsSync(join(folder, 'package.json')))
      writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', `${name}@${version}`],
      folder,
    )
  }
}

function build() {
  const built = join(root, 'dist', '.built')
  const newest = Math.max(
    ...['src', 'dashboard', 'demo', 'templates', 'scripts', 'package-lock.json'].map((path) =>
      newestIn(join(root, path)),
    ),
  )
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return
  step('Building dist/ …')
  run(process.execPath, [join(root, 'scripts', 'bundled.mjs'), 'scripts/build.ts'])
}

/**
 * The newest modification below a path, in milliseconds; folders count, so that a deletion is seen.
 *
 * @param {string} path
 * @returns {number}
 */
function newestIn(path) {
  if (!existsSync(path)) return 0
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}

/** @param {string} text */
function step(text) {
  console.error(`\u2022 ${text}`)
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args, cwd = root) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status === 0) return
  console.error(
    error
      ? `${command} cannot be run: ${error.message}`
      : `${command} ${args[0]} failed; its output is above.`,
  )
  process.exit(1)
}
