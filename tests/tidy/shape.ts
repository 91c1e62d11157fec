/** How long, how named, how built. */
import { codeOf } from './code.ts'
import { type Finding, finding, isCode, linesOf, matches, type Source } from './source.ts'

const CODE = /^(src|tests|demo|bench|scripts|dashboard)\//

/**
 * Files and functions that are over the limit all the same, with their lines now. A ratchet: an entry may only
 * shrink, and goes when what it names is within the limit. Better: leave it empty.
 */
const OVER: Record<string, number> = {}

/** A verb of life fits on two screens; tests are looked up rather than read through. */
const LIMITS: [folder: string, lines: number][] = [
  ['src/life/', 150],
  ['tests/', 600],
  ['', 300],
]
const limitOf = (path: string): number => LIMITS.find(([folder]) => path.startsWith(folder))![1]
const FUNCTION_LIMIT = 70

export function sizes(sources: Source[], over = OVER): Finding[] {
  return sources
    .filter((source) => isCode(source) && CODE.test(source.path))
    .flatMap((source) => {
      const long = tooLong(
        { name: source.path, lines: linesOf(source.text), limit: limitOf(source.path) },
        over,
      )
      const functions = codeOf(source).functions.filter(({ suite }) => !suite)
      const longFunctions = functions.flatMap(({ name, line, lines }) => {
        const wrong = tooLong({ name: `${source.path} ${name}`, lines, limit: FUNCTION_LIMIT }, over)
        return wrong === null ? [] : [finding(source.path, line, `${name} ${wrong}`)]
      })
      return [...(long === null ? [] : [finding(source.path, 1, long)]), ...longFunctions]
    })
}

function tooLong(
  { name, lines, limit }: { name: string; lines: number; limit: number },
  over: Record<string, number>,
): string | null {
  const allowed = over[name] ?? limit
  if (lines > allowed) return `has ${lines} lines, ${allowed} at most: split it by what it does.`
  if (name in over && lines <= limit)
    return `is within the limit now: take it out of OVER in tests/tidy/shape.ts.`
  if (name in over && lines < allowed)
    return `has shrunk to ${lines} lines: lower its entry in tests/tidy/shape.ts.`
  return null
}

const EMPTY_WORDS = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'service',
  'services',
  'common',
  'base',
  'misc',
])

export function names(sources: Source[]): Finding[] {
  return sources
    .filter(({ path }) => CODE.test(path))
    .flatMap(({ path }) => {
      const words = path
        .replace(/([a-z])([A-Z])/g, '$1-$2')
        .toLowerCase()
        .split(/[/\-_.]/)
      const empty = words.find((word) => EMPTY_WORDS.has(word))
      return empty
        ? [finding(path, 1, `is named "${empty}", which says nothing: name it after what it holds.`)]
        : []
    })
}

export function barrels(sources: Source[]): Finding[] {
  return sources
    .filter((source) => isCode(source) && CODE.test(source.path))
    .flatMap((source) => {
      if (/(^|\/)index\.\w+$/.test(source.path))
        return [finding(source.path, 1, 'is an index file: name it after what it holds, and import that.')]
      return codeOf(source).barrel
        ? [finding(source.path, 1, 'only passes on other files: import those.')]
        : []
    })
}

/** What a library asks for, each with the reason. */
const ASKED_FOR: Record<string, string> = {
  'tests/closing-line.ts': 'vitest makes reporters with `new`',
  'dashboard/shell/boundary.tsx': 'React catches what goes wrong while drawing in a class only',
}

export function classes(sources: Source[]): Finding[] {
  return sources
    .filter((source) => isCode(source) && CODE.test(source.path) && !(source.path in ASKED_FOR))
    .flatMap((source) =>
      codeOf(source)
        .classes.filter(({ parent }) => !/(^|[a-z])(Error|Trouble)$/.test(parent ?? ''))
        .map(({ name, line }) =>
          finding(
            source.path,
            line,
            `${name} is a class: use plain functions over plain data; only errors are classes.`,
          ),
        ),
    )
}

/** What asks for more than this is several ports. */
const MOST_METHODS = 7

/** Ports that are larger all the same, with their methods now. A ratchet, like OVER. */
const LARGE: Record<string, number> = { 'src/ports/repo.ts Repo': 27, 'src/ports/store.ts Reads': 25 }

export function ports(sources: Source[], large = LARGE): Finding[] {
  return sources
    .filter((source) => isCode(source) && /^src\/(ports|cli\/swarm\/host)\//.test(source.path))
    .flatMap((source) =>
      codeOf(source).interfaces.flatMap(({ name, methods, line }) => {
        const entry = `${source.path} ${name}`
        const allowed = large[entry] ?? MOST_METHODS
        if (methods > allowed)
          return [
            finding(
              source.path,
              line,
              `${name} has ${methods} methods, ${allowed} at most: split it by who asks.`,
            ),
          ]
        return entry in large && methods < allowed
          ? [
              finding(
                source.path,
                line,
                `${name} has shrunk to ${methods} methods: lower its entry in tests/tidy/shape.ts.`,
              ),
            ]
          : []
      }),
    )
}

interface Phrase {
  pattern: RegExp
  advice: string
  where: (path: string) => boolean
}

const anywhere = () => true
const inTests = (path: string) => path.startsWith('tests/')

/** Pages that say what something was once called, and what is stored under its old name. */
const OLD_WORDS = /^(CHANGELOG|CONTEXT)\.md$|^tests\/tidy\/|\/migrations\//

const PHRASES: Phrase[] = [
  {
    pattern: /\b(TO[D]O|FIX[M]E|X[X]X)\b/g,
    advice: 'puts it off: do it, or file a ticket.',
    where: anywhere,
  },
  {
    pattern: /\b(it|test|describe)[.\w]*\.(only|skip|todo)\(/g,
    advice: 'leaves tests out: run them all, or give `itUnless` the reason.',
    where: inTests,
  },
  {
    pattern:
      /\b(the lane|hand(s|ed|ing)? in the work|handed[- ]in|packages at hand|kept work|scouting(?!\.ticket)|unless said)\b/gi,
    advice: 'is an old word: CONTEXT.md says what it is called now.',
    where: (path) => !OLD_WORDS.test(path),
  },
  {
    pattern: /\bas (unknow[n]|never|any) as\b/g,
    advice: 'makes a type of anything: ask for what is needed only, or parse it.',
    where: anywhere,
  },
  {
    pattern: /@ts-(ignore|nocheck)|biome-[i]gnore/g,
    advice: 'silences a check: mend what it says.',
    where: anywhere,
  },
  {
    pattern: /(?<![\w.~-])(\/work\/|\/tmp\/bash_jobs|\/root\/|\/Users\/|\/home\/(?!agent\b)\w)/g,
    advice: 'is a path of one machine: make it relative, or take it from the environment.',
    where: anywhere,
  },
  {
    pattern:
      /\bregistry\.(npmjs|yarnpkg|npmmirror)\.|\bdeb\.debian\.org|\bfiles\.pythonhosted\.|"resolve[d]":/g,
    advice: 'names a package registry: leave that to the client, which knows its own.',
    // What a sandbox may reach by default is a list of exact names, in this one place and its test.
    where: (path) => !/^(src\/gateway\/egress|tests\/contracts)\/registries\.(test\.)?ts$/.test(path),
  },
]

export function phrases(sources: Source[]): Finding[] {
  return sources.flatMap(({ path, text }) =>
    PHRASES.filter(({ where }) => where(path)).flatMap(({ pattern, advice }) =>
      matches(text, pattern).map(({ match, line }) => finding(path, line, `"${match[0]}" ${advice}`)),
    ),
  )
}

/** The first three are the original's, whose databases are upgraded in place; ours follow. */
const FIRST = 4

export function migrations(sources: Source[]): Finding[] {
  const paths = sources.map(({ path }) => path).filter((path) => /\/migrations\/[^/]+\.sql$/.test(path))
  const folders = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))
  return [...folders].flatMap((folder) =>
    paths
      .filter((path) => path.startsWith(folder))
      .toSorted()
      .flatMap((path, index) => {
        const number = /\/(\d{3})_[a-z0-9_]+\.sql$/.exec(path)?.[1]
        if (!number) return [finding(path, 1, 'is not named NNN_what_it_does.sql.')]
        if (Number(number) === FIRST + index) return []
        return [finding(path, 1, `should be number ${FIRST + index}: no gaps, no doubles.`)]
      }),
  )
}
