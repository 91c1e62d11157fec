/**
 * Markdown as elements. The parser gives tokens and each becomes an element of ours: no HTML is ever made or read, so
 * there is nothing to sanitise. HTML in the text is shown as text. Each paragraph, heading, list and cell takes the
 * direction of its own text.
 */
import { marked, type Token, type Tokens } from 'marked'
import { createElement, Fragment, type ReactNode, useMemo } from 'react'
import { visible } from '../../src/ticket/visible.ts'
import { Link } from '../shell/link.tsx'

/** Shows Markdown. */
export function MarkdownTokens({ text }: { text: string }) {
  const tokens = useMemo(() => marked.lexer(visible(text), { gfm: true, breaks: true }), [text])
  return <div className="markdown">{blocks(tokens)}</div>
}

/** Draws children one by one, so that they need no keys: the tokens of a text never change places. */
const row = (children: ReactNode[]): ReactNode => createElement(Fragment, null, ...children)

const all = (tokens: Token[] | undefined, render: (token: Token) => ReactNode): ReactNode =>
  row(tokens?.map(render) ?? [])

const blocks = (tokens: Token[] | undefined): ReactNode => all(tokens, block)
const inlines = (tokens: Token[] | undefined): ReactNode => all(tokens, inline)

function block(token: Token): ReactNode {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      return heading(token as Tokens.Heading)
    case 'paragraph':
      return <p dir="auto">{inlines(token.tokens)}</p>
    case 'code':
      return code(token as Tokens.Code)
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>
    case 'list':
      return list(token as Tokens.List)
    case 'table':
      return table(token as Tokens.Table)
    case 'hr':
      return <hr />
    default:
      return 'tokens' in token && token.tokens ? inlines(token.tokens) : <p dir="auto">{plain(token)}</p>
  }
}

/** Draws code; a script, which only a scripted agent reads, is folded. */
function code({ lang, text }: Tokens.Code): ReactNode {
  const written = (
    <pre>
      <code>{text}</code>
    </pre>
  )
  if (lang !== 'script') return written
  return (
    <details className="markdown-script">
      <summary>Script for the scripted agent</summary>
      {written}
    </details>
  )
}

/** Draws a heading below the page's own first and second ones. */
function heading({ depth, tokens }: Tokens.Heading): ReactNode {
  if (depth === 1) return <h3 dir="auto">{inlines(tokens)}</h3>
  return depth === 2 ? <h4 dir="auto">{inlines(tokens)}</h4> : <h5 dir="auto">{inlines(tokens)}</h5>
}

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const entries = row(items.map(item))
  return ordered ? (
    <ol dir="auto" start={Number(start) || 1}>
      {entries}
    </ol>
  ) : (
    <ul dir="auto">{entries}</ul>
  )
}

/** Draws an item. Its place follows its list's direction, its text has its own. */
const item = ({ task, checked, tokens }: Tokens.ListItem): ReactNode => (
  <li data-task={task || undefined}>
    {task && <input type="checkbox" checked={checked === true} disabled aria-label="Done" />}
    {all(tokens, (token) =>
      token.type === 'text' ? <span className="markdown-item">{inline(token)}</span> : block(token),
    )}
  </li>
)

/** Draws a table; a wide one scrolls by itself. */
const table = ({ header, rows }: Tokens.Table): ReactNode => (
  <div className="markdown-table">
    <table>
      <thead>
        <tr>{row(header.map(head))}</tr>
      </thead>
      <tbody>{row(rows.map(line))}</tbody>
    </table>
  </div>
)

const head = ({ tokens }: Tokens.TableCell): ReactNode => (
  <th scope="col" dir="auto">
    {inlines(tokens)}
  </th>
)
const line = (cells: Tokens.TableCell[]): ReactNode => <tr>{row(cells.map(field))}</tr>
const field = ({ tokens }: Tokens.TableCell): ReactNode => <td dir="auto">{inlines(tokens)}</td>

function inline(token: Token): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>
    case 'em':
      return <em>{inlines(token.tokens)}</em>
    case 'del':
      return <del>{inlines(token.tokens)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'checkbox':
      return null
    case 'link':
      return linked(token.href, inlines(token.tokens))
    case 'image':
      return linked(token.href, token.text || token.href)
    case 'text':
      return token.tokens ? inlines(token.tokens) : numbered(plain(token))
    default:
      return plain(token)
  }
}

/** Draws a link to the web, to mail, or within the dashboard; anything else stays text. Pictures are links, too. */
function linked(href: string, content: ReactNode): ReactNode {
  if (/^\/(?!\/)/.test(href)) return <Link to={href}>{content}</Link>
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return <>{content}</>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {content}
    </a>
  )
}

/** Draws `#12` as a link to the ticket. */
const numbered = (text: string): ReactNode => row(text.split(/((?<![\w/&])#[1-9]\d{0,8}\b)/).map(part))

const part = (text: string, index: number): ReactNode =>
  index % 2 === 0 ? text : <Link to={`/tickets/${text.slice(1)}`}>{text}</Link>

const plain = (token: Token): string => unescaped('text' in token ? String(token.text) : token.raw)

/** Entities that people write by hand, as in any Markdown; the lexer leaves characters unchanged. */
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }
const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
