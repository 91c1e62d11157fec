/** The built dashboard, read once. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
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

/** Empty where the dashboard is not built, as when the sources run by themselves. */
export function dashboardAssets(folder = besideTemplates('pages')): Assets {
  if (!existsSync(folder)) return new Map()
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => extname(name) in TYPES)
  return new Map(files.map((name) => [name === 'index.html' ? '/' : `/${name}`, assetAt(folder, name)]))
}

function assetAt(folder: string, name: string): Asset {
  const packed = join(folder, `${name}.gz`)
  return {
    bytes: readFileSync(join(folder, name)),
    gzip: existsSync(packed) ? readFileSync(packed) : null,
    type: TYPES[extname(name)]!,
    immutable: name.startsWith('assets/'),
  }
}
