/** Makes the pages of the site out of the pages of the repository. Pure: what it reads and gives are texts. */
import { posix } from 'node:path'
import { Marked } from 'marked'
import { layout } from './layout.ts'
import { CHAPTERS, type Page } from './order.ts'

export interface Site {
  /** The text of each file by its path in the site. */
  files: Map<string, string>
  /** Files of the repository that pages show or link to; they keep their paths. */
  copied: Set<string>
}

/** The pages in reading order. `texts` are those of the repository by their paths; a page that is not there throws. */
export function pagesOf(texts: Map<string, string>): Page[] {
  return CHAPTERS.flatMap(({ title: chapter, pages }) =>
    pages
      .flatMap((path) =>
        path.endsWith('/') ? [...texts.keys()].filter((each) => each.startsWith(path)).sort() : [path],
      )
      .map((source) => {
        const text = texts.get(source)
        if (text === undefined) throw new Error(`${source} is in the order of the site and not there.`)
        return { source, path: placeOf(source), title: /^# (.+)$/m.exec(text)?.[1] ?? source, chapter }
      }),
  )
}

const placeOf = (source: string): string =>
  source === 'README.md' ? 'index.html' : source.replace(/\.md$/, '.html')

/** Makes all of the site. `hasFile` says whether the repository has a file that is no page. */
export function makeSite(texts: Map<string, string>, hasFile: (path: string) => boolean): Site {
  const pages = pagesOf(texts)
  const copied = new Set<string>()
  const files = new Map<string, string>()
  for (const [at, page] of pages.entries()) {
    const body = relinked(marked().parse(texts.get(page.source)!, { async: false }), page, (target) => {
      const found = pages.find(({ source }) => source === target || source.startsWith(`${target}/`))
      if (found) return found.path
      if (hasFile(target)) copied.add(target)
      return target
    })
    files.set(page.path, layout({ page, pages, body, before: pages[at - 1], after: pages[at + 1] }))
  }
  return { files, copied }
}

/** With the anchors that GitHub gives headings. A diagram stays the text that it is made of. */
function marked(): Marked {
  const used = new Map<string, number>()
  return new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const anchor = anchorOf(text)
        const times = used.get(anchor) ?? 0
        used.set(anchor, times + 1)
        const id = times === 0 ? anchor : `${anchor}-${times}`
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      table(token) {
        const cells = (row: typeof token.header, tag: string) =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')
        const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')
        const head = `<thead><tr>${cells(token.header, 'th')}</tr></thead>`
        return `<div class="wide" tabindex="0"><table>${head}<tbody>${rows}</tbody></table></div>\n`
      },
    },
  })
}

const anchorOf = (heading: string): string =>
  heading
    .replaceAll('`', '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Turns what a page links to and shows into where that is in the site. */
function relinked(html: string, { source, path }: Page, placed: (target: string) => string): string {
  return html.replace(/ (href|src|srcset)="([^"]+)"/g, (whole, attribute: string, target: string) => {
    if (/^([a-z]+:|#)/.test(target)) return whole
    const [file = '', heading] = target.split('#')
    const meant = posix.join(posix.dirname(source), decodeURI(file)).replace(/\/$/, '')
    const to = posix.relative(posix.dirname(path), placed(meant))
    return ` ${attribute}="${to}${heading ? `#${heading}` : ''}"`
  })
}
