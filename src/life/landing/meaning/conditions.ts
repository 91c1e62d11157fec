/** Which files a gate asks for before it runs something. */

/**
 * The gate without what stands in `if [ -f FILE ]; then … fi` for files that are not there: it does not run. A block
 * within a block, or one that may end the gate, is taken as it is.
 */
export function inForce(gate: string, isThere: (path: string) => boolean): string {
  return gate.replaceAll(CONDITIONAL, (block, condition: string) =>
    !isSimple(block) || filesOf(condition).some(isThere) ? block : '',
  )
}

/** With what it asks for, only more runs. */
const isSimple = (block: string) => !/\b(if|else|elif|return|exit(?! [1-9]))\b/.test(block.slice(2))

const TEST = '\\[ -[efx] [\\w./-]+ \\]'
const CONDITIONAL = new RegExp(`^if (${TEST}(?: \\|\\| ${TEST})*); then\\b[\\s\\S]*?\\bfi$`, 'gm')

/** The files that conditions of the gate ask for, so that they can be looked for. */
export const askedFor = (gate: string): string[] =>
  [...gate.matchAll(CONDITIONAL)].flatMap(([, condition]) => filesOf(condition as string))

const filesOf = (condition: string) =>
  [...condition.matchAll(/-[efx] (?:\.\/)?([\w./-]+)/g)].map(([, path]) => path as string)

/** Of scripts: the files that they ask for, and those of which it is not plain that their coming only turns more on. */
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

/** `[ ! -f FILE ] || run`, `[ -f FILE ] && run` and `[ -f FILE ] || exit 0`. */
const TURNS_ON = [
  /^\s*(\[|test) ! -\w [^\]&|;]+(\] )?\|\|(?! *(exit|return|true|:))/,
  /^\s*(\[|test) -\w [^\]&|;]+(\] )?&&(?! *(exit(?! [1-9])|return|true|:))/,
  /^\s*(\[|test) -\w [^\]&|;]+(\] )?\|\| *(exit|return)( 0)?\s*$/,
]

/** Nothing else hangs on the answer: that the file is there, or is not, is what the gate checks. */
function isCheck(line: string): boolean {
  if (/^\s*(if|elif|while)\b(?!.*\bfi\b)|(&&|\|\|)\s*$/.test(line)) return false
  const left = line.replaceAll(
    /\[\[? [^\]]*\]\]?|\btest [^;&|]*|\b(echo|printf) [^;&|}]*|\bexit [1-9]\d*/g,
    '',
  )
  return /^([\s;&|!{}()]|\b(if|then|fi|false)\b)*$/.test(left)
}
