import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detect, starter } from '../../src/main/init/stack.ts'
import { template } from '../../src/main/templates.ts'
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

describe('the starter verify.sh', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'npm with a lock',
      { 'package.json': scripts({ test: 'vitest', lint: 'biome' }), 'package-lock.json': '' },
      ['npm ci --no-audit --no-fund', 'npm run lint', 'npm test'],
    ],
    [
      'npm without a lock',
      { 'package.json': scripts({ test: 'x' }, { dependencies: { hono: '4' } }) },
      ['npm install --no-audit --no-fund --no-package-lock', 'npm test'],
    ],
    [
      'npm without a dependency',
      { 'package.json': scripts({ build: 'x', test: 'y' }) },
      ['npm run build', 'npm test'],
    ],
    ['a check that does it all', { 'package.json': scripts({ check: 'x', build: 'y' }) }, ['npm run check']],
    [
      'TypeScript without a script for it',
      {
        'package.json': scripts({ test: 'x' }, { devDependencies: { typescript: '5' } }),
        'tsconfig.json': '',
        'yarn.lock': '',
      },
      ['yarn install --frozen-lockfile', 'npx tsc --noEmit', 'yarn test'],
    ],
    [
      'pnpm',
      { 'package.json': scripts({ test: 'x' }), 'pnpm-lock.yaml': '' },
      ['pnpm install --frozen-lockfile', 'pnpm test'],
    ],
    [
      'newer yarn',
      { 'package.json': scripts({ test: 'x' }), 'yarn.lock': '', '.yarnrc.yml': '' },
      ['yarn install --immutable', 'yarn test'],
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
