/**
 * Makes a matcher for paths of a repository: for the protected paths of a project, and for the paths that the merge
 * queue takes from `main`.
 *
 * The patterns are a small part of .gitignore's: a path from the root (`verify.sh`), a folder with everything below it
 * (`.claude/` or `.claude/**`), `*` within one name, `**` for any number of folders. All else is literal.
 *
 * Two things match more than in .gitignore: a guard that is too wide asks a person once more, and one that is too
 * narrow lets a change through.
 * - Case, Unicode form and invisible letters are ignored, as on disks that ignore them (`fold`). Additions of Windows
 *   to names are dropped, and its short names mean the same file: `CLAUDE~1` is `.claude`.
 * - A pattern means the path itself and all below it: a folder may be replaced by a symlink of its name, and a file by
 *   a folder.
 */
export function pathMatcher(patterns: string[]): (path: string) => boolean {
  const all = patterns.map(namesOf).filter((names) => names.length > 0)
  const anywhere = all.filter(isAnywhere).map((names) => sourceOf(names.slice(1)))
  const rooted = all.filter((names) => !isAnywhere(names)).map(sourceOf)
  if (all.length === 0) return () => false
  // One expression for all of them: it is asked of every path of a tree.
  const rule = new RegExp(`(?:^|/)(?:${either(anywhere)})(?:/|$)|^(?:${either(rooted)})(?:/|$)`, 's')
  return (path) => rule.test(onNtfs(fold(path)))
}

const isAnywhere = (names: string[]) => names.length > 1 && names[0] === '**'

/** Alternatives of an expression; `(?!)`, which never matches, for an empty list. */
const either = (sources: string[]) => (sources.length > 0 ? sources.join('|') : '(?!)')

/**
 * Folds names that some disk treats as equal into one text. Macs and Windows ignore case, a Mac the Unicode form as
 * well; HFS+ and folded ext4 also ignore invisible letters. It is full case folding (upper of lower case: `ſ` is `s`,
 * `ß` is `ss`, the Kelvin sign is `k`), with the Turkish `ı` and `İ` as `i`.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase()
  return text
    .replace(UNSEEN, '')
    .normalize('NFD')
    .toLowerCase()
    .toUpperCase()
    .normalize('NFD')
    .replaceAll('I\u0307', 'I')
}

const ASCII = /^[\x20-\x7e]*$/
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu

/** Folder of the swarm's own files in a project: nothing lands there, and nothing is pulled from there. */
const OWN = /^(\.SWARM|SWARM~\d+)$/

/** True for the swarm's own folder and every path in it. */
export const isOwn = (path: string): boolean =>
  OWN.test(onNtfs(fold(path.split('/', 1)[0]!.normalize('NFKC'))).split('/', 1)[0]!)

/** True for a name that git treats as its own folder, on any disk. */
export const isGitFolder = (name: string): boolean => GIT_FOLDER.test(onNtfs(fold(name)))
const GIT_FOLDER = /^(\.GIT|GIT~1)(\/|$)/

/** Path without what NTFS drops from names or reads as a stream of the same file; backslashes separate folders. */
function onNtfs(path: string): string {
  if (!/[. ](\/|$)|[:\\]/.test(path)) return path
  return path.replaceAll('\\', '/').split('/').map(bare).join('/')
}

function bare(name: string): string {
  const stream = name.indexOf(':')
  let end = stream === -1 ? name.length : stream
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--
  return name.slice(0, end)
}

/** Explains why a file of this name may be lost or become another one on some disk; null for most names. */
export function oddness(name: string): string | null {
  const wrong = /[<>:"|?*\\]/.exec(name)?.[0]
  if (wrong !== undefined) return `Windows takes no name with ${wrong}`
  if (RESERVED.test(name)) return 'Windows keeps this name for itself'
  if (/[. ]$/.test(name)) return 'Windows drops the dot or space at its end'
  return IS_SHORT.test(name) ? 'Windows may know another file by it' : null
}

const RESERVED = /^(con|prn|aux|nul|(com|lpt)[\d¹²³]|conin\$|conout\$) *(\.|$)/i
const IS_SHORT = /^[^.~\s]{1,6}~\d(\.[^.]{1,3})?$/

function namesOf(pattern: string): string[] {
  const names = fold(pattern)
    .split('/')
    .filter((name, at, all) => name !== '' && name !== '.' && !(name === '**' && all[at - 1] === '**'))
  if (names.length > 1 && names.at(-1) === '**') names.pop()
  return names
}

const sourceOf = (names: string[]): string =>
  names.map((name, at) => segment(name, at === names.length - 1)).join('')

function segment(name: string, last: boolean): string {
  if (name === '**') return last ? '.*' : '(?:.*/)?'
  const source = `(?:${literal(name)}|${shortOf(name)})`
  return last ? source : `${source}/`
}

const literal = (name: string) => name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '[^/]*')

/** Pattern of the short name that NTFS may give: six letters, a number, and three letters of the ending. */
function shortOf(name: string): string {
  const [, all = '', end = ''] = /^[. ]*(.*?)(?:\.([^.]*))?$/.exec(name) ?? []
  const [start = '', ...more] = all.replaceAll(/[. ]/g, '').split('*')
  const base = literal(start.slice(0, 6)) + (more.length > 0 && start.length < 6 ? '[^/]*' : '')
  const ending = end.includes('*') || name.endsWith('*') ? '[^/]*' : literal(end.slice(0, 3))
  return `${base}~\\d+(?:\\.${ending})?`
}
