/** Built dashboard, read once. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Asset, Assets } from '../../api/dashboard.ts'
import { besideTemplates } from '../machine/templates.ts'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/**
 * Every page by its address. A file that ends in `.gz` is the packed form of the page that it is named after. Empty where
 * the dashboard is not built, as when the sources run by themselves.
 */
export function dashboardAssets(folder = besideTemplates('pages')): Assets {
  if (!existsSync(folder)) return new Map()
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => extname(pageOf(name)) in TYPES)
  return new Map(files.map((name) => [addressOf(pageOf(name)), assetAt(folder, name)]))
}

const PACKED = '.gz'

const pageOf = (file: string): string =>
  file.replaceAll('\\', '/').slice(0, file.endsWith(PACKED) ? -PACKED.length : undefined)

const addressOf = (page: string): string => (page === 'index.html' ? '/' : `/${page}`)

function assetAt(folder: string, file: string): Asset {
  const stored = readFileSync(join(folder, file))
  const isPacked = file.endsWith(PACKED)
  const page = pageOf(file)
  return {
    bytes: isPacked ? gunzipSync(stored) : stored,
    gzip: isPacked ? stored : null,
    type: TYPES[extname(page)]!,
    immutable: page.startsWith('assets/'),
  }
}
