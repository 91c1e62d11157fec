/** What a project has set when a test says nothing else. */
import type { Post } from '../../src/ports/notifier.ts'
import { DEFAULTS, type Settings } from '../../src/settings/settings.ts'

export const SETTINGS: Settings = {
  ...DEFAULTS,
  agents: 1,
  harness: 'scripted',
  sandbox: 'process',
  image: '',
  memoryMb: 1024,
  diskMb: 1024,
  cpus: 1,
  pids: 256,
  port: 0,
  allowedTools: [],
  verifyTimeout: 60,
  attemptTimeout: 600,
  saveInterval: 0,
  hangTimeout: 60,
  proposeInterval: 3600,
  proposeBudget: 0,
  minFree: 0,
  protectedPaths: ['.claude/**', 'CLAUDE.md'],
  timeZone: 'UTC',
}

/** Nobody is told anything. */
export const SILENT: Post = {
  channels: async () => [],
  browsers: { key: () => '', list: async () => [], add: async () => '', remove: async () => {} },
  pageOf: () => null,
  actionUrl: () => null,
}
