/** Writes out what a package manager would run for the name of a script, as lines of a shell that stops on failure. */

export interface Manager {
  /** `npm`, `pnpm`, `yarn` or `bun`. */
  program: string
  /** Whether it also runs `preNAME` and `postNAME`. */
  runsAround: boolean
  /** Whether the programs of packages lie in `node_modules/.bin`, so that they can be run without it. */
  hasFolder: boolean
}

/** Scripts that call scripts are followed at most so far. */
const DEPTH = 5

/**
 * The lines for one script. What cannot be written out stays as its name, below a comment that says so: a change of
 * what it means waits for a person.
 */
export function writtenOut(name: string, scripts: Record<string, string>, manager: Manager): string[] {
  const before = scripts[`pre${name}`] !== undefined && manager.runsAround ? [`pre${name}`] : []
  const after = scripts[`post${name}`] !== undefined && manager.runsAround ? [`post${name}`] : []
  const lines = [...before, name, ...after].map((each) => linesOf(each, { scripts, manager, depth: 0 }))
  if (!manager.hasFolder || lines.some((each) => each === null)) return byName(call(name, manager))
  return [`# ${name}`, ...lines.flatMap((each) => each ?? [])]
}

interface Table {
  scripts: Record<string, string>
  manager: Manager
  depth: number
}

/** Null when it has to stay a name. */
function linesOf(name: string, { scripts, manager, depth }: Table): string[] | null {
  const text = scripts[name]?.trim()
  if (!text || depth > DEPTH || NEEDS_MANAGER.test(text)) return null
  const commands = chain(text)
  if (commands === null) return [...noteOn(text, scripts), `sh -c ${quoted(text)}`]
  return commands.flatMap((command) => {
    const called = calledBy(command, scripts)
    if (called === null) return [...noteOn(command, scripts), command]
    const parts = called
      .flatMap((each) => (manager.runsAround ? [`pre${each}`, each, `post${each}`] : [each]))
      .filter((each) => each in scripts)
      .map((each) => linesOf(each, { scripts, manager, depth: depth + 1 }))
    return parts.some((each) => each === null) ? byName(command) : parts.flatMap((each) => each ?? [])
  })
}

/** What the manager tells a script through its environment. */
const NEEDS_MANAGER = /npm_(package|config|lifecycle|node|execpath)|INIT_CWD|PROJECT_CWD/

/** Commands with `&&` between, each of which is the same as a line of its own; null when the shell does more. */
function chain(text: string): string[] | null {
  const parts = text.split(/\s*&&\s*(?=(?:[^"']|"[^"]*"|'[^']*')*$)/)
  return parts.every(standsAlone) ? parts : null
}

const standsAlone = (command: string): boolean =>
  /^(?:[\w@%+=:,./*~^{}! -]|"[^"$`\\]*"|'[^']*')+$/.test(command) &&
  !/^(cd|export|set|unset|source|\.|exec|exit|!|if|for|while|case|\{)(\s|$)/.test(command) &&
  // An assignment alone would hold for what follows.
  !/^(\w+=\S*\s*)+$/.test(command)

/** The scripts that a command is nothing but a call of, one after the other; null when it is more. */
function calledBy(command: string, scripts: Record<string, string>): string[] | null {
  const [, said] = CALLS.map((call) => call.exec(command)).find((found) => found !== null) ?? []
  const names = said?.split(/\s+/) ?? []
  const areScripts = names.every((name) => Object.hasOwn(scripts, name) && !OWN_COMMANDS.has(name))
  return names.length > 0 && areScripts ? names : null
}

const CALLS = [
  /^(?:npm|pnpm|yarn|bun) run(?:-script)?(?: -s| --silent)? ([\w:.-]+)$/,
  /^npm (test|start)$/,
  /^(?:run-s|npm-run-all2?) ([\w:. -]+)$/,
  /^(?:pnpm|yarn) (?:-s |--silent )?([\w:.-]+)$/,
]

/** Of the package managers; a script of that name is run in another way. */
const OWN_COMMANDS = new Set(['install', 'add', 'exec', 'dlx', 'pack', 'publish', 'version', 'audit', 'up'])

const BY_NAME =
  /\b(npm|pnpm|yarn|bun) (run|-)|\b(npm|pnpm|yarn) (t|test)\b|\b(turbo|nx|lerna|npm-run-all2?|run-[sp]|wireit)\b|["' ]npm:/

/** Where a command runs scripts by name all the same, a comment that says what this means. */
function noteOn(command: string, scripts: Record<string, string>): string[] {
  const calls = /\b(?:yarn|pnpm) ([\w:.-]+)/.exec(command)?.[1]
  return BY_NAME.test(command) || (calls !== undefined && calls in scripts) ? [NOTE] : []
}

const byName = (command: string) => [NOTE, command]

const NOTE = '# This runs scripts by name; a change of what they are waits for your approval.'

const call = (name: string, { program }: Manager) =>
  name === 'test' ? `${program} test` : `${program} run ${name}`

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
