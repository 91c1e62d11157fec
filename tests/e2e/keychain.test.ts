/** `swarm auth` with the system's keychain: a real one, in a session of its own that ends with the test. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { itUnless } from '../contracts/gaps.ts'

const SWARM = join(import.meta.dirname, '../../dist/swarm.mjs')

/** What a desktop does at a login: a bus, and a keychain that is unlocked. Each line of swarm is printed. */
const SESSION = `
set -e
printf unlocked | gnome-keyring-daemon --unlock --components=secrets > /dev/null
swarm() { "$NODE" "$SWARM" auth "$@" --format json || echo "exit $?"; }
printf 'sk-ant-api03-canary-of-the-keychain\\n' | swarm set api-key --in keychain
swarm show
swarm remove
swarm show
`

function session(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-keychain-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['home', 'run']) mkdirSync(join(folder, name), { mode: 0o700 })
  const env = {
    ...{ PATH: process.env.PATH, HOME: join(folder, 'home'), XDG_RUNTIME_DIR: join(folder, 'run') },
    ...{ NODE: process.execPath, SWARM },
  }
  const command = ['--', 'sh', '-c', SESSION]
  const said = execFileSync('dbus-run-session', command, { env, encoding: 'utf8', stdio: 'pipe' })
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return `${said}\nfiles: ${files.filter((path) => path.includes('swarm')).join(' ')}`
}

const has = (program: string) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const missing = ['dbus-run-session', 'gnome-keyring-daemon'].filter((program) => !has(program))
const reason = missing.length > 0 ? `${missing.join(' and ')} not here` : null

itUnless(reason, 'keeps a credential in the keychain, and in no file', () => {
  const said = session()
  expect(said).toMatch(/"kept_in": ?"the system's keychain"/)
  expect(said.match(/"source": ?"the system's keychain"/g)).toHaveLength(2)
  expect(said).toMatch(/"removed_from": ?\[\s*"the system's keychain"/)
  expect(said).toMatch(/"account": ?null/)
  expect(said).toMatch(/files: $/)
  expect(said).not.toContain('canary-of-the-keychain')
})
