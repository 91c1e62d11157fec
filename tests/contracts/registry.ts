/** A registry of packages for npm, on loopback, which counts what it is asked for. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { folder } from './repo.ts'

export interface Registry {
  /** `package.json` and the lockfile of a project that needs these versions of `word`, a module that is a text. */
  project(version: string): Record<string, string>
  /** How many packages it has given. */
  given(): number
  /** From now on it has none. */
  lose(): void
  close(): void
}

/** `install`: what each package wants to have run when it is installed. */
export async function registry(versions: Record<string, string>, install?: string): Promise<Registry> {
  const tarballs = new Map(
    Object.entries(versions).map(([version, text]) => [version, tarball(version, text, install)]),
  )
  let given = 0
  const server = createServer((asked, answer) => {
    const found = tarballs.get(/word-(.+)\.tgz$/.exec(asked.url ?? '')?.[1] ?? '')
    if (!found) return void answer.writeHead(404).end('{}')
    given += 1
    answer.end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    project(version) {
      const own = { name: 'project', version: '1.0.0', dependencies: { word: version } }
      const integrity = `sha512-${createHash('sha512').update(tarballs.get(version)!).digest('base64')}`
      const resolved = `http://127.0.0.1:${port}/word/-/word-${version}.tgz`
      const packages = {
        '': own,
        'node_modules/word': { version, resolved, integrity, hasInstallScript: !!install },
      }
      const lock = { name: own.name, version: own.version, lockfileVersion: 3, requires: true, packages }
      return { 'package.json': JSON.stringify(own), 'package-lock.json': JSON.stringify(lock) }
    },
    given: () => given,
    lose: () => tarballs.clear(),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function tarball(version: string, text: string, install?: string): Buffer {
  const place = folder()
  mkdirSync(join(place, 'package'))
  writeFileSync(
    join(place, 'package/package.json'),
    JSON.stringify({ name: 'word', version, scripts: { install } }),
  )
  writeFileSync(join(place, 'package/index.js'), `module.exports = ${JSON.stringify(text)}\n`)
  execFileSync('tar', ['-czf', join(place, 'word.tgz'), '-C', place, 'package'])
  return readFileSync(join(place, 'word.tgz'))
}
