/** What holds for the pages that people read. */
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Finding, finding, linesOf, matches, ROOT, type Source } from './source.ts'

const isPage = ({ path }: Source): boolean => path.endsWith('.md')

/** The text without its fenced code and code spans, each line where it was. */
const prose = (text: string): string =>
  text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, (span) => ' '.repeat(span.length))

/** Files and folders of ours that a page names between backticks. Patterns are no names. */
export function mentions(sources: Source[]): Finding[] {
  const paths = new Set(sources.flatMap(({ path }) => [path, ...foldersOf(path)]))
  return sources.filter(isPage).flatMap(({ path, text }) =>
    matches(text, /`((?:src\/)?(?:api|cli|gateway|life|main|ports|ticket)\/[\w/-]*(?:\.ts)?)`/g).flatMap(
      ({ match, line }) => {
        const named = match[1]!.replace(/^src\//, '').replace(/\/$/, '')
        return paths.has(`src/${named}`) || paths.has(`src/${named}.ts`)
          ? []
          : [finding(path, line, `names ${match[1]}, which is not there.`)]
      },
    ),
  )
}

/** The anchor that a heading gets. */
const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Not text, so it is not among the sources. */
const isPicture = (path: string): boolean => path.endsWith('.png') && existsSync(join(ROOT, path))

export function links(sources: Source[]): Finding[] {
  const paths = new Set(sources.flatMap(({ path }) => [path, ...foldersOf(path)]))
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  return sources.filter(isPage).flatMap(({ path, text }) =>
    matches(prose(text), /\]\(([^()\s]+)\)/g).flatMap(({ match, line }) => {
      const target = match[1]!
      if (/^[a-z]+:/.test(target)) return []
      const [file = '', heading] = target.split('#')
      const meant = file === '' ? path : posix.join(posix.dirname(path), file).replace(/\/$/, '')
      if (!paths.has(meant) && !isPicture(meant))
        return [finding(path, line, `links to ${target}, which is not there.`)]
      if (!heading || anchorsOf(texts.get(meant) ?? '').has(heading)) return []
      return [finding(path, line, `links to ${target}, but ${meant} has no such heading.`)]
    }),
  )
}

const foldersOf = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('/'))

const anchorsOf = (text: string): Set<string> =>
  new Set(matches(text, /^#+ (.+)$/gm).map(({ match }) => anchor(match[1]!.replaceAll('`', ''))))

const ADR = /^docs\/adr\/(\d{3})-[a-z0-9-]+\.md$/
const HEADINGS = ['Context', 'Decision', 'Rejected alternatives', 'Consequences']

/** Decisions are numbered without gaps, one page each, and all have the same four parts. */
export function decisions(sources: Source[]): Finding[] {
  const pages = sources
    .filter(({ path }) => path.startsWith('docs/adr/'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return pages.flatMap(({ path, text }, index) => {
    const number = ADR.exec(path)?.[1]
    if (!number) return [finding(path, 1, 'is not named NNN-title.md.')]
    const found: Finding[] = []
    if (Number(number) !== index + 1)
      found.push(finding(path, 1, `should be number ${index + 1}: no gaps, no doubles.`))
    if (!text.startsWith(`# ${number} `))
      found.push(finding(path, 1, `should begin with "# ${number} " and its title.`))
    const headings = matches(text, /^## (.+)$/gm).map(({ match }) => match[1])
    if (headings.join() !== HEADINGS.join())
      found.push(finding(path, 1, `needs the headings ${HEADINGS.join(', ')}.`))
    if (linesOf(text) > 60) found.push(finding(path, 61, 'is longer than a page: 60 lines at most.'))
    return found
  })
}

/** Whoever adds a dependency says why. */
export function dependencies(sources: Source[]): Finding[] {
  const manifest = sources.find(({ path }) => path === 'package.json')
  if (!manifest) return []
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = JSON.parse(manifest.text)
  const decided = sources.filter(({ path }) => path.startsWith('docs/adr/')).map(({ text }) => text)
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter((name) => !decided.some((text) => text.includes(`\`${name}\``)))
    .map((name) =>
      finding('package.json', 1, `${name} has no line in docs/adr/: say in one why it is worth having.`),
    )
}

/** Long pages are not read. */
export function pageSizes(sources: Source[]): Finding[] {
  const limits: Record<string, number> = { 'ARCHITECTURE.md': 150, 'README.md': 200 }
  return sources
    .filter(({ path, text }) => linesOf(text) > (limits[path] ?? Number.POSITIVE_INFINITY))
    .map(({ path }) =>
      finding(path, limits[path]! + 1, `has more than ${limits[path]} lines: move the rest to docs/.`),
    )
}
