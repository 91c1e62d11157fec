import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detect, starter } from '../../src/main/init/stack.ts'
import { template } from '../../src/main/machine/templates.ts'
import { newFolder } from './terminal.ts'

const templates = { starter: template('verify/starter.sh'), none: template('verify/none.sh') }

const stacks = (files: Record<string, string>) =>
  detect({ paths: Object.keys(files), read: (path) => files[path] ?? null })

const commands = (files: Record<string, string>) => stacks(files).flatMap((stack) => stack.commands)

const scripts = (scripts: Record<string, string>, more = {}) => JSON.stringify({ scripts, ...more })

/** Runs a verify.sh in a folder with these files. */
function verified(text: string, files: Record<string, string> = {}) {
  const folder = newFolder()
  for (const [path, content] of Object.entries({ ...files, 'verify.sh': text })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  chmodSync(join(folder, 'verify.sh'), 0o755)
  const { status, stdout, stderr } = spawnSync('./verify.sh', { cwd: folder, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

const PROGRAMS = [
  '# The scripts of package.json, written out: by their names, a change could switch them off.',
  'PATH="$PWD/node_modules/.bin:$PATH"',
]
const BY_NAME = '# This runs scripts by name; a change of what they are waits for your approval.'

describe('a script of package.json', () => {
  const written = (table: Record<string, string>) =>
    commands({ 'package.json': scripts(table) }).filter((line) => !/^# \w+$/.test(line))

  it.each<[string, Record<string, string>, string[]]>([
    ['one command', { test: 'cross-env NODE_ENV=test jest --ci' }, ['cross-env NODE_ENV=test jest --ci']],
    ['quotes', { test: `mocha "test/**/*.js" -g 'a b'` }, [`mocha "test/**/*.js" -g 'a b'`]],
    ['a chain', { test: 'eslint . && NODE_ENV=test jest' }, ['eslint .', 'NODE_ENV=test jest']],
    ['&& within quotes', { test: 'node -e "a && b" && jest' }, ['node -e "a && b"', 'jest']],
    [
      'all that a shell can do',
      { test: `cd sub && (a || b) > 'x'` },
      [String.raw`sh -c 'cd sub && (a || b) > '\''x'\'''`],
    ],
    ['a variable of the shell', { test: 'jest $ARGS' }, ["sh -c 'jest $ARGS'"]],
    ['a failure that is wanted', { test: '! grep -r debugger src' }, ["sh -c '! grep -r debugger src'"]],
    [
      'what runs before and after',
      {
        pretest: 'npm run compile',
        test: 'mocha',
        posttest: 'npm run cover',
        compile: 'tsc',
        cover: 'nyc report',
      },
      ['tsc', 'mocha', 'nyc report'],
    ],
    [
      'scripts that it calls',
      { test: 'npm run -s style && run-s unit e2e', style: 'prettier -c .', unit: 'vitest run', e2e: 'x' },
      ['prettier -c .', 'vitest run', 'x'],
    ],
    [
      'a call with arguments',
      { test: 'npm run unit -- --ci', unit: 'jest' },
      [BY_NAME, 'npm run unit -- --ci'],
    ],
    ['other packages', { test: 'pnpm -r test' }, [BY_NAME, 'pnpm -r test']],
    ['a runner of scripts', { test: 'run-p lint:*' }, [BY_NAME, 'run-p lint:*']],
    ['itself', { test: 'npm test' }, [BY_NAME, 'npm test']],
  ])('is written out: %s', (_, table, expected) => {
    expect(written(table)).toEqual(expected)
  })

  it('stays a name where npm tells it something', () => {
    expect(written({ test: 'x $npm_package_version' })).toEqual([BY_NAME, 'npm test'])
  })

  it.each<[string, boolean]>([
    ['true && false && true', false],
    ['false; true', true],
    ['true && sh -c "exit 3"', false],
    ['test "$UNSET" = ""', true],
    ['! true', false],
    ['cd / && test ! -e verify.sh', true],
    ['A=1 && test "$A" = 1', true],
  ])('is well when npm says so: %s', (command, isWell) => {
    const manifest = scripts({ lint: command, test: 'test -e verify.sh' })
    expect(verified(starter(stacks({ 'package.json': manifest }), templates)).status === 0).toBe(isWell)
  })
})

describe('the starter verify.sh', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'npm with a lock',
      { 'package.json': scripts({ test: 'vitest', lint: 'biome' }), 'package-lock.json': '' },
      ['npm ci --no-audit --no-fund', '# lint', 'biome', '# test', 'vitest'],
    ],
    [
      'npm without a lock',
      { 'package.json': scripts({ test: 'x' }, { dependencies: { hono: '4' } }) },
      ['npm install --no-audit --no-fund --no-package-lock', ...PROGRAMS, '# test', 'x'],
    ],
    [
      'npm without a dependency',
      { 'package.json': scripts({ build: 'x', test: 'y' }) },
      ['# build', 'x', '# test', 'y'],
    ],
    ['a check that does it all', { 'package.json': scripts({ check: 'x', build: 'y' }) }, ['# check', 'x']],
    [
      'TypeScript without a script for it',
      {
        'package.json': scripts({ test: 'x' }, { devDependencies: { typescript: '5' } }),
        'tsconfig.json': '',
        'yarn.lock': '',
      },
      ['yarn install --frozen-lockfile', ...PROGRAMS, 'npx tsc --noEmit', '# test', 'x'],
    ],
    [
      'pnpm',
      { 'package.json': scripts({ test: 'x' }), 'pnpm-lock.yaml': '' },
      ['pnpm install --frozen-lockfile', '# test', 'x'],
    ],
    [
      'newer yarn, which alone knows where programs are',
      { 'package.json': scripts({ test: 'x' }), 'yarn.lock': '', '.yarnrc.yml': '' },
      ['yarn install --immutable', BY_NAME, 'yarn test'],
    ],
    [
      'newer yarn with node_modules',
      {
        'package.json': scripts({ pretest: 'w', test: 'x' }),
        'yarn.lock': '',
        '.yarnrc.yml': 'nodeLinker: node-modules\n',
      },
      ['yarn install --immutable', '# test', 'x'],
    ],
    [
      'uv',
      { 'pyproject.toml': '[project]', 'uv.lock': '', 'tests/test_a.py': '' },
      ['uv sync --frozen', 'uv run python -m pytest'],
    ],
    [
      'Poetry',
      { 'pyproject.toml': '', 'poetry.lock': '', 'conftest.py': '' },
      ['poetry install --no-interaction', 'poetry run python -m pytest'],
    ],
    ['Rust', { 'Cargo.toml': '', 'Cargo.lock': '' }, ['cargo test --workspace --locked']],
    ['Go', { 'go.mod': '' }, ['go vet ./...', 'go test ./...']],
    ['Maven', { 'pom.xml': '', mvnw: '' }, ['./mvnw --batch-mode verify']],
    ['Gradle', { 'build.gradle.kts': '', gradlew: '' }, ['./gradlew check']],
    ['Make', { Makefile: 'test: build\n\tx\nlint:\n\tx\n' }, ['make test', 'make lint']],
    ['Make with a check', { Makefile: 'check: test\ntest:\n' }, ['make check']],
    ['Make beside another stack', { Makefile: 'check:', 'go.mod': '' }, ['go vet ./...', 'go test ./...']],
    ['nothing', { 'README.md': '' }, []],
  ])('knows %s', (_, files, expected) => {
    expect(commands(files)).toEqual(expected)
  })

  it('installs what a Python project declares, into an environment of its own', () => {
    const manifest = '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["pytest"]\nextra = []\n'
    const found = commands({ 'pyproject.toml': manifest, 'requirements-dev.txt': '', 'tests/test_a.py': '' })
    expect(found).toContain("pip install --quiet -r requirements-dev.txt -e '.[test]' pytest")
    expect(found.at(-1)).toBe('python -m pytest')
  })

  it("does not take npm's placeholder, or a broken package.json, for tests", () => {
    for (const manifest of [scripts({ test: 'echo "Error: no test specified" && exit 1' }), '{ broken'])
      expect(commands({ 'package.json': manifest }).join()).toContain('node --check')
  })

  it('checks every stack of a project that has several', () => {
    const text = starter(stacks({ 'go.mod': '', 'Cargo.toml': '' }), templates)
    expect(text.match(/^# (Rust|Go)$/gm)).toEqual(['# Rust', '# Go'])
    expect(text).toContain('set -eu')
    expect(text).not.toContain('# COMMANDS')
  })

  it('can fail: never "|| true", and the first failure ends it', () => {
    const text = starter(stacks({ Makefile: 'test:\nlint:\n' }), templates)
    expect(text).not.toContain('|| true')
    expect(verified(text, { Makefile: 'test:\n\tfalse\nlint:\n\ttouch linted\n' })).toMatchObject({
      status: 2,
    })
    expect(verified(text, { Makefile: 'test:\n\ttrue\nlint:\n\ttrue\n' })).toMatchObject({ status: 0 })
  })

  it('finds a JavaScript file that does not parse', () => {
    const text =
      'set -eu\n' +
      commands({ 'package.json': '{}' }).join('\n').replace('git ls-files -z', 'printf "%s\\0" a.js; true')
    const withFind = text.replace(/printf.*true .*\| xargs/, 'find . -name "*.js" -print0 | xargs')
    expect(verified(`#!/bin/sh\n${withFind}\n`, { 'a.js': 'let x = ;' }).status).not.toBe(0)
    expect(verified(`#!/bin/sh\n${withFind}\n`, { 'a.js': 'let x = 1' }).status).toBe(0)
  })
})

describe('the verify.sh of a project that has nothing to check yet', () => {
  const text = starter([], templates)

  it('fails, and says what to do', () => {
    const { status, said } = verified(text)
    expect(status).toBe(1)
    expect(said).toContain('verify.sh found nothing to check')
  })

  it('runs the tests that a change brings, and fails with them', () => {
    expect(verified(text, { 'package.json': scripts({ test: 'node -e 0' }) }).status).toBe(0)
    expect(verified(text, { 'package.json': scripts({ test: 'node -e "process.exit(3)"' }) }).status).toBe(3)
    expect(verified(text, { 'package.json': '{}' }).status).not.toBe(0)
    expect(verified(text, { Makefile: 'test:\n\tfalse\n' }).status).not.toBe(0)
  })
})
