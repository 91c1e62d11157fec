/** The table of threats in docs/security.md names tests that are there. */
import { type Finding, finding, linesOf, type Source } from './source.ts'
import { hasTest, hasWay } from './titles.ts'

const PAGE = 'docs/security.md'
const ROW = /^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$/

/** Rows are numbered without gaps; each has what stands against it, and a test or a way of the escape suite. */
export function threats(sources: Source[]): Finding[] {
  const page = sources.find(({ path }) => path === PAGE)
  if (!page) return []
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  const rows = page.text.split('\n').flatMap((line, at) => {
    const row = ROW.exec(line)
    return row ? [{ number: Number(row[1]), tests: row[4]!, line: at + 1 }] : []
  })
  if (rows.length === 0) return [finding(PAGE, linesOf(page.text), 'has no table of threats any more.')]
  return rows.flatMap(({ number, tests, line }, at) => {
    const named = namedIn(tests)
    const found: Finding[] = []
    if (number !== at + 1) found.push(finding(PAGE, line, `should be number ${at + 1}: no gaps, no doubles.`))
    if (named.length === 0) found.push(finding(PAGE, line, 'names no test that attacks it: write one.'))
    const missing = named.filter(({ file, title }) => !isThere(file, title, texts.get(file)))
    for (const { file, title } of missing)
      found.push(
        finding(PAGE, line, `names '${title}' of ${file}, which is not there: name what took its place.`),
      )
    return found
  })
}

/** Code spans: a file, then the titles in it. */
function namedIn(cell: string): { file: string; title: string }[] {
  let file = ''
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, span]) => {
    if (!span!.startsWith('tests/')) return [{ file, title: span! }]
    file = span!
    return []
  })
}

function isThere(file: string, title: string, text = ''): boolean {
  return file.startsWith('tests/escape/') ? hasWay(text, title) : hasTest(text, title)
}
