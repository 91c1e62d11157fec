/** `npm run site`: writes the pages as a small static site into `.cache/site/`. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CHAPTERS } from './order.ts'
import { makeSite } from './site.ts'

const ROOT = process.cwd()
const OUT = join(ROOT, '.cache', 'site')

const sources = CHAPTERS.flatMap(({ pages }) => pages).flatMap((path) =>
  path.endsWith('/') ? readdirSync(join(ROOT, path)).map((name) => `${path}${name}`) : [path],
)
const texts = new Map(sources.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]))
const isFile = (path: string) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false

const { files, copied } = makeSite(texts, isFile)
rmSync(OUT, { recursive: true, force: true })
for (const [path, text] of files) {
  mkdirSync(dirname(join(OUT, path)), { recursive: true })
  writeFileSync(join(OUT, path), text)
}
for (const path of copied) cpSync(join(ROOT, path), join(OUT, path), { recursive: true })
console.error(`\u2022 Wrote ${files.size} pages. Open ${join('.cache', 'site', 'index.html')}`)
