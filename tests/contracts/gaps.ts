/** What cannot be tested everywhere is shown as skipped, with the reason in its title: nothing is left out in silence. */
import { it } from 'vitest'

/** What an adapter cannot do, in one sentence that says why that is right, and the titles of the tests that ask it. */
export interface Gap {
  reason: string
  tests: string[]
}

/** A test that is run unless there is a `reason`. `timeout` in milliseconds. */
export const itUnless = (
  reason: string | null,
  title: string,
  run: () => Promise<void> | void,
  timeout?: number,
): void => it.skipIf(reason !== null)(reason === null ? title : `${title} (${reason})`, { timeout }, run)

export interface Gaps {
  /** Why the test of this title is left out; null when it is run. */
  reason(title: string): string | null
  /** Refuses a gap whose test was never asked for. */
  close(): void
}

export function gapsOf(gaps: Gap[]): Gaps {
  const reasons = new Map(gaps.flatMap(({ reason, tests }) => tests.map((title) => [title, reason])))
  const asked = new Set<string>()
  return {
    reason(title) {
      asked.add(title)
      return reasons.get(title) ?? null
    },
    close() {
      const unasked = [...reasons.keys()].filter((title) => !asked.has(title))
      if (unasked.length > 0) throw new Error(`there is no test named ${unasked.join(', ')}`)
    },
  }
}
