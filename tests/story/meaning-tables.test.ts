/** Which parts of which files a gate depends on, as tables. */
import { describe, expect, it } from 'vitest'
import { differing, follow, nameOf } from '../../src/life/landing/meaning/differ.ts'

const json = (value: object) => JSON.stringify(value)
const scripts = (table: Record<string, string>, more = {}) => json({ scripts: table, ...more })

interface Case {
  gate: string
  /** On `main`. */
  main?: Record<string, string>
  /** What of it the change replaces; null takes away. */
  change: Record<string, string | null>
}

/** What a person would be asked about. */
async function asked({ gate, main = {}, change }: Case): Promise<string[]> {
  const runs = await follow(`#!/bin/sh\nset -eu\n${gate}\n`, async (path) => main[path] ?? null)
  return Object.entries(change).flatMap(([path, after]) =>
    differing(runs, { path, before: main[path] ?? null, after }).map(nameOf),
  )
}

const ALL = { lint: 'eslint .', unit: 'vitest run', test: 'npm run lint && run-s unit', docs: 'typedoc' }
const without = (name: string) => Object.fromEntries(Object.entries(ALL).filter(([key]) => key !== name))

describe('what the gate of a JavaScript project means', () => {
  it.each<[string, Case, string[]]>([
    [
      'the script that it names',
      {
        gate: 'npm test',
        main: { 'package.json': scripts({ test: 'vitest run' }) },
        change: { 'package.json': scripts({ test: 'true' }) },
      },
      ['package.json: scripts.test'],
    ],
    [
      'no script that it does not name',
      {
        gate: 'npm test',
        main: { 'package.json': scripts(ALL) },
        change: { 'package.json': scripts({ ...ALL, docs: 'true' }) },
      },
      [],
    ],
    [
      'a script that a script names',
      {
        gate: 'npm t',
        main: { 'package.json': scripts(ALL) },
        change: { 'package.json': scripts({ ...ALL, unit: 'vitest run --passWithNoTests' }) },
      },
      ['package.json: scripts.unit'],
    ],
    [
      'a script that is not there any more',
      {
        gate: 'yarn test',
        main: { 'package.json': scripts(ALL) },
        change: { 'package.json': scripts(without('lint')) },
      },
      ['package.json: scripts.lint'],
    ],
    [
      'what runs before and after it, also when it is new',
      {
        gate: 'npm run lint',
        main: { 'package.json': scripts({ lint: 'eslint .', postlint: 'a' }) },
        change: { 'package.json': scripts({ lint: 'eslint .', prelint: 'rm -r src', postlint: 'b' }) },
      },
      ['package.json: scripts.postlint', 'package.json: scripts.prelint'],
    ],
    [
      'names with a star',
      {
        gate: 'npx npm-run-all "lint:*"',
        main: { 'package.json': scripts({ 'lint:js': 'eslint .', other: 'x' }) },
        change: { 'package.json': scripts({ 'lint:js': 'true', other: 'y' }) },
      },
      ['package.json: scripts.lint:js'],
    ],
    [
      'what an install runs by itself',
      {
        gate: 'npm ci --no-audit\nnode --test',
        main: { 'package.json': scripts({}) },
        change: { 'package.json': scripts({ prepare: 'sed -i d test/*', test: 'x' }) },
      },
      ['package.json: scripts.prepare'],
    ],
    [
      'nothing that an install leaves out',
      {
        gate: 'npm ci --ignore-scripts\nnode --test',
        main: { 'package.json': scripts({}) },
        change: { 'package.json': scripts({ prepare: 'husky' }) },
      },
      [],
    ],
    [
      'no versions of packages',
      {
        gate: 'npm ci && npm test',
        main: { 'package.json': scripts(ALL, { dependencies: { a: '1' } }), 'package-lock.json': '{}' },
        change: {
          'package.json': scripts(ALL, { dependencies: { a: '^2.0.0', b: 'latest' }, version: '2.0.0' }),
          'package-lock.json': json({ packages: { 'node_modules/b': { version: '1.0.0' } } }),
        },
      },
      [],
    ],
    [
      'a runner from a folder of the change',
      {
        gate: 'npm test',
        main: { 'package.json': scripts(ALL, { devDependencies: { vitest: '4' } }) },
        change: { 'package.json': scripts(ALL, { devDependencies: { vitest: 'file:./fake' } }) },
      },
      ['package.json: devDependencies.vitest'],
    ],
    [
      'a package that newly runs a script when it is installed',
      {
        gate: 'npm ci',
        main: { 'package-lock.json': json({ packages: {} }) },
        change: {
          'package-lock.json': json({
            packages: { 'node_modules/x/node_modules/y': { hasInstallScript: true } },
          }),
        },
      },
      ['package-lock.json: install script of y'],
    ],
    [
      'the runner that is configured in the manifest, and no other',
      {
        gate: 'npx jest',
        main: { 'package.json': json({ jest: { bail: true }, mocha: {} }) },
        change: { 'package.json': json({ jest: { testMatch: [] }, mocha: { a: 1 } }) },
      },
      ['package.json: jest'],
    ],
    [
      'configuration of the runner that a script runs, and no other',
      {
        gate: 'npm test',
        main: {
          'package.json': scripts(ALL),
          'vitest.config.ts': 'a',
          'jest.config.js': 'a',
          'eslint.config.js': 'a',
        },
        change: {
          'vitest.config.ts': 'b',
          'jest.config.js': 'b',
          'eslint.config.js': null,
          '.eslintignore': 'src',
        },
      },
      ['vitest.config.ts', 'eslint.config.js', '.eslintignore'],
    ],
    [
      'a manifest that cannot be read, as a whole',
      {
        gate: 'npm test',
        main: { 'package.json': scripts(ALL) },
        change: { 'package.json': '{ "scripts": ' },
      },
      [
        'package.json: scripts.lint',
        'package.json: scripts.unit',
        'package.json: scripts.test',
        'package.json',
      ],
    ],
    [
      'scripts of other folders, once the gate goes there; a new folder weakens nothing',
      {
        gate: 'pnpm -r test',
        main: { 'packages/a/package.json': scripts({ test: 'vitest' }) },
        change: {
          'packages/a/package.json': scripts({ test: 'true' }),
          'packages/b/package.json': scripts({ test: 'x' }),
        },
      },
      ['packages/a/package.json: scripts.test'],
    ],
    [
      'no scripts of other folders while it stays at the root',
      {
        gate: 'npm test',
        main: { 'docs/package.json': scripts({ test: 'a' }) },
        change: { 'docs/package.json': scripts({ test: 'b' }) },
      },
      [],
    ],
    [
      'a script that it runs by its path, and what that runs',
      {
        gate: './ci/all.sh',
        main: {
          'ci/all.sh': 'npx biome check\nnpm test',
          'package.json': scripts({ test: 'mocha' }),
          'biome.json': '{}',
        },
        change: { 'ci/all.sh': 'true', 'biome.json': '{"x":1}', '.mocharc.yml': 'x', 'ci/other.sh': 'x' },
      },
      ['ci/all.sh', 'biome.json', '.mocharc.yml'],
    ],
    [
      'what runs all tests, and no test',
      {
        gate: 'exec node test/all.js\nnode test/shop.js\nnode scripts/check.mjs && check ./lint',
        main: { 'test/all.js': 'a', 'test/shop.js': 'a', 'scripts/check.mjs': 'a', lint: 'a' },
        change: { 'test/all.js': 'b', 'test/shop.js': 'b', 'scripts/check.mjs': 'b', lint: 'b' },
      },
      ['test/all.js', 'scripts/check.mjs', 'lint'],
    ],
    [
      'no script that is the product',
      {
        gate: 'sh -n till.sh\ntest "$(sh till.sh 1 2)" = 3\nnode main.js | grep -q fine\n! ./till.sh x',
        main: { 'till.sh': 'a' },
        change: { 'till.sh': 'b' },
      },
      [],
    ],
    [
      'nothing by name where the commands are written out',
      {
        gate: '# npm test\nPATH="$PWD/node_modules/.bin:$PATH"\nnode --test test',
        main: { 'package.json': scripts({ test: 'node --test test' }), 'jest.config.js': 'a' },
        change: { 'package.json': scripts({ test: 'true' }), 'jest.config.js': 'b' },
      },
      [],
    ],
    [
      'nothing of what it does not run while a file is not there',
      {
        gate: 'if [ -f pyproject.toml ] || [ -f pytest.ini ]; then python3 -m pytest; fi\nif [ -f a.txt ]; then npm test; fi',
        main: { 'a.txt': '', 'package.json': scripts(ALL) },
        change: { 'pytest.ini': '[pytest]', 'package.json': scripts({ ...ALL, lint: 'true' }) },
      },
      ['package.json: scripts.lint'],
    ],
    [
      'what comes between it and its tools',
      {
        gate: 'PATH="$PWD/node_modules/.bin:$PATH"\nnode --test\nvendor/bin/phpunit',
        change: {
          ...{
            'node_modules/.bin/node': 'exit 0',
            'node_modules/a/x.js': '',
            'test/node_modules/chai/i.js': '',
          },
          ...{ 'vendor/bin/phpunit': '', 'vendor/a.php': '', 'docs/node_modules.md': '' },
        },
      },
      ['node_modules/', 'node_modules/', 'test/node_modules/', 'vendor/bin/phpunit'],
    ],
    [
      'the manifest, once it is gone',
      {
        gate: 'node --test\npython3 -m pytest\ncargo test\ngo test ./...',
        main: {
          ...{ 'package.json': '{}', 'pyproject.toml': '[project]\n', 'Cargo.toml': '[package]\n' },
          ...{ 'go.mod': 'module x\n', 'docs/package.json': '{}', 'pom.xml': '<project/>' },
        },
        change: {
          ...{ 'package.json': null, 'pyproject.toml': null, 'Cargo.toml': null, 'go.mod': null },
          ...{ 'docs/package.json': null, 'pom.xml': null },
        },
      },
      ['package.json', 'pyproject.toml', 'Cargo.toml', 'go.mod'],
    ],
    [
      'a file that it asks for, once it is gone',
      {
        gate: 'if [ -f ./a.txt ]; then node --test; fi\n./ci/all.sh',
        main: { 'a.txt': '', 'b.txt': '', 'ci/all.sh': 'if test -e b.txt; then npx eslint .; fi' },
        change: { 'a.txt': null, 'b.txt': null, 'c.txt': null },
      },
      ['a.txt', 'b.txt'],
    ],
    [
      'a file that turns it off, once it is there',
      {
        gate: '[ -f SKIP ] && exit 0\nif [ ! -f off.txt ]; then node --test; fi\n[ -d node_modules ] || npm ci --ignore-scripts\nif [ -f ./OFF ]; then\n  exit 0\nfi',
        change: { SKIP: '', 'off.txt': '', OFF: '', 'other.txt': '' },
      },
      ['SKIP', 'off.txt', 'OFF'],
    ],
    [
      'no file whose being there is what it checks',
      {
        gate: [
          '[ ! -e one.txt ] || [ ! -e two.txt ]\ntest -f LICENSE || exit 1\nnode --test',
          '[ -s NEWS ] || { echo "no news"; exit 1; }\nif [ ! -f three.txt ]; then echo no; exit 2; fi',
        ].join('\n'),
        main: { LICENSE: '' },
        change: { 'one.txt': '', 'two.txt': '', LICENSE: null, NEWS: '', 'three.txt': '' },
      },
      [],
    ],
    [
      'no file that turns more of it on, and none that it asks for whose text is another',
      {
        gate: [
          'if [ -f pyproject.toml ] || [ -f tests/conftest.py ]; then pytest; fi\nif [ -f a.txt ]; then node --test; fi',
          '[ ! -f one.js ] || node one.js\n[ -e two.js ] && node two.js\ntest -f three.txt || exit 0',
        ].join('\n'),
        main: { 'pyproject.toml': '', 'a.txt': 'a' },
        change: {
          ...{ 'tests/conftest.py': 'X = 1\n', 'a.txt': 'b' },
          ...{ 'one.js': '', 'two.js': '', 'three.txt': '' },
        },
      },
      [],
    ],
  ])('is %s', async (_, given, expected) => {
    expect(await asked(given)).toEqual(expected)
  })
})

const MAKEFILE =
  'PY = python3\n.PHONY: test lint\ntest: unit lint\n\t$(PY) -m unittest\nunit:\n\tgo test ./...\nlint:\n\tx\ndocs:\n\ty\n'
const PYPROJECT =
  '[project]\ndependencies = ["a"]\n[tool.pytest.ini_options]\naddopts = "-q"\n[tool.ruff]\nx = 1\n'
const CARGO =
  '[package]\nname = "x"\n[dependencies]\na = "1"\n[profile.test]\nopt-level = 1\n[lib]\npath = "a.rs"\n'
const GRADLE =
  'plugins { id("java") }\ndependencies {\n  implementation("a:b:1")\n}\ntasks.test { useJUnitPlatform() }\n'
const POM =
  '<project><dependencies><dependency><v>1</v></dependency></dependencies><build>a</build></project>'

describe('what the gate of any other project means', () => {
  it.each<[string, string, string, string, string | null, string[]]>([
    [
      'a target that it makes',
      'make test',
      'Makefile',
      MAKEFILE,
      MAKEFILE.replace('go test', 'true'),
      ['target unit'],
    ],
    ['no target that it does not', 'make test', 'Makefile', MAKEFILE, MAKEFILE.replace('\ty', '\tz'), []],
    [
      'a variable',
      'make test',
      'Makefile',
      MAKEFILE,
      MAKEFILE.replace('python3', 'true'),
      ['outside of targets'],
    ],
    [
      'the first target',
      'make',
      'Makefile',
      MAKEFILE,
      MAKEFILE.replace('test: unit', 'test:'),
      ['target test', 'target unit'],
    ],
    [
      'a target that a file may replace',
      'make test',
      'Makefile',
      MAKEFILE,
      MAKEFILE.replace('.PHONY: test lint\n', ''),
      ['.PHONY'],
    ],
    [
      'a new target that shells out',
      'make test',
      'Makefile',
      MAKEFILE,
      `${MAKEFILE}x: $(shell rm test)\n`,
      ['target x'],
    ],
    [
      'a table of pyproject',
      'pytest',
      'pyproject.toml',
      PYPROJECT,
      PYPROJECT.replace('-q', '-k x'),
      ['[tool.pytest.ini_options]'],
    ],
    [
      'no table of a tool that does not run',
      'pytest',
      'pyproject.toml',
      PYPROJECT,
      PYPROJECT.replace('x = 1', 'x = 2'),
      [],
    ],
    [
      'no dependency of pyproject',
      'pytest',
      'pyproject.toml',
      PYPROJECT,
      PYPROJECT.replace('"a"', '"b"'),
      [],
    ],
    [
      'a key with dots',
      'pytest',
      'pyproject.toml',
      PYPROJECT,
      `tool.pytest.ini_options.addopts = "x"\n${PYPROJECT}`,
      ['[tool.pytest.ini_options.addopts]'],
    ],
    [
      'setup.cfg',
      'python -m pytest',
      'setup.cfg',
      '[metadata]\na = 1\n',
      '[metadata]\na = 2\n[tool:pytest]\nx = 1\n',
      ['[tool:pytest]'],
    ],
    [
      'hooks of pytest',
      'pytest',
      'conftest.py',
      '',
      'def pytest_collection_modifyitems(items): items.clear()\n',
      [''],
    ],
    ['no fixture of pytest', 'pytest', 'tests/conftest.py', '', '@pytest.fixture\ndef shop(): ...\n', []],
    ['a module in the place of the runner', 'python3 -m pytest', 'pytest.py', null as never, 'pass', ['']],
    ['no module that Go needs', 'go test ./...', 'go.mod', 'require a v1\n', 'require a v2\n', []],
    [
      'a module of Go from a folder',
      'go test ./...',
      'go.mod',
      'require a v1\n',
      'require a v1\nreplace a => ./a\n',
      ['replaced by a folder'],
    ],
    [
      'a profile of Cargo',
      'cargo test',
      'Cargo.toml',
      CARGO,
      CARGO.replace('opt-level = 1', 'debug-assertions = false'),
      ['[profile.test]'],
    ],
    [
      'a crate that is not tested',
      'cargo test',
      'sub/Cargo.toml',
      CARGO,
      CARGO.replace('[lib]', '[lib]\ntest = false'),
      ['what is tested'],
    ],
    [
      'no crate that it needs',
      'cargo test',
      'Cargo.toml',
      CARGO,
      CARGO.replace('a = "1"', 'a = "2"\nb = "1"'),
      [],
    ],
    [
      'tasks of Gradle',
      './gradlew check',
      'app/build.gradle.kts',
      GRADLE,
      GRADLE.replace('useJUnitPlatform()', 'enabled = false'),
      ['all but dependencies'],
    ],
    [
      'no dependency of Gradle',
      './gradlew check',
      'build.gradle.kts',
      GRADLE,
      GRADLE.replace('a:b:1', 'a:b:2'),
      [],
    ],
    [
      'code among dependencies of Gradle',
      './gradlew check',
      'build.gradle.kts',
      GRADLE,
      GRADLE.replace('implementation', 'tasks.test.enabled = false; implementation'),
      ['all but dependencies'],
    ],
    [
      'the build of Maven',
      './mvnw verify',
      'pom.xml',
      POM,
      POM.replace('>a<', '>b<'),
      ['all but dependencies'],
    ],
    ['no dependency of Maven', './mvnw verify', 'pom.xml', POM, POM.replace('>1<', '>2<'), []],
    [
      'an element in a comment of Maven',
      'mvn verify',
      'pom.xml',
      POM,
      POM.replace('<build>a</build>', '<!--<dependency>--><build>b</build><!--</dependency>-->'),
      ['all but dependencies'],
    ],
    [
      'Composer’s scripts',
      'composer test',
      'composer.json',
      scripts({ test: 'phpunit' }),
      scripts({ test: '@php -v' }),
      ['scripts.test'],
    ],
    ['PHPUnit', 'vendor/bin/phpunit', 'phpunit.xml', '<a/>', '<b/>', ['']],
    [
      'tasks of Deno',
      'deno task test',
      'deno.json',
      json({ tasks: { test: 'a' } }),
      json({ tasks: { test: 'b' } }),
      ['tasks.test'],
    ],
    ['a justfile', 'just test', 'justfile', 'test:\n\ta', 'test:\n\tb', ['']],
    ['RSpec', 'bundle exec rspec', '.rspec', '', '--tag ~slow', ['']],
    ['samples that tests read', 'npx jest', 'tests/fixtures/jest.config.js', 'a', 'b', []],
  ])('is %s', async (_, gate, path, before, after, expected) => {
    const main = before === null ? {} : { [path]: before }
    const names = expected.map((part) => (part === '' ? path : `${path}: ${part}`))
    expect(await asked({ gate, main, change: { [path]: after } })).toEqual(names)
  })
})
