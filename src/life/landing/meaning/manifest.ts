/** Parts of a JSON manifest that a gate depends on: its scripts, and keys that configure tools. */
import { type Parts, type PartsOf, whole } from './parts.ts'
import { named } from './runs.ts'

/** Parses a JSON object; null for other text, which is compared as a whole. */
function asObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const texts = (table: unknown): Record<string, string> =>
  isObject(table)
    ? Object.fromEntries(Object.entries(table).map(([name, value]) => [name, commandOf(value)]))
    : {}

/** Text of a command: Composer has lists of commands, others have objects. */
const commandOf = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(commandOf).join('\n') : shown(value)

const shown = (value: unknown) => JSON.stringify(value, null, 2)

const pick = (prefix: string, table: Record<string, string>, names: readonly string[]): Parts =>
  Object.fromEntries(
    names.filter((name) => Object.hasOwn(table, name)).map((name) => [`${prefix}${name}`, table[name]!]),
  )

/** Keys of package.json that configure a tool, and the words by which the gate runs it. */
const KEYS: [key: string, when: RegExp][] = [
  ['jest', /jest|react-scripts|craco/],
  ['mocha', /mocha/],
  ['ava', /\bava\b/],
  ['vitest', /vitest/],
  ['tap', /\btap\b/],
  ['c8', /\bc8\b/],
  ['nyc', /\bnyc\b/],
  ['eslintConfig', /eslint|next lint|react-scripts/],
  ['eslintIgnore', /eslint|next lint|react-scripts/],
  ['prettier', /prettier/],
  ['stylelint', /stylelint/],
  ['xo', /\bxo\b/],
  ['standard', /standard/],
  ['wireit', /wireit/],
  ['nx', /\bnx\b/],
  ['config', /npm_package_config/],
]

/** Scripts that npm runs by itself on installation. */
const LIFECYCLE = [
  ...['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'],
  'pnpm:devPreinstall',
]
/** Keys that allow packages to run scripts of their own. */
const ALLOWED = ['trustedDependencies', 'allowScripts', 'dependenciesMeta']

/** Finds the parts of package.json; versions alone never count. */
export const ofPackage: PartsOf = (text, runs) => {
  const manifest = asObject(text)
  if (manifest === null) return whole(text, runs)
  const scripts = texts(manifest.scripts)
  const keys = [
    ...KEYS.filter(([, when]) => when.test(runs.text)).map(([key]) => key),
    ...(runs.isWide ? ['workspaces'] : []),
    ...(runs.installs ? ALLOWED : []),
  ]
  const built = isObject(manifest.pnpm) ? manifest.pnpm.onlyBuiltDependencies : undefined
  return {
    ...pick('scripts.', scripts, named(runs, scripts)),
    ...(runs.installs && pick('scripts.', scripts, LIFECYCLE)),
    ...pick('', texts(manifest), keys),
    ...(runs.installs && built !== undefined && { 'pnpm.onlyBuiltDependencies': shown(built) }),
    ...replaced(manifest),
  }
}

/**
 * Dependencies that do not come from a registry: a tool that the gate runs may be a folder of the change, or have
 * another's name.
 */
function replaced(manifest: Record<string, unknown>): Parts {
  const parts: Parts = {}
  for (const table of ['dependencies', 'devDependencies', 'optionalDependencies'])
    for (const [name, from] of Object.entries(texts(manifest[table])))
      if (/[:/]/.test(from) && !/^(workspace|catalog):/.test(from)) parts[`${table}.${name}`] = from
  return parts
}

/** Finds the parts of composer.json and deno.json: the named scripts, and these keys. */
export const ofTable =
  (table: string, keys: readonly string[] = []): PartsOf =>
  (text, runs) => {
    const manifest = asObject(text)
    if (manifest === null) return whole(text, runs)
    const scripts = texts(manifest[table])
    return { ...pick(`${table}.`, scripts, named(runs, scripts)), ...pick('', texts(manifest), keys) }
  }

/** Finds packages that run a script of their own on installation, if the gate lets them. */
export const ofLock: PartsOf = (text, runs) => {
  const packages = asObject(text)?.packages
  if (!runs.installs || !isObject(packages)) return {}
  const running = Object.entries(packages).filter(([, it]) => isObject(it) && it.hasInstallScript === true)
  return Object.fromEntries(running.map(([path]) => [`install script of ${nameOf(path)}`, 'runs']))
}

const nameOf = (path: string) => path.split('node_modules/').at(-1) || 'the project'
