/** What a release asks for, and what it writes. Pure: everything it knows it is given. */

export interface State {
  version: string
  /** Of `git status --porcelain`. */
  status: string
  branch: string
  tags: readonly string[]
  /** Where git pushes to. */
  origin: string
  /** What package.json says of it. */
  repository: string
  changelog: string
  /** Whether it is meant, not tried. */
  isPublished: boolean
}

const UNRELEASED = /^## (\d+\.\d+\.\d+), not released yet$/m
const VERSION = /^\d+\.\d+\.\d+$/

/** Why nothing can be released now, in a sentence; null when it can. */
export function wrongWith(state: State): string | null {
  const { version, status, branch, tags, origin, repository, changelog, isPublished } = state
  const inChangelog = UNRELEASED.exec(changelog)?.[1]
  if (!VERSION.test(version)) return `--version must be like 1.2.3, not "${version}".`
  if (status !== '') return `Commit or undo first what git status shows:\n${status}`
  if (tags.includes(`v${version}`)) return `Version ${version} is released: there is a tag v${version}.`
  if (inChangelog !== version)
    return `The top of CHANGELOG.md must be "## ${version}, not released yet", not ${inChangelog ?? 'a release'}.`
  if (!isPublished) return null
  if (branch !== 'main') return `Releases are made on main, not on ${branch || 'no branch'}.`
  if (addressOf(origin) !== addressOf(repository))
    return `package.json says that the repository is ${repository}, but origin is ${origin}: provenance would be refused.`
  return null
}

/** The same for each way to write the address of a repository. */
const addressOf = (url: string): string =>
  url
    .replace(/^git\+/, '')
    .replace(/^(\w+:\/\/)?(\w+@)?/, '')
    .replace(':', '/')
    .replace(/\.git$/, '')

interface Wanted {
  version: string
  /** As YYYY-MM-DD. */
  day: string
  /** Text by path. */
  files: Record<string, string>
}

/** The same files with the version and the day of the release in them. */
export function released({ version, day, files }: Wanted): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, changed(path, text)]))

  function changed(path: string, text: string): string {
    if (path.endsWith('.md')) return text.replace(UNRELEASED, `## ${version}, ${day}`)
    const read = JSON.parse(text)
    read.version = version
    if (read.packages) read.packages[''].version = version
    return `${JSON.stringify(read, null, 2)}\n`
  }
}
