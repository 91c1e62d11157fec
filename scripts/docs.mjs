// Writes the pages of docs/ that are made from the sources; with --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Page → the module that makes it, and its function. */
const PAGES = {
  'docs/life-of-a-ticket.md': ['tests/ticket/page.ts', 'lifeOfATicket'],
  'docs/settings.md': ['tests/tidy/made-pages.ts', 'settings'],
  'templates/config.schema.json': ['tests/tidy/made-pages.ts', 'configSchema'],
  'docs/ticket.md': ['tests/tidy/made-pages.ts', 'ticketCommands'],
}

for (const [page, [module, make]] of Object.entries(PAGES)) {
  const fresh = (await load(module))[make]()
  if (read(page) === fresh) continue
  if (process.argv.includes('--check')) {
    console.error(`${page} is out of date. Run 'npm run docs'.`)
    process.exitCode = 1
  } else {
    writeFileSync(join(root, page), fresh)
    console.error(`\u2022 Wrote ${page}`)
  }
}

/** A TypeScript module of ours, bundled in memory: Node 20 does not run TypeScript. */
async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [join(root, path)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    loader: { '.sql': 'text' },
    external: ['node:sqlite', '@photostructure/sqlite'],
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`)
}

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return null
  }
}
