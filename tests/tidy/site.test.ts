import { statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LEFT_OUT } from '../../scripts/site/order.ts'
import { makeSite, pagesOf } from '../../scripts/site/site.ts'
import { ROOT, tree } from './source.ts'

const texts = new Map(
  tree()
    .filter(({ path }) => path.endsWith('.md'))
    .map(({ path, text }) => [path, text]),
)
const isFile = (path: string) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false
const pages = pagesOf(texts)
const { files, copied } = makeSite(texts, isFile)

/** What a page links to or shows, of its own site. */
const targetsOf = (html: string): string[] =>
  [...html.matchAll(/ (?:href|src|srcset)="([^"]+)"/g)]
    .map((match) => match[1]!)
    .filter((to) => !/^[a-z]+:/.test(to))

describe('the site', () => {
  it('has every page for readers, each once', () => {
    const wanted = [...texts.keys()].filter((path) => !LEFT_OUT.some((left) => path.startsWith(left)))
    expect(pages.map(({ source }) => source).sort()).toEqual(wanted.sort())
  })

  it('leads nowhere but to its own pages, headings and files', () => {
    const wrong = [...files].flatMap(([path, html]) =>
      targetsOf(html).flatMap((target) => {
        const [file = '', heading] = target.split('#')
        const meant = file === '' ? path : posix.join(posix.dirname(path), file)
        const page = files.get(meant)
        if (page === undefined) return copied.has(meant) && !heading ? [] : [`${path}: ${target}`]
        return !heading || page.includes(` id="${heading}"`) ? [] : [`${path}: ${target}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('is read in one order, from the first page to the last', () => {
    const next = (path: string) => / rel="next" href="([^"]+)"/.exec(files.get(path)!)?.[1]
    const read = ['index.html']
    for (let to = next(read[0]!); to; to = next(read.at(-1)!))
      read.push(posix.join(posix.dirname(read.at(-1)!), to))
    expect(read).toEqual(pages.map(({ path }) => path))
    const at = (source: string) => pages.findIndex((page) => page.source === source)
    expect(at('CONTEXT.md')).toBeLessThan(at('docs/settings.md'))
  })

  it('shows tables and code as such, and says in its contents where one is', () => {
    expect(files.get('docs/settings.html')).toContain('<td><code>agents</code></td>')
    expect(files.get('docs/guide.html')).toContain('<a href="guide.html" aria-current="page">Guide</a>')
  })
})
