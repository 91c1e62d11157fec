/** Files of the dashboard, behind a policy that lets a page load nothing else and run nothing that is not a file. */
import type { Context } from 'hono'
import { type Env, resource } from './route.ts'

/** File of the dashboard. */
export interface Asset {
  bytes: Uint8Array
  /** Compressed bytes; null where that gains nothing. */
  gzip: Uint8Array | null
  type: string
  /** True when its name changes with its content, so that a browser may cache it for ever. */
  immutable: boolean
}

/** Files by path, such as `/assets/main-1a2b.js`; every page is `/`. */
export type Assets = ReadonlyMap<string, Asset>

export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types swarm',
].join('; ')

/** Paths of other parts of the server: an unknown address below them is not a page. */
const NOT_PAGES = /^\/(api|agent|login|assets)(\/|$)|\.\w+$/

/** Former addresses of pages, which people may have saved. */
const MOVED: Readonly<Record<string, string>> = { '/lane': '/merge-queue' }

/** Serves the files to anybody: they hold no data, and their content comes from the API. */
export function dashboard(assets: Assets) {
  const app = resource()

  app.get('*', (c, next) => {
    const { path } = c.req
    const moved = MOVED[path]
    if (moved !== undefined) return c.redirect(moved + new URL(c.req.url).search, 301)
    const page = NOT_PAGES.test(path) ? undefined : assets.get('/')
    const asset = assets.get(path) ?? page
    return asset ? sent(c, asset) : next()
  })

  return app
}

function sent(c: Context<Env>, { bytes, gzip, type, immutable }: Asset) {
  const headers: Record<string, string> = {
    'content-type': type,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': PAGE_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    vary: 'accept-encoding',
  }
  const packed = gzip !== null && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  if (packed) headers['content-encoding'] = 'gzip'
  return c.body(new Uint8Array(packed ? gzip : bytes), 200, headers)
}
