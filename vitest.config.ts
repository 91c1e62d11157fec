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
}

/** Two at least: a file of these waits for its own programs a third of the time. */
const TOGETHER: Turn = { maxWorkers: Math.max(2, availableParallelism() - 1), groupOrder: 0 }

/** Whole programs, fork bombs and full disks among them, and pages that must follow within a moment. */
const ALONE: Turn = { maxWorkers: 1, groupOrder: 1 }

const project = (name: string, include: string[], testTimeout: number, { maxWorkers, groupOrder }: Turn) => ({
  plugins: [sqlAsText],
  test: {
    name,
    include,
    testTimeout,
    hookTimeout: 60_000,
    pool: 'forks' as const,
    maxWorkers,
    sequence: { groupOrder },
  },
})

export default defineConfig({
  test: {
    reporters: ['default', './tests/closing-line.ts'],
    projects: [
      project('fast', ['tests/{ticket,contracts,story,sim,tidy}/**/*.test.ts'], 30_000, TOGETHER),
      project('e2e', ['tests/e2e/**/*.test.ts'], 300_000, ALONE),
      project('browser', ['tests/browser/**/*.test.ts'], 60_000, ALONE),
    ],
  },
})
