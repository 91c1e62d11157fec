/** Signs that a gate is worth little, found in its text alone. */

/** Finds doubts about a gate, in sentences; empty when nothing is suspicious. */
export function doubtsAbout(text: string): string[] {
  const lines = text.split('\n').map((line, at) => ({ at: at + 1, text: line.trim() }))
  const commands = lines.filter(({ text }) => text !== '' && !text.startsWith('#'))
  const real = commands.filter(({ text }) => !NOTHING.test(text))
  if (real.length === 0) return ['verify.sh checks nothing: every change passes.']
  const last = commands.at(-1)!
  return [
    ...real
      .filter(({ text }) => SWALLOWS.test(text))
      .map(({ at }) => `verify.sh, line ${at}: a failure is swallowed, so this check cannot fail.`),
    ...(ALWAYS_WELL.test(last.text) && !stopsOnFailure(text)
      ? [`verify.sh, line ${last.at}: this command always succeeds, so earlier failures are lost.`]
      : []),
    // One chain of && stops by itself, and so does a check that says what to do when it fails.
    ...(real.length > 1 &&
    real.slice(0, -1).some(({ text }) => goesOn(text)) &&
    !stopsOnFailure(text) &&
    !ALWAYS_WELL.test(last.text)
      ? ['verify.sh continues after a failed check. Begin it with set -eu.']
      : []),
  ]
}

/** Doubts about scripts that verify.sh runs by name only; each name as `package.json: scripts.test`. */
export const doubtsByName = (names: readonly string[]): string[] =>
  names.map((name) => `verify.sh runs ${name} by its name. A change to its meaning needs your approval.`)

/** Commands that check nothing: settings, and commands that always succeed. */
const NOTHING = /^(set\s.*|cd\s.*|echo\b.*|printf\b.*|export\s.*|true|:|exit(\s+0)?|exit\s+\$\?)$/
const SWALLOWS = /\|\|\s*(true|:|exit\s+0|echo\b)|;\s*true\s*$/
/**
 * Tells whether the script would go on after this line, were it to fail. A line without a check of its own does not.
 */
const goesOn = (text: string) => !HEEDS.test(text) && !STRUCTURE.test(text)

const HEEDS = /\|\|\s*(exit\b|return\b|die\b|fail\b|\w+=|\{)/
/** Conditions, the words around them, and assignments. */
const STRUCTURE =
  /^((if|elif|while|until|for|case)\b.*|then|else|fi|do|done|esac|;;|[{}]|\w+\(\)\s*\{?|exit\s.*|\w+=\S*)$/
const ALWAYS_WELL = /^(true|:|exit\s+0)$/

const stopsOnFailure = (text: string) =>
  /^#!.*\s-\w*e/.test(text) || /^\s*set\s+(-\w*e|-o\s+errexit)/m.test(text)
