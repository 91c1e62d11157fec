/** Code without its comments and the content of its texts, so that only executed code is looked at. */

interface Language {
  /** Pattern of everything that begins a comment or a text. */
  opener: RegExp
  /** Beginnings of comments of one line. */
  lines: readonly string[]
  /** Delimiters of comments of several lines, and of texts of several lines. */
  blocks: Readonly<Record<string, string>>
  texts: Readonly<Record<string, string>>
  /** Delimiters of texts that end on their line. */
  quotes: readonly string[]
  /** True when `/` may begin a regular expression. */
  hasPatterns: boolean
}

const language = (about: Partial<Omit<Language, 'opener'>>): Language => {
  const { lines = [], blocks = {}, texts = {}, quotes = [`"`, `'`], hasPatterns = false } = about
  const signs = [...lines, ...Object.keys(blocks), ...Object.keys(texts), ...quotes]
  const longestFirst = signs.sort((one, other) => other.length - one.length).map(literal)
  const opener = new RegExp([...longestFirst, ...(hasPatterns ? ['/'] : [])].join('|'), 'g')
  return { opener, lines, blocks, texts, quotes, hasPatterns }
}

const literal = (sign: string) => sign.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const C = { lines: ['//'], blocks: { '/*': '*/' } }
const THRICE = { '"""': '"""', "'''": "'''" }

const LANGUAGES: [name: RegExp, Language][] = [
  [/\.([cm]?[jt]sx?|vue|svelte)$/i, language({ ...C, texts: { '`': '`' }, hasPatterns: true })],
  [/\.go$/i, language({ ...C, texts: { '`': '`' } })],
  // A lone mark is a lifetime there.
  [/\.(rs|zig)$/i, language({ ...C, quotes: ['"'] })],
  [/\.(java|kts?|groovy|scala|swift|dart|cs)$/i, language({ ...C, texts: THRICE })],
  [/\.php$/i, language({ ...C, lines: ['//', '# '] })],
  [/\.(c|cc|cpp|cxx|h|hpp|m)$/i, language(C)],
  [/\.py$/i, language({ lines: ['#'], texts: THRICE })],
  [/\.rb$/i, language({ lines: [' #', '\n#'], blocks: { '\n=begin': '\n=end' } })],
  [/\.exs?$/i, language({ lines: [' #', '\n#'], texts: THRICE })],
  [/\.(lua|sql)$/i, language({ lines: ['--'], blocks: { '--[[': ']]', '/*': '*/' } })],
  [/\.hs$/i, language({ lines: ['--'], blocks: { '{-': '-}' }, quotes: ['"'] })],
  [/\.(ml|fs)$/i, language({ lines: ['//'], blocks: { '(*': '*)' }, quotes: ['"'] })],
  [/\.erl$/i, language({ lines: ['%'], quotes: ['"'] })],
  [/\.clj[cs]?$/i, language({ lines: [';'], quotes: ['"'] })],
  [/\.feature$/i, language({ lines: [' #', '\n#'], quotes: [] })],
]
const SHELL = language({ lines: [' #', '\n#', '\t#'] })

/** Keeps the lines, with nothing but code on them; texts are empty. An unknown language is read as shell. */
export function codeOf(path: string, text: string): string {
  const known = LANGUAGES.find(([name]) => name.test(path))?.[1] ?? SHELL
  // So that what must stand at the beginning of a line may stand at the beginning of the file.
  return strip(`\n${text}`, known).slice(1)
}

/**
 * Removes comments and texts. It only moves forward, and searches for no end twice: the author may want it to be slow.
 */
function strip(text: string, { opener, lines, blocks, texts, quotes, hasPatterns }: Language): string {
  const find = finderIn(text)
  const kept: string[] = []
  let at = 0
  for (;;) {
    opener.lastIndex = at
    const found = opener.exec(text)
    if (found === null) return [...kept, text.slice(at)].join('')
    const [sign] = found
    const start = found.index
    const inner = start + sign.length
    kept.push(text.slice(at, start))
    const lineEnd = find('\n', inner)
    if (lines.includes(sign)) {
      kept.push(sign.startsWith('\n') ? '\n' : '')
      at = lineEnd
    } else if (sign in blocks || sign in texts) {
      const closer = (blocks[sign] ?? texts[sign]) as string
      const end = sign in blocks ? find(closer, inner) : unescaped(text, find, closer, inner)
      const isOpen = end >= text.length
      const left = isOpen ? '' : text.slice(start, end).replaceAll(/[^\n]+/g, '')
      kept.push(isOpen ? sign : sign in blocks ? left : `${sign}${left}${closer}`)
      at = isOpen ? inner : end + closer.length
    } else if (quotes.includes(sign)) {
      const end = unescaped(text, find, sign, inner)
      kept.push(end < lineEnd ? sign + sign : sign)
      at = end < lineEnd ? end + 1 : lineEnd
    } else if (hasPatterns && mayPattern(kept)) at = patternEnd(text, inner, lineEnd)
    else {
      kept.push(sign)
      at = inner
    }
  }
}

type Find = (what: string, from: number) => number

/** Makes a function that finds the next place of a text, or the text's length; calls must be in rising order. */
function finderIn(text: string): Find {
  const known = new Map<string, number>()
  return (what, from) => {
    const last = known.get(what)
    if (last !== undefined && last >= from) return last
    const found = text.indexOf(what, from)
    const place = found === -1 ? text.length : found
    known.set(what, place)
    return place
  }
}

function unescaped(text: string, find: Find, closer: string, from: number): number {
  for (let at = find(closer, from); ; at = find(closer, at + 1)) {
    if (at >= text.length) return at
    let signs = at
    while (signs > from && text[signs - 1] === '\\') signs--
    if ((at - signs) % 2 === 0) return at
  }
}

/** True where `/` begins a regular expression: after signs that no value can precede. */
function mayPattern(kept: readonly string[]): boolean {
  const before = kept.slice(-4).join('').trimEnd()
  return before === '' || /[=(,:[!&|?{};+]$|=>$|\b(return|typeof|case)$/.test(before.slice(-8))
}

function patternEnd(text: string, from: number, lineEnd: number): number {
  let isInClass = false
  for (let at = from; at < lineEnd; at++) {
    const sign = text[at]
    if (sign === '\\') at++
    else if (sign === '[') isInClass = true
    else if (sign === ']') isInClass = false
    else if (sign === '/' && !isInClass) return at + 1
  }
  return lineEnd
}
