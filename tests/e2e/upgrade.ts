/** An installed swarm of a test's own, which is upgraded or removed while it runs. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

export interface Installed {
  /** Where its programs are. */
  dist: string
  /** Puts another build in its place, whose pages are in files of other names. */
  upgrade(): void
  /** Takes away everything that was installed. */
  remove(): void
  /** Removes the folder that all of it is in. */
  clear(): void
}

export const BUILD: string = JSON.parse(readFileSync('dist/build.json', 'utf8')).build
export const NEXT_BUILD = 'fedcba987654'

export function installed(): Installed {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-installed-')))
  const root = join(above, 'swarm')
  const dist = join(root, 'dist')
  const put = () => {
    mkdirSync(root)
    cpSync(resolve('dist'), dist, { recursive: true })
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'))
  }
  const remove = () => rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  put()
  return {
    dist,
    upgrade() {
      remove()
      put()
      asNextBuild(dist)
    },
    remove,
    clear: () => rmSync(above, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** As if it had been built from other sources. */
function asNextBuild(dist: string): void {
  const assets = join(dist, 'pages', 'assets')
  const hashes = readdirSync(assets).flatMap((name) => /-([\w-]{8})\.\w+\.gz$/.exec(name)?.[1] ?? [])
  const renamed = (text: string) =>
    hashes.reduce((now, hash) => now.replaceAll(hash, [...hash].reverse().join('')), text)
  const nextOf = (text: Buffer) => text.toString().replaceAll(BUILD, NEXT_BUILD)
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const path = join(dist, name)
    if (!statSync(path).isFile()) continue
    if (name.endsWith('.gz')) writeFileSync(path, gzipSync(renamed(nextOf(gunzipSync(readFileSync(path))))))
    else if (/\.(mjs|json)$/.test(name)) writeFileSync(path, nextOf(readFileSync(path)))
  }
  for (const name of readdirSync(assets)) renameSync(join(assets, name), join(assets, renamed(name)))
}
