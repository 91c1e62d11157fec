/** What of a change weakens tests, and what does not, as tables. */
import { describe, expect, it } from 'vitest'
import { doubtsOf } from '../../src/life/landing/meaning/doubts.ts'
import { isTest } from '../../src/life/landing/meaning/tests.ts'

/** Put together here, so that no check of ours takes it for one. */
const called = (how: string) => `it.${how}(`

const TWO = "it('a', () => {\n  expect(1).toBe(1)\n})\nit('b', () => {\n  expect(2).toBe(2)\n})\n"
const PYTHON = 'def test_a():\n    assert f(1) == 1\n\ndef test_b():\n    assert f(2) == 2\n'
const RUST_TESTS = '#[test]\nfn a() {\n    assert!(f());\n}\n'

describe('doubts', () => {
  it.each<[path: string, before: string | null, after: string | null, doubts: string[]]>([
    ['a.test.ts', 'expect(1)\n', null, ['deleted']],
    ['a.test.ts', 'expect(1)\n', ' \n', ['emptied']],
    ['a.test.ts', 'expect(1)\nexpect(2)\n', 'expect(1)\n', ['1 assertion, 2 before']],
    ['a.test.ts', null, `${called('only')}'a')\n`, ['1 more skip (it.only)']],
    ['a.test.ts', "it('a')\n", "xit('a')\nfdescribe('b')\n", ['2 more skips (xit, fdescribe)']],
    [
      'tests/test_a.py',
      'def test(): ...\n',
      '@pytest.mark.skip\ndef test(): ...\n',
      ['1 more skip (@pytest.mark.skip)'],
    ],
    ['tests/test_a.py', '', '@unittest.skip("x")\n', ['1 more skip (@unittest.skip)']],
    ['a_test.go', '', '\tt.Skip("x")\n', ['1 more skip (t.Skip)']],
    // What decides which tests are run, or what becomes of them.
    [
      'test_a.py',
      PYTHON,
      `${PYTHON}\ndef load_tests(*_):\n    return TestSuite()\n`,
      ['1 more skip (def load_tests)'],
    ],
    [
      'tests/conftest.py',
      '',
      'def pytest_collection_modifyitems(items):\n    items.clear()\n',
      ['1 more skip (def pytest_collection_modifyitems)'],
    ],
    ['conftest.py', '', 'collect_ignore_glob = ["*"]\n', ['1 more skip (collect_ignore_glob)']],
    ['conftest.py', '', 'def pytest_configure(config): ...\n@pytest.fixture\ndef a(): ...\n', []],
    ['a.test.js', TWO, `globalThis.expect = fake\n${TWO}`, ['1 more skip (globalThis.expect =)']],
    [
      'a_test.go',
      'func TestA(t *testing.T) {}\n',
      'func TestA(t *testing.T) {}\nfunc TestMain(m *testing.M) {\n\tsetup()\n}\n',
      ['1 more skip (func TestMain)'],
    ],
    [
      'a_test.go',
      'func TestA(t *testing.T) {}\n',
      'func TestA(t *testing.T) {}\nfunc TestMain(m *testing.M) {\n\tsetup()\n\tos.Exit(m.Run())\n}\n',
      [],
    ],
    [
      'spec/spec_helper.rb',
      '',
      'config.filter_run_excluding a: true\n',
      ['1 more skip (filter_run_excluding)'],
    ],
    [
      'test/a_test.rb',
      '',
      'def self.runnable_methods\n  []\nend\n',
      ['1 more skip (def self.runnable_methods)'],
    ],
    ['tests/ShopTest.php', '', 'public static function suite() {}\n', ['1 more skip (function suite)']],
    [
      'tests/it.rs',
      '#[test]\nfn a() {}\n',
      '#![cfg(never)]\n#[test]\nfn a() {}\n',
      ['1 more skip (#![cfg()'],
    ],
    [
      'src/test/java/ATest.java',
      '',
      '@EnabledIfSystemProperty\n',
      ['1 more skip (@EnabledIfSystemProperty)'],
    ],
    ['test/test_helper.exs', '', 'ExUnit.start(exclude: [:a])\n', ['1 more skip (ExUnit.start(exclude)']],
    ['src/lib.rs', '#[test]\nfn a() {}\n', '#[test]\n#[ignore]\nfn a() {}\n', ['1 more skip (#[ignore)']],
    ['src/test/java/ShopTest.java', '', '@Disabled\n', ['1 more skip (@Disabled)']],
    ['tests/ShopTest.php', '', '$this->markTestSkipped()\n', ['1 more skip (markTestSkipped)']],
    ['spec/shop_spec.rb', '', '  pending "later"\n', ['1 more skip (pending)']],
    [
      'vitest.config.ts',
      'lines: 80, branches: 70',
      'lines: 50, branches: 70',
      ['coverage of lines at least 50, 80 before'],
    ],
    [
      'pyproject.toml',
      'fail_under = 90\naddopts = "--cov"',
      '',
      ['coverage of fail_under at least nothing, 90 before', 'coverage is measured in fewer places'],
    ],
    [
      'package.json',
      '"test": "c8 node --test"',
      '"test": "node --test"',
      ['coverage is measured in fewer places'],
    ],
  ])('about %s: %j → %j', (path, before, after, doubts) => {
    expect(doubtsOf([{ path, before, after }])).toEqual(doubts.map((what) => `${path}: ${what}`))
  })

  it.each<[path: string, before: string, sign: string, found: string]>([
    ['a.test.js', TWO, 'process.exit(0)', 'process.exit(0)'],
    ['a.test.js', TWO, 'process.exit()', 'process.exit()'],
    ['a.test.js', TWO, 'process.exitCode = 0', 'process.exitCode = 0'],
    ['a.test.js', TWO, "process['exit'](0)", "process[''](0)"],
    ['test/setup.ts', 'globalThis.x = 1\n', 'Deno.exit(0)', 'Deno.exit(0)'],
    ['src/setupTests.js', 'globalThis.x = 1\n', 'process.exit( 0 );', 'process.exit( 0 )'],
    ['test_a.py', PYTHON, 'os._exit(0)', 'os._exit(0)'],
    ['test_a.py', PYTHON, 'sys.exit()', 'sys.exit()'],
    ['test_a.py', PYTHON, 'quit()', 'quit()'],
    ['test_a.py', PYTHON, 'raise SystemExit(0)', 'raise SystemExit(0)'],
    ['conftest.py', 'import os\n', 'os._exit(0)', 'os._exit(0)'],
    ['tests/it.rs', '#[test]\nfn a() {}\n', 'std::process::exit(0);', 'process::exit(0)'],
    ['a_test.go', 'func TestA(t *testing.T) {}\n', 'func init() { os.Exit(0) }', 'os.Exit(0)'],
    ['spec/a_spec.rb', "it 'a' do\nend\n", 'exit!', 'exit!'],
    ['tests/all.sh', 'set -e\n./a\n', 'exit 0', 'exit 0'],
    ['src/test/java/ATest.java', '@Test void a() {}\n', 'System.exit(0);', 'System.exit(0)'],
    ['test/a.cjs', TWO, 'return', 'return'],
    // What tests load is not only tests.
    ['src/shop.js', 'export const open = true\n', 'process.exit(0)', 'process.exit(0)'],
    ['shop.py', 'OPEN = True\n', 'os._exit(0)', 'os._exit(0)'],
  ])('see that %s ends the run before it can fail: %j + %s', (path, before, sign, found) => {
    const doubts = [`${path}: ends the test run with success (${found})`]
    expect(doubtsOf([{ path, before, after: `${sign}\n${before}` }])).toEqual(doubts)
  })

  it.each<[from: string, path: string]>([
    ['a.test.js', 'a.tst.js'],
    ['src/a.spec.ts', 'src/a.ts'],
    ['a.test.js', 'a.test.js.bak'],
    ['tests/test_shop.py', 'tests/shop.py'],
    ['test_shop.py', 'shop.py'],
    ['shop_test.go', 'shop_tst.go'],
    ['shop_test.go', 'test_shop.go'],
    ['shop_test.go', '_shop_test.go'],
    ['shop_test.go', 'shop_plan9_test.go'],
    ['spec/shop_spec.rb', 'spec/shop.rb'],
    ['src/test/java/ShopTest.java', 'src/test/java/Shop.java'],
    ['test/a.test.js', 'test/fixtures/a.test.js'],
    ['test/shop.js', 'attic/shop.js'],
  ])('take a test that no runner finds any more for a lost one: %s → %s', (from, path) => {
    const text = path.endsWith('.py') ? PYTHON : TWO
    expect(doubtsOf([{ path, from, before: text, after: text }])).toEqual([
      `${from}: renamed to ${path}, which is not the name of a test`,
    ])
  })

  const commented = (text: string, sign: string) => text.replaceAll(/^(?=.)/gm, `${sign} `)
  it.each<[path: string, before: string, after: string, doubts: string[]]>([
    ['a.test.ts', TWO, commented(TWO, '//'), ['emptied']],
    ['a.test.ts', `x()\n${TWO}`, `x()\n/*\n${TWO}*/\n`, ['0 tests, 2 before', '0 assertions, 2 before']],
    [
      'a.test.ts',
      TWO,
      `${TWO.slice(0, TWO.indexOf("it('b'"))}// it('b')\n`,
      ['1 test, 2 before', '1 assertion, 2 before'],
    ],
    ['a.test.ts', TWO, `const old = \`${TWO}\`\n`, ['0 tests, 2 before', '0 assertions, 2 before']],
    ['test_a.py', PYTHON, commented(PYTHON, '#'), ['emptied']],
    ['test_a.py', PYTHON, `"""\n${PYTHON}"""\nX = 1\n`, ['0 tests, 2 before', '0 assertions, 2 before']],
    ['test_a.py', PYTHON, PYTHON.replace('def test_b', 'def not_b'), ['1 test, 2 before']],
    [
      'a_test.go',
      'func TestA(t *T) {}\nfunc TestB(t *T) {}\n',
      'func TestA(t *T) {}\n',
      ['1 test, 2 before'],
    ],
    [
      'src/lib.rs',
      '#[test]\nfn a() {}\n#[tokio::test]\nfn b() {}\n',
      '#[test]\nfn a() {}\n',
      ['1 test, 2 before'],
    ],
    ['src/lib.rs', '#[cfg(test)]\nmod tests;\nfn a() {}\n', 'fn a() {}\n', ['0 tests, 1 before']],
    ['ATest.java', '@Test void a() {}\n@Test void b() {}\n', '@Test void a() {}\n', ['1 test, 2 before']],
    [
      'spec/a_spec.rb',
      "  it 'a' do\n  end\n  it 'b' do\n  end\n",
      "  it 'a' do\n  end\n",
      ['1 test, 2 before'],
    ],
    [
      'ATests.cs',
      '[Fact]\nvoid A() {}\n[Theory]\nvoid B() {}\n',
      '[Fact]\nvoid A() {}\n',
      ['1 test, 2 before'],
    ],
    ['a_test.exs', 'test "a" do\nend\ntest "b" do\nend\n', 'test "a" do\nend\n', ['1 test, 2 before']],
    ['test/a.bats', '@test "a" {\n}\n@test "b" {\n}\n', '@test "a" {\n}\n', ['1 test, 2 before']],
    ['tests/a.cpp', 'TEST(A, b) {\n}\nTEST_F(A, c) {\n}\n', 'TEST(A, b) {\n}\n', ['1 test, 2 before']],
  ])('count the tests that run: %s %#', (path, before, after, doubts) => {
    expect(doubtsOf([{ path, before, after }])).toEqual(doubts.map((what) => `${path}: ${what}`))
  })

  const GO = 'func TestA(t *testing.T) {\n\tassert.True(t, f())\n}\n'
  it.each<[path: string, before: string, from: string, to: string, found: string]>([
    ['a.test.js', TWO, "'a', ", "'a', { skip: true }, ", 'skip: true'],
    ['a.test.js', TWO, "'a', ", "'a', { todo: 'later' }, ", "todo: ''"],
    ['a.test.js', TWO, "it('a'", `${called('todo')}'a'`, 'it.todo'],
    ['a.test.js', TWO, "it('a'", `${called('skipIf')}true)('a'`, 'it.skipIf'],
    ['a.test.js', TWO, "it('a'", `${called('concurrent.skip')}'a'`, 'it.concurrent.skip'],
    ['a.test.js', TWO, '  expect(1)', '  t.skip()\n  expect(1)', 't.skip'],
    ['a.test.js', TWO, '  expect(1)', '  this.skip()\n  expect(1)', 'this.skip'],
    ['a.test.js', TWO, '  expect(1)', '  return\n  expect(1)', 'return at once'],
    ['a.test.js', TWO, '  expect(1)', '  return; expect(1)', 'return at once'],
    ['a.test.js', TWO, "it('b'", "if (false) it('b'", 'if (false)'],
    ['test_a.py', PYTHON, '    assert f(1)', '    pytest.skip("x")\n    assert f(1)', 'pytest.skip'],
    ['test_a.py', PYTHON, '    assert f(1)', '    return\n    assert f(1)', 'return at once'],
    [
      'test_a.py',
      PYTHON,
      '    assert f(1)',
      '    """Says."""\n    return None\n    assert f(1)',
      'return at once',
    ],
    ['test_a.py', PYTHON, 'def test_a', '@pytest.mark.xfail\ndef test_a', '@pytest.mark.xfail'],
    ['test_a.py', PYTHON, 'def test_a', 'pytestmark = pytest.mark.skip\ndef test_a', 'pytest.mark.skip'],
    ['test_a.py', PYTHON, '    assert f(1)', '    raise SkipTest\n    assert f(1)', 'raise SkipTest'],
    ['a_test.go', GO, '\tassert', '\tt.SkipNow()\n\tassert', 't.SkipNow'],
    ['a_test.go', GO, '\tassert', '\treturn\n\tassert', 'return at once'],
    ['a_test.go', GO, 'func', '//go:build ignore\n\nfunc', '//go:build'],
    ['src/a.rs', RUST_TESTS, '    assert', '    return;\n    assert', 'return at once'],
    ['src/a.rs', RUST_TESTS, '#[test]', '#[test]\n#[cfg(any())]', '#[cfg(any())]'],
    ['ATest.java', '@Test\nvoid a() {\n}\n', '{\n', '{\n  return;\n', 'return at once'],
    ['ATest.java', '@Test\nvoid a() {\n}\n', '@Test', '@Test(enabled = false)', '@Test(enabled = false)'],
  ])('see how a test is left out: %s %#', (path, before, from, to, found) => {
    const after = before.replace(from, to)
    expect(doubtsOf([{ path, before, after }])).toEqual([`${path}: 1 more skip (${found})`])
  })

  it('tell all of a change to many files, and the first hundred of too many', () => {
    const files = Array.from({ length: 130 }, (_, at) => ({
      path: `${at}.test.js`,
      before: TWO,
      after: null,
    }))
    const doubts = doubtsOf(files)
    expect(doubts).toHaveLength(101)
    expect(doubts.at(-1)).toBe('30 doubts more')
  })

  it('read what is made to be slow in no time', () => {
    const signs = [
      '/*',
      '"""',
      '`',
      "'",
      '\\"',
      '(/[',
      '#[',
      'it(',
      "it('",
      '@Test',
      'def test_(',
      '{ ',
      '=> {',
    ]
    const began = performance.now()
    for (const sign of signs)
      for (const path of ['a.test.ts', 'test_a.py', 'src/test/a.rs'])
        doubtsOf([{ path, before: '', after: sign.repeat(100_000) }])
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('no doubt', () => {
  const THIRD = "it('c', () => {\n  expect(3).toBe(3)\n})\n"
  it.each<[why: string, path: string, before: string | null, after: string | null]>([
    ['a new test', 'a.test.ts', TWO, TWO + THIRD],
    ['a new file of tests', 'a.test.ts', null, TWO],
    ['a test with another name', 'a.test.ts', TWO, TWO.replace("'a'", "'does it'")],
    ['another value', 'a.test.ts', TWO, TWO.replace('toBe(1)', 'toEqual({ a: 1 })')],
    ['more code around', 'a.test.ts', TWO, `describe('all', () => {\n${TWO}})\n`],
    ['an import that is gone', 'a.test.ts', `import { expect, it } from 'vitest'\n${TWO}`, TWO],
    [
      'an import of several lines that is gone',
      'a.test.ts',
      `import {\n  expect,\n  it,\n} from 'vitest'\n${TWO}`,
      TWO,
    ],
    ['lines that are joined', 'a.test.ts', 'expect(x)\n  .toMatch(y)\n', 'expect(x).toMatch(y)\n'],
    ['lines that are parted', 'a.test.ts', 'expect(x).toMatch(y)\n', 'expect(x)\n  .toMatch(y)\n'],
    ['a table in the place of tests that look alike', 'a.test.ts', "it('a')\n", "it.each([1, 2])('a %i')\n"],
    ['a comment that goes', 'a.test.ts', `// it('old')\n// expect(1)\n${TWO}`, TWO],
    [
      'a comment that comes',
      'a.test.ts',
      TWO,
      `// No ${called('skip')}) here; process.exit(0) ends it.\n${TWO}`,
    ],
    ['a function that ends something else', 'a.test.ts', TWO, `const die = () => {}\ndie()\n${TWO}`],
    [
      'a program with tests in it',
      'src/main.rs',
      RUST_TESTS,
      `fn main() {\n    process::exit(0)\n}\n${RUST_TESTS}`,
    ],
    ['a child that ends well', 'a.test.ts', TWO, `const CODE = 'process.exit(0)'\n${TWO}`],
    ['an exit that fails', 'a.test.ts', TWO, `if (broken) process.exit(1)\n${TWO}`],
    ['the skip of another test', 'a.test.ts', `${called('skip')}'a')\n`, `${called('skip')}'b')\n`],
    ['pages', 'a.test.ts', TWO, TWO.replace('expect(1)', 'list({ skip: 10, take: 5 })\n  expect(1)')],
    ['a guard', 'a.test.ts', TWO, TWO.replace('expect(1)', 'if (x) {\n    return\n  }\n  expect(1)')],
    ['a value that is returned', 'a.test.ts', TWO, TWO.replace('expect(1)', 'return expect(1)')],
    ['a helper that returns', 'a.test.ts', TWO, `const none = () => {\n  return\n}\n${TWO}`],
    ['an apostrophe', 'a.test.tsx', TWO, `const a = <p>Don't</p>\nconst b = /['"/*]/\n${TWO}`],
    ['a glob', 'a.test.ts', TWO, `const all = 'src/**/*.ts'\n${TWO}`],
    [
      'a lifetime',
      'src/a.rs',
      RUST_TESTS,
      `struct A<'a> { b: &'a str }\nconst Q: char = '"';\n${RUST_TESTS}`,
    ],
    ['code without tests', 'src/lib.rs', 'fn a() { assert!(true) }\n', 'fn a() {}\n'],
    ['a program of the product', 'src/cli.js', 'main()\n', 'main().then(() => {\n  process.exit(0)\n})\n'],
    ['a new program', 'src/cli.js', null, 'main()\nprocess.exit(0)\n'],
    ['what a program exits with', 'cli.py', 'main()\n', 'if __name__ == "__main__":\n    sys.exit(0)\n'],
    ['a program that tests start', 'tests/child.js', null, 'serve()\nprocess.exit(0)\n'],
    ['what a shell test ends with', 'tests/test_a.sh', null, './a\nexit 0\n'],
    ['a main of Go', 'a_test.go', '', 'func TestMain(m *testing.M) {\n\tos.Exit(m.Run())\n}\n'],
    ['what is no test', 'src/shop.ts', `expect(1)\n${called('skip')})\n`, ''],
    ['more coverage', 'package.json', '"lines": "1"', '"lines": "2"'],
    [
      'a helper of tests',
      'test/helper.js',
      'export const a = 1\nexport const b = 2\n',
      'export const a = 1\n',
    ],
    ['a fixture in Python', 'conftest.py', '', '@pytest.fixture\ndef shop():\n    return None\n'],
  ])('about %s (%s)', (_, path, before, after) => {
    expect(doubtsOf([{ path, before, after }])).toEqual([])
  })

  it('about tests that are renamed, or moved to another file', () => {
    const [first, second] = [TWO.slice(0, TWO.indexOf("it('b'")), TWO.slice(TWO.indexOf("it('b'"))]
    expect(doubtsOf([{ path: 'b.test.js', from: 'a.test.js', before: TWO, after: TWO }])).toEqual([])
    expect(doubtsOf([{ path: 'test/b.js', from: 'test/helper.js', before: 'x', after: 'x' }])).toEqual([])
    const moved = (before: string, after: string | null) => [
      { path: 'a.test.js', before, after },
      { path: 'b.test.js', before: null, after: second },
    ]
    expect(doubtsOf(moved(TWO, first))).toEqual([])
    expect(doubtsOf(moved(second, null))).toEqual([])
    const left = `${called('skip')}'a')\n`
    expect(
      doubtsOf([
        { path: 'a.test.js', before: left + TWO, after: TWO },
        { path: 'b.test.js', before: null, after: left },
      ]),
    ).toEqual([])
    // But not into thin air, twice to the same place, or as a shell of itself.
    expect(doubtsOf(moved(TWO, null))).toEqual(['a.test.js: deleted'])
    expect(
      doubtsOf([
        { path: 'a.test.js', before: TWO, after: first },
        { path: 'c.test.js', before: TWO, after: first },
        { path: 'b.test.js', before: null, after: second },
      ]),
    ).toEqual(['c.test.js: 1 test, 2 before', 'c.test.js: 1 assertion, 2 before'])
    expect(
      doubtsOf([
        { path: 'a.test.js', before: TWO, after: first },
        { path: 'b.test.js', before: null, after: second.replace(/\n.*\n/, '\n') },
      ]),
    ).toEqual(['a.test.js: 1 assertion, 2 before'])
    expect(
      doubtsOf([
        { path: 'a.test.js', before: TWO, after: first },
        { path: 'test/fixtures/b.test.js', before: null, after: second },
      ]),
    ).toEqual(['a.test.js: 1 test, 2 before', 'a.test.js: 1 assertion, 2 before'])
  })
})

it('knows a test by the conventions of its language', () => {
  const tests =
    'a.test.js a.spec.ts src/__tests__/a.jsx test/a.mjs test_a.py a_test.py conftest.py tests/test_a.py a_test.go ' +
    'tests/it.rs src/test/java/A.java ATest.java ShopTests.cs spec/a_spec.rb a_test.exs ShopSpec.scala e2e/a.ts test.js'
  const others =
    'src/latest.js contest.py src/attest.ts README.md tests/data.json Request.java src/test.md protest.go'
  expect(tests.split(' ').filter((path) => !isTest(path))).toEqual([])
  expect(others.split(' ').filter(isTest)).toEqual([])
})
