/**
 * Expansion of a package manager's script into the commands that it runs, as lines of a shell that stops on failure.
 */

/** Package manager. */
export interface Manager {
  /** Name of its program: `npm`, `pnpm`, `yarn` or `bun`. */
  program: string
  /** True when it also runs `preNAME` and `postNAME`. */
  runsAround: boolean
  /** True when programs of packages lie in `node_modules/.bin`, so that they can be run without it. */
  hasFolder: boolean
}

/** Maximum depth of scripts that call scripts. */
const DEPTH = 5

/**
 * Expands one script to lines. Commands that cannot be expanded stay a call by name, below a comment that says so: a
 * change of their meaning waits for a person.
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

/** Lines of a script; null when it has to stay a name. */
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

/** Variables by which a manager passes facts to a script. */
const NEEDS_MANAGER = /npm_(package|config|lifecycle|node|execpath)|INIT_CWD|PROJECT_CWD/

/** Commands joined by `&&`, each of which works as a line of its own; null when the shell does more. */
function chain(text: string): string[] | null {
  const parts = text.split(/\s*&&\s*(?=(?:[^"']|"[^"]*"|'[^']*')*$)/)
  return parts.every(standsAlone) ? parts : null
}

const standsAlone = (command: string): boolean =>
  /^(?:[\w@%+=:,./*~^{}! -]|"[^"$`\\]*"|'[^']*')+$/.test(command) &&
  !/^(cd|export|set|unset|source|\.|exec|exit|!|if|for|while|case|\{)(\s|$)/.test(command) &&
  // An assignment alone would hold for what follows.
  !/^(\w+=\S*\s*)+$/.test(command)

/** Scripts that a command merely calls, in order; null when it does more. */
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

/** Commands of the package managers; a script of that name is run in another way. */
const OWN_COMMANDS = new Set(['install', 'add', 'exec', 'dlx', 'pack', 'publish', 'version', 'audit', 'up'])

const BY_NAME =
  /\b(npm|pnpm|yarn|bun) (run|-)|\b(npm|pnpm|yarn) (t|test)\b|\b(turbo|nx|lerna|npm-run-all2?|run-[sp]|wireit)\b|["' ]npm:/

/** Comment for a command that still runs scripts by name. */
function noteOn(command: string, scripts: Record<string, string>): string[] {
  const calls = /\b(?:yarn|pnpm) ([\w:.-]+)/.exec(command)?.[1]
  return BY_NAME.test(command) || (calls !== undefined && calls in scripts) ? [NOTE] : []
}

const byName = (command: string) => [NOTE, command]

const NOTE = '# This runs scripts by name; a change of what they are waits for your approval.'

const call = (name: string, { program }: Manager) =>
  name === 'test' ? `${program} test` : `${program} run ${name}`

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
