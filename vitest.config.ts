import { defineConfig } from 'vitest/config'

/** SQL files are text, as in the build. */
const sqlAsText = {
  name: 'sql-as-text',
  transform: (code: string, id: string) =>
    id.endsWith('.sql') ? { code: `export default ${JSON.stringify(code)}`, map: null } : undefined,
}

const project = (name: string, include: string[], testTimeout: number) => ({
  plugins: [sqlAsText],
  test: { name, include, testTimeout, hookTimeout: 60_000, pool: 'forks' as const },
})

export default defineConfig({
  test: {
    reporters: ['default', './tests/closing-line.ts'],
    projects: [
      project('fast', ['tests/{ticket,contracts,story,sim,tidy}/**/*.test.ts'], 30_000),
      project('e2e', ['tests/e2e/**/*.test.ts'], 300_000),
      project('browser', ['tests/browser/**/*.test.ts'], 60_000),
    ],
  },
})
