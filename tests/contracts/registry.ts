/** A registry of packages for npm, on loopback, which counts what it is asked for. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { folder } from './repo.ts'

export interface Registry {
  /** `package.json` and the lockfile of a project that needs these versions of `word`, a module that is a text. */
  project(version: string): Record<string, string>
  /** Where it says that it is. */
  url: string
  /** What a client must trust to reach it by TLS; null without. */
  certificate: string | null
  /** It listens there. */
  port: number
  /** How many packages it has given. */
  given(): number
  /** From now on it has none. */
  lose(): void
  close(): void
}

interface Wanted {
  /** What each package asks to have run when it is installed. */
  install?: string
  /** Speaks TLS, with a certificate for this name. */
  host?: string
}

export async function registry(
  versions: Record<string, string>,
  { install, host }: Wanted = {},
): Promise<Registry> {
  const tarballs = new Map(
    Object.entries(versions).map(([version, text]) => [version, tarball(version, text, install)]),
  )
  let given = 0
  const answer = (asked: IncomingMessage, response: ServerResponse) => {
    if (asked.url === '/word') return void response.end(JSON.stringify(listed()))
    const found = tarballs.get(/word-(.+)\.tgz$/.exec(asked.url ?? '')?.[1] ?? '')
    if (!found) return void response.writeHead(404).end('{}')
    given += 1
    response.end(found)
  }
  const secured = host === undefined ? null : certified(host)
  const server = secured ? createSecureServer(secured, answer) : createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = secured ? `https://${host}` : `http://127.0.0.1:${port}`
  const tarballOf = (version: string) => `${url}/word/-/word-${version}.tgz`
  const integrityOf = (version: string) =>
    `sha512-${createHash('sha512').update(tarballs.get(version)!).digest('base64')}`
  const listed = () => {
    const each = [...tarballs.keys()].map((version) => {
      const dist = { tarball: tarballOf(version), integrity: integrityOf(version) }
      return [version, { name: 'word', version, dist }] as const
    })
    return { name: 'word', 'dist-tags': { latest: each.at(-1)![0] }, versions: Object.fromEntries(each) }
  }
  return {
    project(version) {
      const own = { name: 'project', version: '1.0.0', dependencies: { word: version } }
      const [resolved, integrity] = [tarballOf(version), integrityOf(version)]
      const packages = {
        '': own,
        'node_modules/word': { version, resolved, integrity, hasInstallScript: !!install },
      }
      const lock = { name: own.name, version: own.version, lockfileVersion: 3, requires: true, packages }
      return { 'package.json': JSON.stringify(own), 'package-lock.json': JSON.stringify(lock) }
    },
    ...{ url, port, certificate: secured?.cert ?? null },
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

/** A key, and a certificate that nobody else has signed. */
function certified(host: string): { key: string; cert: string } {
  const [key, cert] = [join(folder(), 'key.pem'), join(folder(), 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key]
  const named = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-days', '1', '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...kind, ...named], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
