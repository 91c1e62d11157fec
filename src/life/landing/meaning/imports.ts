/** Files of the project that the gate's own scripts, and the configuration of its tools, import. */
import { COMMAND, IGNORED, partsOf, type Read } from './differ.ts'
import { ROWS } from './rows.ts'
import { programsIn, type Runs } from './runs.ts'
import { isTest } from './tests.ts'

/** Maximum number of files to read on the way. */
const MOST = 50

interface Source {
  path: string
  text: string
  /** Kind of text that names files in it: code, the configuration of a tool, or command lines. */
  kind: 'code' | 'configuration' | 'commands'
}

/**
 * Finds imported files of `main`, whose files are `paths`: path → its importer. Leaves out tests, and product code that
 * a script looks into: a change of the checked code changes no check.
 */
export async function importedBy(
  runs: Runs,
  paths: ReadonlySet<string>,
  read: Read,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const programs = programsIn(runs).filter((path) => paths.has(path))
  const next: Source[] = []
  let reads = 0
  const open = async (path: string): Promise<string | null> => (reads++ < MOST ? read(path) : null)
  for (const path of programs.filter((each) => !MAY_BE_PRODUCT.test(each))) {
    const text = await open(path)
    if (text !== null) next.push({ path, text, kind: 'code' })
  }
  for (const path of paths) {
    if (path.includes('/') || !ROWS.some(({ file, when }) => file.test(path) && when.test(runs.text)))
      continue
    const text = await open(path)
    if (text === null) continue
    const parts = Object.entries(partsOf(path, text, runs)).filter(
      ([name]) => name === '' || !COMMAND.test(name),
    )
    next.push({ path, text: parts.map(([, part]) => part).join('\n'), kind: 'configuration' })
  }
  next.push({ path: '', text: runs.text, kind: 'commands' })
  for (let source = next.shift(); source !== undefined; source = next.shift()) {
    for (const path of filesIn(source, paths)) {
      if (found.has(path) || programs.includes(path) || !isOwn(path, source.path)) continue
      found.set(path, source.path || 'the gate')
      const text = await open(path)
      if (text !== null) next.push({ path, text, kind: 'code' })
    }
  }
  return found
}

const isOwn = (path: string, by: string) =>
  !isTest(path) && !IGNORED.test(path) && (!PRODUCT.test(path) || PRODUCT.test(by))

const PRODUCT = /^(src|app|apps)\//
const MAY_BE_PRODUCT = /^(main|run|runner)\.\w+$/

function filesIn(source: Source, paths: ReadonlySet<string>): string[] {
  const wanted = source.kind === 'commands' ? byFlags(source.text) : namedIn(source)
  return wanted.flatMap((choices) => choices.find((path) => paths.has(path)) ?? [])
}

/** Candidates for each named file, the likeliest first. */
function namedIn({ path, text, kind }: Source): string[][] {
  const folder = path.split('/').slice(0, -1).join('/')
  const loose = kind === 'configuration' ? all(text, LOOSE).map((name) => [join(folder, name)]) : []
  if (/\.[cm]?[jt]sx?$/.test(path))
    return [...loose, ...all(text, JAVASCRIPT).map((name) => modules(join(folder, name)))]
  if (path.endsWith('.py')) return [...loose, ...python(text, folder)]
  if (kind === 'configuration') return loose
  return all(text, SOURCED).map((name) => [join(folder, name), join('', name)])
}

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name as string)

const JAVASCRIPT = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'`](\.{1,2}(?:\/[\w./@-]*)?)["'`]/g
const LOOSE = /(?:^|[\s"'`=:(,[])(?:<rootDir>|(?=\.))((?:\.{0,2})\/[\w./@-]+)/g
const SOURCED =
  /(?:^|[;&|]\s*|\s)(?:\.|source)[ \t]+["']?(?:\$\{?\w+\}?\/|\$\([^()\n]*\)\/|\.\/)?([\w.-][\w./-]*)/gm
const FLAGS =
  /(?:--(?:import|require|loader|experimental-loader|test-reporter|reporter|config|setup-?files?\w*)[ =]|\s-[rc] )["']?(?:\.\/)?([\w.-][\w./-]*)/g

const byFlags = (text: string): string[][] =>
  [...all(text, FLAGS), ...all(text, SOURCED)].map((name) => modules(join('', name)))

function modules(path: string): string[] {
  const bare = path.replace(/\.([cm]?)jsx?$/, '')
  const index = path === '' ? 'index' : `${path}/index`
  return [path, ...[path, bare, index].flatMap((each) => EXTENSIONS.map((end) => `${each}${end}`))]
}

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx', '.json']

const IMPORT = /^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+\(?([^\n#]*)|import[ \t]+([\w., \t]+))/gm

function python(text: string, folder: string): string[][] {
  return [...text.matchAll(IMPORT)].flatMap(([, dots = '', from = '', names = '', plain = '']) => {
    const up = dots === '' ? null : join(folder, '../../'.repeat(dots.length - 1))
    const bases = up === null ? [folder, ''] : [up]
    const named = (list: string) => list.split(',').map((name) => name.trim().split(/\s/)[0] ?? '')
    const modulesOf = plain ? named(plain) : [from, ...named(names).map((name) => `${from}.${name}`)]
    return modulesOf.map((module) => {
      const path = module.replaceAll('.', '/').replace(/^\//, '')
      return bases.flatMap((base) => [join(base, `${path}.py`), join(base, `${path}/__init__.py`)])
    })
  })
}

/** Joins paths; empty where it leads out of the project. */
function join(folder: string, name: string): string {
  const steps: string[] = folder === '' ? [] : folder.split('/')
  for (const step of name.split('/')) {
    if (step === '..') {
      if (steps.pop() === undefined) return ''
    } else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/')
}
