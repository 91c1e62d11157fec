/**
 * Which paths of a repository a pattern means: the protected paths of a project, and what the lane takes from `main`.
 *
 * The patterns are a small part of .gitignore's: a path from the root (`verify.sh`), a folder with everything below it
 * (`.claude/` or `.claude/**`), `*` within one name, `**` for any number of folders. All else is literal.
 *
 * Two things are wider than in .gitignore, for a guard that is too wide asks a person once more, and one that is too
 * narrow lets a change through:
 * - Case, Unicode form and letters that do not show do not count, as on disks that ignore them (`fold`).
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
  return (path) => rule.test(fold(path))
}

const isAnywhere = (names: string[]) => names.length > 1 && names[0] === '**'

/** Of none of them: what never matches. */
const either = (sources: string[]) => (sources.length > 0 ? sources.join('|') : '(?!)')

/**
 * Names that some disk takes for one and the same, as one text. Macs and Windows ignore case, a Mac the Unicode form as
 * well; HFS+ and folded ext4 also ignore letters that do not show. It is full case folding (upper of lower case: `ſ` is
 * `s`, `ß` is `ss`, the Kelvin sign is `k`), with the Turkish `ı` and `İ` as `i`.
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

/** Where the swarm keeps its own in a project: nothing lands there, and nothing is pulled from there. */
const OWN = fold('.swarm')

/** Whether a path is the swarm's own folder, or in it. */
export const isOwn = (path: string): boolean => bare(path.split('/', 1)[0]!.normalize('NFKC')) === OWN

/** Whether git takes a name for its own folder, on some disk. */
export const isGitFolder = (name: string): boolean => GIT_FOLDER.test(bare(name))
const GIT_FOLDER = /^(\.GIT|GIT~1)$/

/** Without what NTFS ignores or reads as a stream of the same file. */
const bare = (name: string) => fold(name).replace(/[. ]*(:.*)?$/s, '')

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
  const source = name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '[^/]*')
  return last ? source : `${source}/`
}
