import { describe, expect, it } from 'vitest'
import { apart, listed, redOn } from '../../src/ticket/apart.ts'
import { failingTests } from '../../src/ticket/failing-tests.ts'

const OUTPUTS: [runner: string, output: string, names: string[]][] = [
  [
    'TAP',
    'TAP version 13\nok 1 - adds\nnot ok 2 - subtracts\n  ---\n  duration_ms: 3\n  ...\nnot ok 3 divides # todo later\n',
    ['subtracts'],
  ],
  ['node:test', '✔ adds (0.4ms)\n▶ sums\n  ✖ subtracts (12.25ms)\n', ['subtracts']],
  [
    'vitest',
    '\u001b[32m ✓ src/a.test.ts\u001b[39m (1 test) 2ms\n   \u001b[31m×\u001b[39m sums > subtracts\u001b[33m 5ms\u001b[39m\n FAIL  src/b.test.ts > sums > subtracts\nAssertionError: expected 1 to be 2\n Tests  1 failed | 3 passed (4)\n',
    ['sums > subtracts', 'src/b.test.ts > sums > subtracts'],
  ],
  [
    'jest',
    'PASS src/a.test.js\nFAIL src/b.test.js (5.1 s)\n  ● sums › subtracts\n\n    expect(received).toBe(expected)\n',
    ['src/b.test.js', 'sums › subtracts'],
  ],
  [
    'mocha',
    '  sums\n    ✔ adds\n    1) subtracts\n\n  1 passing (4ms)\n  1 failing\n\n  1) sums\n       subtracts:\n',
    ['subtracts', 'sums'],
  ],
  [
    'pytest',
    'tests/test_a.py .F [100%]\nFAILED tests/test_a.py::test_sub[1-2] - assert 1 == 2\nERROR tests/test_b.py - ImportError\n1 failed, 1 passed in 0.12s\n',
    ['tests/test_a.py::test_sub[1-2]', 'tests/test_b.py'],
  ],
  ['unittest', 'FAIL: test_sub (test_a.Sums)\n----\nFAILED (failures=1)\n', ['test_sub (test_a.Sums)']],
  [
    'go test',
    '=== RUN   TestSub\n--- FAIL: TestSub (0.00s)\n    a_test.go:7: 1 != 2\n    --- FAIL: TestSub/small (0.00s)\nFAIL\nFAIL\texample.org/sums\t0.004s\n',
    ['TestSub', 'TestSub/small', 'example.org/sums'],
  ],
  [
    'cargo test',
    'test sums::adds ... ok\ntest sums::subtracts ... FAILED\ntest result: FAILED. 1 passed; 1 failed\n',
    ['sums::subtracts'],
  ],
  ['RSpec', 'rspec ./spec/sums_spec.rb:7 # Sums subtracts\n', ['./spec/sums_spec.rb:7']],
  [
    'PHPUnit',
    'There was 1 failure:\n\n1) App\\Tests\\SumsTest::testSub\n',
    ['App\\Tests\\SumsTest::testSub'],
  ],
  ['minitest', 'Failure:\nSumsTest#test_sub [test/sums_test.rb:5]:\n', ['SumsTest#test_sub']],
  [
    'Maven',
    '[ERROR] Failures:\n[ERROR]   SumsTest.subtracts:12 expected: <1> but was: <2>\n',
    ['SumsTest.subtracts'],
  ],
  ['Gradle', 'SumsTest > subtracts() FAILED\n', ['SumsTest > subtracts()']],
  ['.NET', '  Failed Sums.Tests.Subtracts [12 ms]\n', ['Sums.Tests.Subtracts']],
  ['CTest', '\t  3 - subtracts (Failed)\n', ['subtracts']],
  ['bats', ' ✓ adds\n ✗ subtracts\n', ['subtracts']],
  [
    'JUnit XML',
    '<testsuite><testcase classname="Sums" name="adds" time="0.1"/><testcase time="0.2" name="subtracts" classname="Sums"><failure message="1 is not 2">at a:1</failure></testcase></testsuite>',
    ['Sums > subtracts'],
  ],
  [
    'tsc',
    "src/a.ts(3,14): error TS2322: Type 'string' is not assignable to type 'number'.\n",
    ["src/a.ts: error TS2322: Type 'string' is not assignable to type 'number'."],
  ],
  ['a C compiler', '/tmp/gate-1/src/a.c:3:5: error: x undeclared\n', ['…/a.c: error: x undeclared']],
  ['rustc', 'error[E0308]: mismatched types\n --> src/a.rs:3:5\n', ['error[E0308]: mismatched types']],
  [
    'ESLint',
    "/tmp/gate-1/src/a.js\n  3:5  error  'x' is not defined  no-undef\n",
    ["error  'x' is not defined  no-undef"],
  ],
  [
    'the swarm',
    'testing\nThe gate took longer than verify_timeout (600 s) and was ended.',
    ['The gate took longer than verify_timeout'],
  ],
  ['nobody that is known', './broken.txt:1:BUG\n', []],
]

describe('the names of what failed', () => {
  it.each(OUTPUTS)('are found in what is printed by %s', (_, output, names) => {
    expect(failingTests(output)).toEqual(names)
  })

  it('are found in no time, however long and odd the lines are', () => {
    const began = performance.now()
    for (const piece of ['a ', ' ', '/a', '1) ', 'FAILED', '<testcase ', '\u001b[', '1.', ':1'])
      failingTests(piece.repeat(65_536 / piece.length))
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

describe('what is red on a change', () => {
  const failed = (...names: string[]) => names.map((name, at) => `not ok ${at + 1} - ${name}`).join('\n')

  it.each([
    ['by test', failed('a', 'b'), failed('b', 'c', 'a'), { onMain: ['b', 'a'], fresh: ['c'] }],
    ['by test, when it mends some', failed('a', 'b'), failed('b'), { onMain: ['b'], fresh: [] }],
    [
      'by line, where no test is named',
      './broken.txt:1:BUG\n',
      './broken.txt:2:BUG\n./mine.txt:1:BUG\n',
      { onMain: ['./broken.txt:2:BUG'], fresh: ['./mine.txt:1:BUG'] },
    ],
    [
      'by line, where only its gate got as far as the tests',
      'npm error missing script: build\n',
      failed('a'),
      { onMain: [], fresh: ['not ok 1 - a'] },
    ],
  ])('is told apart from what main is red on %s', (_, main, change, parts) => {
    expect(apart(main, change)).toEqual(parts)
  })

  it.each([
    ['times', 'Error: slow after 12.5 s', 'Error: slow after 31 s'],
    ['where it ran', 'Error: no /tmp/gate-1/src/a.ts', 'Error: no /tmp/gate-22/src/a.ts'],
    ['ids', 'Error: in 0x7f3a (pid 4711)', 'Error: in 0x8e21 (pid 12)'],
    ['counts', '3 tests, 1 failure', '4 tests, 1 failure'],
    ['what passes', 'Error: a', 'mine: ok\n✓ an error is told\nError: a'],
    ['what does not sound like a failure', 'Error: a', 'cc -c mine.c\nError: a'],
  ])('is nothing new when only this differs: %s', (_, main, change) => {
    expect(apart(main, change).fresh).toEqual([])
  })

  it('is one more when the same line comes once more than on main, and the other one is named', () => {
    expect(apart('at row-2: BUG', 'at row-1: BUG\nat row-2: BUG')).toEqual({
      onMain: ['at row-2: BUG'],
      fresh: ['at row-1: BUG'],
    })
  })
})

it('tells what main is red on by tests, else by the lines that tell most', () => {
  expect(redOn('ok 1 - a\nnot ok 2 - b\n')).toEqual(['b'])
  expect(redOn('starting\nError: no database\n')).toEqual(['Error: no database'])
})

it('lists the first twenty names and says how many more there are', () => {
  const lines = listed(Array.from({ length: 23 }, (_, at) => `t${at}`)).split('\n')
  expect([lines[0], lines.length, lines.at(-1)]).toEqual(['- t0', 21, '- and 3 more'])
})
