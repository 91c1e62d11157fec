/**
 * Closes a run of the tests with one plain line that any reader of logs understands. Before it stands what failed, a
 * line each, so that the end of a long output tells it too; and what passed only when it was tried again.
 */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly Told[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const suites = modules.flatMap((module) => [...module.children.allSuites()])
    const broken = [
      ...modules.flatMap((module) => module.errors().slice(0, 1).map(failed(module.relativeModuleId))),
      ...suites.flatMap((suite) =>
        suite
          .errors()
          .slice(0, 1)
          .map(failed(`${suite.module.relativeModuleId} > ${suite.fullName}`)),
      ),
      ...errors.map(failed('outside of any test')),
    ]
    const again = tests.filter((test) => test.diagnostic()?.flaky)
    for (const test of again) console.log(`tried again: ${test.module.relativeModuleId} > ${test.fullName}`)
    for (const test of tests)
      if (test.result().state === 'failed')
        console.log(failed(`${test.module.relativeModuleId} > ${test.fullName}`)(test.result().errors?.[0]))
    for (const line of broken) console.log(line)
    const skipped = count('skipped')
    const tail = skipped > 0 ? `, ${skipped} skipped` : ''
    console.log(`\n${count('passed')} passed, ${count('failed') + broken.length} failed${tail}`)
  }
}

interface Told {
  readonly message?: string
}

const failed = (where: string) => (error?: Told) =>
  `failed: ${where}: ${(error?.message ?? '').split('\n', 1)[0]}`
