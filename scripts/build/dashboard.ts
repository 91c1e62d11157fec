/** Bundles the dashboard into the files that the server gives to browsers. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type InlineConfig, type Plugin } from 'vite'

/** What holds for the dashboard wherever it is made. Its elements are all made by its own `jsx`. */
export const DASHBOARD: InlineConfig = {
  root: resolve('dashboard'),
  configFile: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'dashboard-text', development: false } },
  resolve: { alias: { 'dashboard-text': resolve('dashboard', 'text') } },
}

/** What gzip makes smaller; the server unpacks it for whoever cannot. */
const TEXT = /\.(js|css|html|svg|webmanifest)$/

interface Wanted {
  /** The folder that the pages are written into. */
  folder: string
  /** Names that are constants in the pages, with their values as source text. */
  define: Record<string, string>
}

/** Writes the pages, text files as `.gz` only. Gives the paths of the files that went in, as vite names them. */
export async function buildDashboard({ folder, define }: Wanted): Promise<string[]> {
  const taken: string[] = []
  await build({
    ...DASHBOARD,
    // Its warnings are about markers for servers in packages that run in browsers only.
    logLevel: 'error',
    define,
    plugins: [note(taken)],
    build: {
      outDir: resolve(folder),
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      // No polyfill: it would be an inline script, which the pages' policy forbids.
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 600,
    },
  })
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (TEXT.test(name)) {
      writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }))
      rmSync(join(folder, name))
    }
  return taken
}

/** Adds the modules of all chunks to a list. */
const note = (taken: string[]): Plugin => ({
  name: 'note-modules',
  generateBundle(_, chunks) {
    for (const chunk of Object.values(chunks))
      if (chunk.type === 'chunk') taken.push(...Object.keys(chunk.modules))
  },
})
