/** File `.swarm/config.json`: JSON that may have comments and a last comma. */
import {
  applyEdits,
  modify,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'

/** Entry of the file, with its line. */
export interface Entry {
  name: string
  value: unknown
  line: number
}

/** Result of parsing: the entries, or the mistakes. */
export type Parsed = { entries: Entry[] } | { mistakes: { line: number; says: string }[] }

/** Maximum number of opened lists and objects: the parser recurses as deep as they are nested. */
const MOST_OPENED = 2000

/** Parses the file into its entries, in order, or into its mistakes. */
export function parseConfig(source: string): Parsed {
  const text = source.replace(/^\uFEFF/, ' ')
  if ((text.match(/[[{]/g) ?? []).length > MOST_OPENED)
    return { mistakes: [{ line: 1, says: 'it has too many lists and objects' }] }
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true })
  const first = errors[0]
  if (first)
    return { mistakes: [{ line: lineAt(text, first.offset), says: SYNTAX[nameOf(first.error)] ?? OTHER }] }
  if (!tree) return { mistakes: [{ line: 1, says: 'it is empty; write {} to use all defaults' }] }
  if (tree.type !== 'object')
    return {
      mistakes: [{ line: lineAt(text, tree.offset), says: 'the settings must stand between { and }' }],
    }
  const entries = (tree.children ?? []).map((property) => entryOf(text, property))
  const again = entries.filter(({ name }, index) => entries.findIndex((each) => each.name === name) < index)
  if (again.length > 0)
    return { mistakes: again.map(({ name, line }) => ({ line, says: `"${name}" is set twice` })) }
  return { entries }
}

/** Changes or adds one setting in a text; comments and order stay. Undefined removes it. */
export function withSetting(text: string, name: string, value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' }
  return applyEdits(text, modify(text, [name], value, { formattingOptions }))
}

function entryOf(text: string, property: Node): Entry {
  const [name, value] = property.children ?? []
  return { name: String(name?.value), value: value && plain(value), line: lineAt(text, property.offset) }
}

function plain(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plain)
  if (node.type !== 'object') return node.value
  return Object.fromEntries(
    (node.children ?? []).map(({ children: [name, value] = [] }) => [name?.value, value && plain(value)]),
  )
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length

const nameOf = (code: ParseErrorCode) => printParseErrorCode(code)

const OTHER = 'this is not JSON'

const SYNTAX: Record<string, string> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing before this',
  CloseBraceExpected: 'the closing } is missing',
  CloseBracketExpected: 'the closing ] is missing',
  EndOfFileExpected: 'there is text after the closing }',
  PropertyNameExpected: 'the name of a setting, in double quotes, is missing',
  ValueExpected: 'a value is missing',
  UnexpectedEndOfString: 'a closing " is missing',
  UnexpectedEndOfComment: 'a comment is not closed',
}
