/** Commands that a gate runs, as far as its text and the files that it leads to reveal. */
import { conditionsIn } from './conditions.ts'
import { isTest } from './tests.ts'

/** Commands of a gate. */
export interface Runs {
  /** Command lines, of the gate and of what it runs by name. */
  lines: string[]
  /** Command lines as one text. */
  text: string
  /** True when it also runs in other folders than the root, or through a tool that does. */
  isWide: boolean
  /** True when it installs packages together with their scripts. */
  installs: boolean
  /** Files that it tests for: without them it runs something else, and so it does when one of `switches` arrives. */
  asks: Set<string>
  switches: Set<string>
}

/** Reads the commands of texts: shell, one or many lines each. */
export function runsOf(texts: readonly string[]): Runs {
  const lines = texts.flatMap(linesOf)
  const text = lines.join('\n')
  return {
    lines,
    text,
    isWide: WIDE.test(text),
    installs: lines.some(installsWithScripts),
    ...conditionsIn(texts),
  }
}

const linesOf = (text: string): string[] =>
  text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

const WIDE =
  /(^|\s)(-r|-ws?|-C|--(recursive|workspaces?|prefix|filter|cwd|dir))(\s|=|$)|\b(turbo|nx|lerna|rush|moon|wsrun|workspaces?|cd|pushd|find|xargs)\b/m

const INSTALL =
  /\b(npm|pnpm|bun)\s+(ci|i|it|cit|install(-\S+)?|clean-install)\b|\byarn(\s+install\b|\s+-|\s*$)/

const installsWithScripts = (line: string) =>
  INSTALL.test(line) && !/--ignore-scripts|--mode[= ]skip-build/.test(line)

/**
 * Scripts that its commands call: `./mvnw`, `sh ci/all.sh`, `node scripts/check.mjs`. Leaves out the files that a check
 * looks into.
 */
export function programsIn({ lines }: Runs): string[] {
  const commands = lines.flatMap((line) => line.split(/&&|\|\||[;|]|(?<!\S)(?:then|do|else|exec|check)\s/))
  return [...new Set(commands.flatMap((command) => IS_A_CALL.exec(command)?.[1] ?? []))].filter(isProgram)
}

const IS_A_CALL =
  /^[\s@+-]*(?:\w+=\S*\s+)*(?:(?:sh|bash|dash|zsh|node|python3?|ruby|perl|tsx|bun|php)\s+)?["']?(?:\.\/)?([\w.-][\w./-]*)["']?(?:\s|$)/

/**
 * True for scripts of the project's own checks, by the name alone: they lie with such, or have such a name. A test does
 * not count; a runner of all tests does.
 */
export const isProgram = (path: string): boolean =>
  !path.includes('..') && (WRAPPER.test(path) || RUNNER.test(path) || (OF_CHECKS.test(path) && !isTest(path)))

const WRAPPER = /^(mvnw|gradlew)$/
const RUNNER = /(^|\/)(all|main|run|runner|run[_-]?(all|tests?))(\.\w+)?$/
const OF_CHECKS =
  /^(scripts?|ci|\.ci|tools?|hack|dev)\/[\w./-]+$|(^|\/)(check|checks|lint|verify|validate|gate|ci|build)([_-][\w-]+)?(\.\w+)?$/

const WITH_A_TABLE =
  /\b(npm|pnpm|yarn|bun|turbo|nx|lerna|rush|moon|wsrun|wireit|concurrently|npm-run-all2?|run-[sp]|composer|deno|node\s+--run)\b/

/** Scripts of a table that it runs, with those before and after them and those that they run. */
export function named(runs: Runs, scripts: Record<string, string>): string[] {
  const found = new Set<string>()
  let lines = runs.lines
  while (lines.length > 0) {
    const words = lines.filter((line) => WITH_A_TABLE.test(line)).flatMap(wordsOf)
    const fresh = Object.keys(scripts).filter(
      (name) => !found.has(name) && words.some((word) => means(word, name)),
    )
    const around = fresh.flatMap((name) => [`pre${name}`, `post${name}`]).filter((name) => name in scripts)
    for (const name of [...fresh, ...around]) found.add(name)
    lines = [...fresh, ...around].flatMap((name) => linesOf(scripts[name] as string))
  }
  return [...found]
}

/**
 * Words of a line. `npm t` and `npm install-test` are the test. A word may hold several names: `"npm:lint npm:test"`,
 * `a,b`.
 */
function wordsOf(line: string): string[] {
  const words = line
    .split(/[\s"'`;&|(),]+/)
    .map((word) => word.replace(/^(npm|pnpm|yarn|bun|node):/, '').replace(/^@/, ''))
  return /\bnpm\s+(t|tst|it|cit|install(-ci)?-test)\b/.test(line) ? [...words, 'test'] : words
}

function means(word: string, name: string): boolean {
  if (word === name || word.split('=').at(-1) === name) return true
  if (!word.includes('*')) return false
  const source = word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '.*')
  return new RegExp(`^${source}$`).test(name)
}
