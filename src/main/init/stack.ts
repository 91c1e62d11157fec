/** Technology of a project, and the check that follows from it. */
import { type Manager, writtenOut } from './scripts.ts'

/** Files of a project. */
export interface Files {
  paths: readonly string[]
  /** Reads a file; null when it is missing. */
  read(path: string): string | null
}

/** Technology with the commands of its check. */
export interface Stack {
  name: string
  commands: string[]
}

/** Detects every stack at the root of the project; Make only when there is nothing else. */
export function detect(files: Files): Stack[] {
  const found = [node, python, rust, go, maven, gradle].flatMap((each) => each(files) ?? [])
  return found.length > 0 ? found : (make(files) ?? [])
}

/** Makes the starter `verify.sh` from the templates. */
export function starter(stacks: Stack[], templates: { starter: string; none: string }): string {
  if (stacks.length === 0) return templates.none
  const sections = stacks.map(({ name, commands }) =>
    (stacks.length > 1 ? [`# ${name}`, ...commands] : commands).join('\n'),
  )
  return templates.starter.replace('# COMMANDS', () => sections.join('\n\n'))
}

const has = ({ paths }: Files, ...names: string[]) => names.some((name) => paths.includes(name))

function node(files: Files): Stack[] | null {
  const manifest = files.read('package.json')
  if (manifest === null) return null
  const { scripts, needs } = packageOf(manifest)
  const { install, ...manager } = packageManager(files, needs)
  const names = Object.keys(scripts)
  const wanted = ['lint', 'typecheck', 'type-check', 'build', 'test'].filter((name) => names.includes(name))
  const chosen = wanted.includes('test') || !names.includes('check') ? wanted : ['check']
  const runs = chosen.flatMap((name) => writtenOut(name, scripts, manager))
  if (
    needs.includes('typescript') &&
    has(files, 'tsconfig.json') &&
    !chosen.some((name) => /^type|^build|^check/.test(name))
  )
    runs.unshift('npx tsc --noEmit')
  const commands =
    runs.length > 0
      ? [...(needs.length > 0 && manager.hasFolder ? PROGRAMS : []), ...runs]
      : [SYNTAX_OF_JAVASCRIPT]
  return [{ name: `Node.js (${manager.program})`, commands: [...install, ...commands] }]
}

/** Lines that put packages' programs on PATH, as a package manager does for a script. */
const PROGRAMS = [
  '# The scripts of package.json, written out: by their names, a change could switch them off.',
  'PATH="$PWD/node_modules/.bin:$PATH"',
]

/** Command for a project that declares no test: at least every file must parse. */
const SYNTAX_OF_JAVASCRIPT =
  "# package.json has no test yet; until then every file must at least parse.\ngit ls-files -z '*.js' '*.mjs' '*.cjs' | xargs -0 -n 1 node --check"

function packageOf(manifest: string): { scripts: Record<string, string>; needs: string[] } {
  const parsed = asObject(manifest)
  const scripts: Record<string, string> = {}
  for (const [name, command] of Object.entries(asRecord(parsed.scripts)))
    if (typeof command === 'string' && !command.includes('no test specified')) scripts[name] = command
  const needs = [parsed.dependencies, parsed.devDependencies].flatMap((each) => Object.keys(asRecord(each)))
  return { scripts, needs }
}

function asObject(text: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(text))
  } catch {
    return {}
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function packageManager(files: Files, needs: string[]): Manager & { install: string[] } {
  const usual = { runsAround: true, hasFolder: true }
  if (has(files, 'pnpm-lock.yaml'))
    return { program: 'pnpm', install: ['pnpm install --frozen-lockfile'], ...usual }
  if (has(files, 'bun.lock', 'bun.lockb'))
    return { program: 'bun', install: ['bun install --frozen-lockfile'], ...usual }
  if (has(files, 'yarn.lock') && has(files, '.yarnrc.yml')) {
    // Unless it is told otherwise, it knows where programs are, and nobody else does.
    const hasFolder = /^nodeLinker:\s*["']?(node-modules|pnpm)\b/m.test(files.read('.yarnrc.yml') ?? '')
    return { program: 'yarn', install: ['yarn install --immutable'], runsAround: false, hasFolder }
  }
  if (has(files, 'yarn.lock'))
    return { program: 'yarn', install: ['yarn install --frozen-lockfile'], ...usual }
  if (has(files, 'package-lock.json', 'npm-shrinkwrap.json'))
    return { program: 'npm', install: ['npm ci --no-audit --no-fund'], ...usual }
  const install = needs.length > 0 ? ['npm install --no-audit --no-fund --no-package-lock'] : []
  return { program: 'npm', install, ...usual }
}

function python(files: Files): Stack[] | null {
  const manifest = files.read('pyproject.toml')
  const lists = files.paths.filter((path) => /^requirements[\w.-]*\.txt$/.test(path))
  const setUp = has(files, 'setup.py', 'setup.cfg')
  if (manifest === null && lists.length === 0 && !setUp && !has(files, 'pytest.ini', 'tox.ini')) return null
  const isTested = files.paths.some((path) => /(^|\/)(test_[^/]*|[^/]*_test|conftest)\.py$/.test(path))
  const test = isTested ? 'python -m pytest' : 'python -m compileall -q .'
  if (has(files, 'uv.lock'))
    return [{ name: 'Python (uv)', commands: ['uv sync --frozen', `uv run ${test}`] }]
  if (has(files, 'poetry.lock'))
    return [{ name: 'Python (Poetry)', commands: ['poetry install --no-interaction', `poetry run ${test}`] }]
  const installs = [
    ...lists.map((path) => `-r ${path}`),
    ...(/^\[(project|tool\.poetry)\]/m.test(manifest ?? '') || setUp
      ? [`-e '.${extrasOf(manifest ?? '')}'`]
      : []),
    ...(isTested ? ['pytest'] : []),
  ]
  const environment = [
    'venv=$(mktemp -d)',
    `trap 'rm -rf "$venv"' EXIT`,
    'python3 -m venv "$venv"',
    '. "$venv/bin/activate"',
  ]
  const install = installs.length > 0 ? [`pip install --quiet ${installs.join(' ')}`] : []
  return [{ name: 'Python', commands: [...environment, ...install, test] }]
}

/** Extras that the project declares for tests, such as `[dev,test]`. */
function extrasOf(manifest: string): string {
  const section = /^\[project\.optional-dependencies\]\n([^[]*(?:\n(?!\[)[^\n]*)*)/m.exec(manifest)?.[1] ?? ''
  const extras = ['dev', 'test', 'tests'].filter((name) => new RegExp(`^${name}\\s*=`, 'm').test(section))
  return extras.length > 0 ? `[${extras.join(',')}]` : ''
}

function rust(files: Files): Stack[] | null {
  if (!has(files, 'Cargo.toml')) return null
  const locked = has(files, 'Cargo.lock') ? ' --locked' : ''
  return [{ name: 'Rust', commands: [`cargo test --workspace${locked}`] }]
}

function go(files: Files): Stack[] | null {
  return has(files, 'go.mod') ? [{ name: 'Go', commands: ['go vet ./...', 'go test ./...'] }] : null
}

function maven(files: Files): Stack[] | null {
  if (!has(files, 'pom.xml')) return null
  return [{ name: 'Maven', commands: [`${has(files, 'mvnw') ? './mvnw' : 'mvn'} --batch-mode verify`] }]
}

function gradle(files: Files): Stack[] | null {
  if (!has(files, 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts')) return null
  return [{ name: 'Gradle', commands: [`${has(files, 'gradlew') ? './gradlew' : 'gradle'} check`] }]
}

function make(files: Files): Stack[] | null {
  const makefile = files.read('Makefile') ?? files.read('makefile') ?? files.read('GNUmakefile')
  if (makefile === null) return null
  const targets = ['check', 'test', 'lint'].filter((name) =>
    new RegExp(`^${name}\\s*:(?!=)`, 'm').test(makefile),
  )
  const chosen = targets.includes('check') ? ['check'] : targets
  return [{ name: 'Make', commands: chosen.length > 0 ? chosen.map((name) => `make ${name}`) : ['make'] }]
}
