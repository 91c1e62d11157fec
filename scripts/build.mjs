// Bundles the programs into dist/. Pure-JavaScript packages are bundled; native ones stay outside.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { build as buildPages } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

const shared = {
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  target: 'node20',
  loader: { '.sql': 'text' },
  external: ['@photostructure/sqlite', '@napi-rs/keyring', 'node:sqlite'],
  logLevel: 'warning',
  absWorkingDir: root,
}

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)

// `ticket` starts many times a minute: one function in one file, and what V8 makes of it. Latin-1, so that the file is
// its text without any decoding.
await build({
  ...shared,
  entryPoints: { ticket: 'src/main/ticket-start.ts', 'ticket-program': 'src/main/ticket.ts' },
  format: 'cjs',
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  charset: 'ascii',
  minify: true,
})
const program = join(dist, 'ticket-program.cjs')
writeFileSync(program, `(function(require,__dirname){${readFileSync(program, 'utf8')}\n})`)
execFileSync(process.execPath, [join(root, 'scripts', 'warm-ticket.cjs'), dist], {
  stdio: ['ignore', 'ignore', 'inherit'],
})

// The scripted agent runs inside sandboxes, alone.
// The interviewer's way to end the interview is started by its harness, alone, too.
await build({
  ...shared,
  entryPoints: {
    'scripted-agent': 'src/harnesses/scripted/agent.ts',
    'interview-mcp': 'src/main/interview/mcp.ts',
  },
  format: 'cjs',
  outdir: dist,
  outExtension: { '.js': '.cjs' },
})

await build({
  ...shared,
  entryPoints: { swarm: 'src/main/swarm.ts', demo: 'demo/demo.ts' },
  format: 'esm',
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Some bundled packages are CommonJS and call require().
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
})

// The dashboard. No preload polyfill: it would be an inline script, which the pages' policy forbids. Its warnings are
// about markers for servers in packages that run in browsers only.
const pages = join(dist, 'pages')
await buildPages({
  root: join(root, 'dashboard'),
  configFile: false,
  logLevel: 'error',
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: pages,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
})
for (const name of readdirSync(pages, { recursive: true, encoding: 'utf8' }))
  if (/\.(js|css|html|svg|webmanifest)$/.test(name))
    writeFileSync(join(pages, `${name}.gz`), gzipSync(readFileSync(join(pages, name)), { level: 9 }))

cpSync(join(root, 'templates'), join(dist, 'templates'), { recursive: true })
for (const bin of ['ticket.cjs', 'swarm.mjs']) chmodSync(join(dist, bin), 0o755)
writeFileSync(join(dist, '.built'), '')
