/** Debian's Chromium, driven without a screen. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

/**
 * Why pages cannot be tested here; null when they can. Where they must be, `.ci/run` says so by SWARM_BROWSER, and
 * then a missing browser fails the tests.
 */
export const noBrowser: string | null =
  PROGRAM !== undefined || process.env.SWARM_BROWSER === 'required'
    ? null
    : 'there is no Chromium; on Debian: apt-get install chromium'

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PROGRAM ?? '/usr/bin/chromium',
    args: [...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })
