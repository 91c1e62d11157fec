/** Names of failures in a gate's output: tests as the usual runners name them, and compilers' complaints. */

/** Maximum characters of a line to look at: the output is an agent's, and may be one endless line. */
const LINE = 400

/** Pattern of escape sequences of terminals. */
const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g

/** Splits output into lines without colours. */
export const linesOf = (output: string): string[] =>
  output.split(/\r?\n/).map((line) =>
    line
      .slice(0, 4 * LINE)
      .replace(COLOURS, '')
      .trimEnd()
      .slice(0, LINE),
  )

/**
 * Patterns of lines that name a failure; the groups are the name. A runner that reports the same failure in two ways
 * gives it two names, on `main` as on the change.
 */
const ROWS: RegExp[] = [
  // TAP, which node:test and bats print, too.
  /^ *not ok \d+ *-? *(?!.*# *(?:todo|skip))(.+)$/i,
  // node:test, vitest, bats.
  /^ *[✖✗×✘] +(.+)$/,
  // vitest and jest: files, and vitest's tests.
  /^ *FAIL\s+([^\s:].*)$/,
  // jest.
  /^ *● +(.+)$/,
  // pytest.
  /^(?:FAILED|ERROR) +(\S+\.py\S*(?:\[.*?\])?)/,
  // Python's unittest.
  /^(?:FAIL|ERROR): +(\S+ \(.+\))$/,
  // Go.
  /^ *--- FAIL: (\S+)/,
  // cargo, Deno, Gradle, Bazel.
  /^(?!test result:)(?:test )?(\S.*?) (?:\.\.\. |> )?FAILED\b/,
  // RSpec.
  /^rspec (\S+) # .+$/,
  // PHPUnit, ExUnit and mocha number what failed.
  /^ *\d+\) (.+)$/,
  // minitest.
  /^([A-Z]\S*#test_\S+) \[/,
  // Maven.
  /^\[ERROR\] +(\w+(?:\.\w+)+):\d+/,
  // .NET.
  /^ +Failed (\S+) \[/,
  // CTest.
  /^\s+\d+ - (\S+) \((?:Failed|Timeout|SEGFAULT|Not Run)/,
  // TypeScript.
  /^(\S+)\(\d+,\d+\): (error TS\d+: .+)$/,
  // Compilers and linters of many kinds.
  /^(\S+?):\d+(?::\d+)?:? (?:\d+:\d+ +)?((?:fatal )?error\b.*)$/,
  // ESLint.
  /^ +\d+:\d+ +(error +.+)$/,
  // Rust.
  /^(error\[E\d+\]: .+)$/,
  // What the swarm itself says of a gate.
  /^(The gate (?:took longer than verify_timeout|ran out of memory|runs on main, so))/,
]

/** Pattern of durations, which are not part of a name. */
const TIMES = /\s*(?:[[(]\s*)?\b\d+(?:\.\d+)?\s*(?:ms|s|sec|seconds)\b\s*[\])]?:?$/
const ABSOLUTE = /(^|[\s('"=])\/(?:[^\s/:'"()]+\/)+/g

/** Removes what differs between runs: times, and the folder that the gate ran in. */
export const plainly = (text: string): string => text.replace(ABSOLUTE, '$1…/').replace(TIMES, '').trim()

/** Lists the failures that `output` names, each once, in order; empty for an unknown format. */
export function failingTests(output: string): string[] {
  const names = new Set<string>()
  for (const line of linesOf(output)) {
    const found = ROWS.map((row) => row.exec(line)).find((match) => match !== null)
    const name = found && plainly(found.slice(1).join(': '))
    if (name) names.add(name)
  }
  for (const name of inJUnit(output)) names.add(name)
  return [...names]
}

/** Lists the test cases in printed JUnit XML that hold a failure or an error. */
function inJUnit(output: string): string[] {
  return output
    .split('<testcase')
    .slice(1)
    .filter((each) => /<(?:failure|error)\b/.test(each.split('</testcase>')[0] as string))
    .map((each) => {
      const tag = each.slice(0, LINE)
      const [name, suite] = [/\sname="([^"]*)"/.exec(tag)?.[1], /\sclassname="([^"]*)"/.exec(tag)?.[1]]
      return plainly([suite, name].filter(Boolean).join(' > '))
    })
}
