/** What is around the text of a page: its head, the contents at its side, and the way to its neighbours. */
import { posix } from 'node:path'
import { CHAPTERS, type Page } from './order.ts'

export interface Around {
  page: Page
  pages: Page[]
  /** The page itself, as HTML. */
  body: string
  before?: Page
  after?: Page
}

/** Gives the whole document. */
export function layout({ page, pages, body, before, after }: Around): string {
  const to = (other: Page) => posix.relative(posix.dirname(page.path), other.path)
  const link = (other: Page) =>
    `<a href="${to(other)}"${other === page ? ' aria-current="page"' : ''}>${escaped(other.title)}</a>`
  const chapters = CHAPTERS.map(({ title }) => {
    const own = pages.filter(({ chapter }) => chapter === title)
    const open = own.length < MANY || own.includes(page) ? ' open' : ''
    const items = own.map((each) => `<li>${link(each)}</li>`).join('')
    return `<details${open}><summary>${escaped(title)}</summary><ul>${items}</ul></details>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}${page.title === 'swarm' ? '' : ' · swarm'}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#text">To the text</a>
<nav aria-label="Contents">${chapters.join('\n')}</nav>
<main id="text">
${body}
<nav class="on" aria-label="Neighbours">
${before ? `<a rel="prev" href="${to(before)}">← ${escaped(before.title)}</a>` : '<span></span>'}
${after ? `<a rel="next" href="${to(after)}">${escaped(after.title)} →</a>` : ''}
</nav>
</main>
</body>
</html>
`
}

/** A chapter with so many pages is folded up elsewhere. */
const MANY = 8

const escaped = (text: string): string =>
  text.replaceAll('`', '').replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

const STYLE = `:root{color-scheme:light dark;--g:#fff;--s:#f5f6f8;--l:#dde1e7;--i:#1d2530;--q:#5b6673;--a:#1f5fc9}
@media (prefers-color-scheme:dark){:root{--g:#12161c;--s:#1b212a;--l:#333c48;--i:#e6eaf0;--q:#98a3b1;--a:#84b0ff}}
*{box-sizing:border-box}body{margin:0;display:grid;grid-template-columns:17rem minmax(0,1fr);background:var(--g);color:var(--i);font:16px/1.6 ui-sans-serif,system-ui,sans-serif}
a{color:var(--a)}body>nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.5rem 1rem;background:var(--s);border-right:1px solid var(--l);font-size:.9rem}
nav ul{list-style:none;margin:0 0 .8rem;padding:0 0 0 .9rem}nav li a{display:block;padding:.12rem 0;text-decoration:none}nav a[aria-current]{font-weight:700;color:var(--i)}
summary{font-weight:600;cursor:pointer}main{max-width:54rem;padding:2rem clamp(1rem,4vw,3rem) 4rem}
h1,h2,h3{line-height:1.25;scroll-margin-top:1rem}h2{margin-top:2.4rem;border-top:1px solid var(--l);padding-top:1.2rem}
code{font:.88em ui-monospace,Menlo,Consolas,monospace;background:var(--s);padding:.1em .3em;border-radius:4px}
pre{background:var(--s);border:1px solid var(--l);border-radius:8px;padding:.9rem 1rem;overflow:auto;line-height:1.4}pre code{background:none;padding:0}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem}th,td{border:1px solid var(--l);padding:.4rem .6rem;text-align:left;vertical-align:top}
img{max-width:100%;height:auto}blockquote{margin:1rem 0;padding:.1rem 1rem;border-left:4px solid var(--a);background:var(--s)}
.on{display:flex;justify-content:space-between;gap:1rem;margin-top:3rem;border-top:1px solid var(--l);padding-top:1rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--g);padding:.4rem;z-index:1}
@media (max-width:50rem){body{display:block}body>nav{position:static;height:auto;max-height:40vh}}`
