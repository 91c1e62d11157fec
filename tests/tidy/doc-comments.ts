/** Doc comments stand alone in a hover, and every exported function and type has one. */
import { parseAst } from 'vitest/node'
import { type Finding, finding, isCode, lineAt, matches, type Source } from './source.ts'

/** Folders and files that are through with it. The rule holds for these; a ratchet: the list only grows. */
const DONE = ['src/', 'dashboard/']

/** First words by which a comment continues the name below it instead of standing alone. */
const FIRST_WORDS: Record<string, RegExp> = {
  'a headless relative':
    /^(what|whatever|whether|who|whoever|whom|whose|how|however|where|wherever|when|whenever|why|which|whichever)$/,
  'a preposition, conjunction or adverb':
    /^(about|above|after|against|also|among|as|at|because|before|behind|below|beside|besides|between|but|by|during|for|from|if|in|into|like|not|of|on|only|onto|or|out|over|per|since|so|than|through|till|to|towards?|under|unless|until|up|upon|while|with|within|without)$/,
  'a pronoun':
    /^(he|her|here|his|it|its|she|that|their|them|there|these|they|this|those|same|thus|too|we|you)$/,
}

/** Doc comments that begin a line, each with its text in one piece. */
export const docsOf = (text: string): { line: number; words: string }[] =>
  matches(text, /(?<=^[ \t]*)\/\*\*(?!\/)([\s\S]*?)\*\//gm).map(({ match, line }) => ({
    line,
    words: match[1]!.replace(/\n[ \t]*\* ?/g, ' ').trim(),
  }))

/** Names the kind of a wrong first word; null for a comment that begins with a verb, a noun or an article. */
export function wrongStart(words: string): string | null {
  const first = words
    .replace(/^the (?=same\b)/i, '')
    .match(/^[a-z]+(?![\w/`.(-])/i)?.[0]
    ?.toLowerCase()
  if (first === undefined) return null
  return Object.entries(FIRST_WORDS).find(([, pattern]) => pattern.test(first))?.[0] ?? null
}

interface Node {
  type: string
  start: number
  declaration?: Node | null
  declarations?: Node[]
  id?: { name?: string }
  init?: Node | null
}

const FUNCTIONS = ['ArrowFunctionExpression', 'FunctionExpression']

/** Lists exported functions and types that no doc comment stands above. */
export function bareExports({
  path,
  text,
}: Source): { kind: 'function' | 'type'; name: string; line: number }[] {
  const lang = path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js'
  const program = parseAst(text, { lang } as object, path) as { body: object[] } as { body: Node[] }
  const documented = new Set<string>()
  return program.body.flatMap(({ type, start, declaration }) => {
    if (type !== 'ExportNamedDeclaration' && type !== 'ExportDefaultDeclaration') return []
    const exported = declaration && exportOf(declaration)
    if (!exported) return []
    // An overload has its doc above the first of its signatures.
    const known =
      documented.has(exported.name) || /\/\*\*(?!\/)(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(text.slice(0, start))
    documented.add(exported.name)
    return known ? [] : [{ ...exported, line: lineAt(text, start) }]
  })
}

function exportOf(declaration: Node): { kind: 'function' | 'type'; name: string } | null {
  const [first] = declaration.declarations ?? []
  const name = declaration.id?.name ?? first?.id?.name ?? 'default'
  if (['FunctionDeclaration', 'TSDeclareFunction', ...FUNCTIONS].includes(declaration.type))
    return { kind: 'function', name }
  if (declaration.type === 'VariableDeclaration' && FUNCTIONS.includes(first?.init?.type ?? ''))
    return { kind: 'function', name }
  return /^TS(Interface|TypeAlias)Declaration$/.test(declaration.type) ? { kind: 'type', name } : null
}

export function docComments(sources: Source[], done = DONE): Finding[] {
  return sources
    .filter((source) => isCode(source) && done.some((folder) => source.path.startsWith(folder)))
    .flatMap((source) => [
      ...docsOf(source.text).flatMap(({ line, words }) => {
        const wrong = wrongStart(words)
        if (wrong === null) return []
        const said = `"${words.slice(0, 30)}" begins with ${wrong}`
        return [
          finding(source.path, line, `${said}: begin with a verb or a noun, to stand alone in a hover.`),
        ]
      }),
      ...bareExports(source).map(({ name, line }) =>
        finding(
          source.path,
          line,
          `exports ${name} without a doc comment: say what it takes, gives and refuses.`,
        ),
      ),
    ])
}
