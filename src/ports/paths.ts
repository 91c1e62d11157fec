/**
 * Which paths of a repository a pattern means: the protected paths of a project, and what the lane takes from `main`.
 *
 * The patterns are a small part of .gitignore's: a path from the root (`verify.sh`), a folder with everything below it
 * (`.claude/` or `.claude/**`), `*` within one name, `**` for any number of folders. All else is literal.
 *
 * Two things are wider than in .gitignore, for a guard that is too wide asks a person once more, and one that is too
 * narrow lets a change through:
 * - Case and Unicode form do not count. A disk that ignores them (macOS's) takes `VERIFY.sh` for `verify.sh`.
 * - A pattern means the path itself and all below it: a folder may be replaced by a symlink of its name, and a file by
 *   a folder.
 */
export const matches = (path: string, patterns: string[]) => pathMatcher(patterns)(path)

/** The same for many paths. */
export function pathMatcher(patterns: string[]): (path: string) => boolean {
  const rules = patterns.map(regexOf).filter((rule) => rule !== null)
  return (path) => {
    const folded = fold(path)
    return rules.some((rule) => rule.test(folded))
  }
}

const fold = (text: string) => text.normalize('NFC').toLowerCase()

function regexOf(pattern: string): RegExp | null {
  const names = fold(pattern)
    .split('/')
    .filter((name, at, all) => name !== '' && name !== '.' && !(name === '**' && all[at - 1] === '**'))
  if (names.length > 1 && names.at(-1) === '**') names.pop()
  if (names.length === 0) return null
  const source = names.map((name, at) => segment(name, at === names.length - 1)).join('')
  return new RegExp(`^${source}(?:/.*)?$`, 's')
}

function segment(name: string, last: boolean): string {
  if (name === '**') return last ? '.*' : '(?:.*/)?'
  const source = name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '[^/]*')
  return last ? source : `${source}/`
}
