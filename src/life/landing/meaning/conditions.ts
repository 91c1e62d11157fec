/** Conditions of a gate on files: it tests for them before it runs something. */

/**
 * Gate without the bodies of `if [ -f FILE ]; then … fi` for missing files, since they do not run. A block within a
 * block, or one that may end the gate, is left unchanged.
 */
export function inForce(gate: string, isThere: (path: string) => boolean): string {
  return gate.replaceAll(CONDITIONAL, (block, condition: string) =>
    !isSimple(block) || filesOf(condition).some(isThere) ? block : '',
  )
}

/** True for a block that only adds commands when its file exists. */
const isSimple = (block: string) => !/\b(if|else|elif|return|exit(?! [1-9]))\b/.test(block.slice(2))

const TEST = '\\[ -[efx] [\\w./-]+ \\]'
const CONDITIONAL = new RegExp(`^if (${TEST}(?: \\|\\| ${TEST})*); then\\b[\\s\\S]*?\\bfi$`, 'gm')

/** Lists the files that conditions of the gate test for, so that they can be looked up. */
export const askedFor = (gate: string): string[] =>
  [...gate.matchAll(CONDITIONAL)].flatMap(([, condition]) => filesOf(condition as string))

const filesOf = (condition: string) =>
  [...condition.matchAll(/-[efx] (?:\.\/)?([\w./-]+)/g)].map(([, path]) => path as string)

/**
 * Finds files in conditions of scripts: those tested for (`asks`), and those whose arrival may not just add commands
 * (`switches`).
 */
export function conditionsIn(texts: readonly string[]): { asks: Set<string>; switches: Set<string> } {
  const withoutHead = (block: string) => (isSimple(block) ? block.replace(/^if .*?; then\b/, '') : block)
  const filesIn = (lines: string[]) =>
    new Set(lines.flatMap((line) => [...line.matchAll(QUESTION)].map(([, path]) => path as string)))
  return {
    asks: filesIn(texts.flatMap(questionsIn)),
    switches: filesIn(
      texts
        .flatMap((text) => questionsIn(text.replaceAll(CONDITIONAL, withoutHead)))
        .filter((line) => !TURNS_ON.some((pattern) => pattern.test(line))),
    ),
  }
}

const questionsIn = (text: string): string[] =>
  text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line) && !isCheck(line))

const QUESTION = /(?:\[|\btest|!|&&|\|\||-[ao])\s+-[efrsx]\s+["']?(?:\.\/)?([\w.][\w./-]*)/g

/** Lines that only add commands: `[ ! -f FILE ] || run`, `[ -f FILE ] && run` and `[ -f FILE ] || exit 0`. */
const TURNS_ON = [
  /^\s*(\[|test) ! -\w [^\]&|;]+(\] )?\|\|(?! *(exit|return|true|:))/,
  /^\s*(\[|test) -\w [^\]&|;]+(\] )?&&(?! *(exit(?! [1-9])|return|true|:))/,
  /^\s*(\[|test) -\w [^\]&|;]+(\] )?\|\| *(exit|return)( 0)?\s*$/,
]

/** True for a line that only checks that a file exists, or does not. */
function isCheck(line: string): boolean {
  if (/^\s*(if|elif|while)\b(?!.*\bfi\b)|(&&|\|\|)\s*$/.test(line)) return false
  const left = line.replaceAll(
    /\[\[? [^\]]*\]\]?|\btest [^;&|]*|\b(echo|printf) [^;&|}]*|\bexit [1-9]\d*/g,
    '',
  )
  return /^([\s;&|!{}()]|\b(if|then|fi|false)\b)*$/.test(left)
}
