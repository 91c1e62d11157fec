import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** SQL files are text, as in the build. */
const sqlAsText = {
  name: 'sql-as-text',
  transform: (code: string, id: string) =>
    id.endsWith('.sql') ? { code: `export default ${JSON.stringify(code)}`, map: null } : undefined,
}

/** At most so many files at once; lower groups run first. */
interface Turn {
  maxWorkers: number
  groupOrder: number
  /** How often a test that failed is tried again. The closing line names it, whatever comes of that. */
  retry: number
}

/** Two at least: a file of any of these waits for its own programs a third of the time. */
const maxWorkers = Math.max(2, availableParallelism() - 1)

/** What is quick to tell that something is wrong, before what runs whole programs and pages. */
const FIRST: Turn = { maxWorkers, groupOrder: 0, retry: 0 }
const THEN: Turn = { maxWorkers, groupOrder: 1, retry: 1 }

/** Fork bombs and floods, which would starve any neighbour, and must be over within seconds. */
const ALONE: Turn = { maxWorkers: 1, groupOrder: 2, retry: 1 }
const HOSTILE = 'tests/e2e/{docker,bubblewrap,escape}.test.ts'

const project = (
  name: string,
  { maxWorkers, groupOrder, retry }: Turn,
  testTimeout: number,
  include: string,
  exclude: string[] = [],
) => ({
  plugins: [sqlAsText],
  test: {
    name,
    include: [include],
    exclude,
    testTimeout,
    hookTimeout: 60_000,
    pool: 'forks' as const,
    maxWorkers,
    retry,
    sequence: { groupOrder },
  },
})

export default defineConfig({
  test: {
    reporters: ['default', './tests/closing-line.ts'],
    projects: [
      project('fast', FIRST, 30_000, 'tests/{ticket,contracts,story,sim,soak,replay,tidy}/**/*.test.ts'),
      project('e2e', THEN, 300_000, 'tests/e2e/**/*.test.ts', [HOSTILE]),
      project('browser', THEN, 60_000, 'tests/browser/**/*.test.ts'),
      project('hostile', ALONE, 300_000, HOSTILE),
    ],
  },
})
