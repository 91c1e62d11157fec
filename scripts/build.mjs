// Bundles the programs into dist/. Pure-JavaScript packages are bundled; native ones stay outside.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { build as buildPages } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

/** Names this build: a digest of what it is made from. */
const name = digestOf([
  'src',
  'dashboard',
  'demo',
  'templates',
  'scripts',
  'package.json',
  'package-lock.json',
])
const define = { SWARM_BUILD: JSON.stringify(name) }

const shared = {
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  target: 'node20',
  loader: { '.sql': 'text' },
  external: ['@photostructure/sqlite', '@napi-rs/keyring', 'node:sqlite'],
  logLevel: 'warning',
  absWorkingDir: root,
  define,
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

const modules = {
  ...shared,
  format: 'esm',
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  // Some bundled packages are CommonJS and call require().
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
}
await build({ ...modules, entryPoints: { swarm: 'src/main/swarm-start.ts' }, banner: {} })
await build({
  ...modules,
  entryPoints: { pieces: 'src/main/swarm.ts', demo: 'demo/demo.ts' },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
})
await build({ ...modules, entryPoints: { whole: 'src/main/swarm.ts' } })

// The dashboard, whose elements are all made by its own `jsx`. No preload polyfill: it would be an inline script, which the pages' policy forbids. Its warnings are
// about markers for servers in packages that run in browsers only.
const pages = join(dist, 'pages')
await buildPages({
  root: join(root, 'dashboard'),
  configFile: false,
  logLevel: 'error',
  oxc: { jsx: { runtime: 'automatic', importSource: 'dashboard-text' } },
  resolve: { alias: { 'dashboard-text': join(root, 'dashboard', 'text') } },
  define,
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
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
writeFileSync(join(dist, 'build.json'), `${JSON.stringify({ version, build: name })}\n`)
writeFileSync(join(dist, '.built'), '')

/** Of all files at these paths: their names and what is in them. */
function digestOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`)
    } else
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(root, path)))
        .update('\0')
  }
  paths.forEach(add)
  return hash.digest('hex').slice(0, 12)
}
