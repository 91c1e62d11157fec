/** What a file of code does, as far as the rules ask: read from its syntax tree, not guessed from its text. */
import { posix } from 'node:path'
import { parseAst } from 'vitest/node'
import { lineAt, type Source } from './source.ts'

export interface Import {
  /** As written: `./x.ts`, `node:fs`, `zod`. */
  specifier: string
  /** The file it means, from the root, when it is one of ours. */
  file: string | null
  names: string[]
  typeOnly: boolean
  /** Loaded only when it is called for. */
  lazy: boolean
  line: number
}

export interface Code {
  imports: Import[]
  functions: { name: string; line: number; lines: number; suite: boolean }[]
  classes: { name: string; parent: string | null; line: number }[]
  /** Names and members that are used as values: `process`, `process.env`, `Date.now`. */
  uses: { name: string; line: number }[]
  /** `new Date()` and `Date()`, without an argument. */
  clocks: number[]
  /** Members that are taken out of an object: `const { advance } = repo`; `of` is null when it has no name. */
  taken: { name: string; of: string | null; line: number }[]
  /** How many methods each declares itself, beside those of what it extends. */
  interfaces: { name: string; methods: number; line: number }[]
  /** Whether it does nothing but pass on what other files export. */
  barrel: boolean
}

interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

const cache = new WeakMap<Source, Code>()

export function codeOf(source: Source): Code {
  const known = cache.get(source)
  if (known) return known
  const code = read(source)
  cache.set(source, code)
  return code
}

function read({ path, text }: Source): Code {
  const lang = path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js'
  const program: unknown = parseAst(text, { lang } as object, path)
  if (!isNode(program)) throw new Error(`${path} has no syntax tree.`)
  const code: Code = {
    imports: [],
    functions: [],
    classes: [],
    uses: [],
    clocks: [],
    taken: [],
    interfaces: [],
    barrel: false,
  }
  const line = (node: Node) => lineAt(text, node.start)
  walk(program, null, (node, parent) => {
    const found = importOf(node, path)
    if (found) code.imports.push({ ...found, line: line(node) })
    if (FUNCTIONS.has(node.type)) {
      const lines = lineAt(text, node.end) - line(node) + 1
      code.functions.push({ name: nameOf(node, parent), line: line(node), lines, suite: isSuite(node) })
    }
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression')
      code.classes.push({ name: nameOf(node, parent), parent: name(node.superClass), line: line(node) })
    const used = useOf(node, parent)
    if (used) code.uses.push({ name: used, line: line(node) })
    if (isClock(node)) code.clocks.push(line(node))
    if (node.type === 'ObjectPattern')
      for (const property of node.properties as Node[])
        code.taken.push({ name: name(property.key) ?? '', of: name(parent?.init), line: line(property) })
  })
  const body = program.body as Node[]
  code.interfaces = body
    .map((node) => (isNode(node.declaration) ? node.declaration : node))
    .filter(({ type }) => type === 'TSInterfaceDeclaration')
    .map((node) => ({ name: name(node.id) ?? '', methods: methodsOf(node), line: line(node) }))
  code.barrel = body.length > 0 && body.every(isPassedOn)
  return code
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Types are no values: what is named in them is not used. */
const isType = (node: Node): boolean =>
  node.type.startsWith('TS') &&
  !['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(node.type)

function walk(node: Node, parent: Node | null, visit: (node: Node, parent: Node | null) => void) {
  if (isType(node)) return
  visit(node, parent)
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node, visit)
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/** The name of an identifier or the value of a string; null for anything else. */
function name(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Identifier') return node.name as string
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : null
}

function nameOf(node: Node, parent: Node | null): string {
  return name(node.id) ?? name(parent?.id) ?? name(parent?.key) ?? 'an anonymous function'
}

function importOf(node: Node, path: string): Omit<Import, 'line'> | null {
  const specifier = name(node.source)
  if (specifier === null) return null
  const specifiers = (node.specifiers as Node[] | undefined) ?? []
  const kinds = specifiers.map(({ importKind, exportKind }) => importKind ?? exportKind)
  const whole = node.importKind === 'type' || node.exportKind === 'type'
  return {
    specifier,
    lazy: node.type === 'ImportExpression',
    file: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null,
    names: specifiers.map(({ imported, local }) => name(imported) ?? name(local) ?? '*'),
    typeOnly: whole || (kinds.length > 0 && kinds.every((kind) => kind === 'type')),
  }
}

function useOf(node: Node, parent: Node | null): string | null {
  if (node.type === 'MemberExpression') {
    const [object, property] = [name(node.object), name(node.property)]
    return property === null ? null : `${object ?? ''}.${property}`
  }
  if (node.type !== 'Identifier') return null
  if (parent?.type === 'MemberExpression' && parent.property === node && parent.computed !== true) return null
  if (parent?.type === 'Property' && parent.key === node && parent.shorthand !== true) return null
  return name(node)
}

/** Members that are called: `read(path: string): string`, and `read: (path: string) => string`. */
function methodsOf(node: Node): number {
  const members = (node.body as Node).body as Node[]
  return members.filter(({ type, typeAnnotation }) => {
    const of = isNode(typeAnnotation) ? (typeAnnotation.typeAnnotation as Node) : null
    return type === 'TSMethodSignature' || (type === 'TSPropertySignature' && of?.type === 'TSFunctionType')
  }).length
}

const isClock = (node: Node): boolean =>
  (node.type === 'NewExpression' || node.type === 'CallExpression') &&
  name(node.callee) === 'Date' &&
  (node.arguments as Node[]).length === 0

const isPassedOn = ({ type, source }: Node): boolean =>
  type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && isNode(source))

/** A function that holds tests is as long as they are many. */
function isSuite(fn: Node): boolean {
  let found = false
  walk(fn, null, (node) => {
    if (node.type !== 'CallExpression') return
    let callee = node.callee as Node
    while (isNode(callee.object) || isNode(callee.callee) || isNode(callee.tag))
      callee = (callee.object ?? callee.callee ?? callee.tag) as Node
    if (['describe', 'it', 'test'].includes(name(callee) ?? '')) found = true
  })
  return found
}
