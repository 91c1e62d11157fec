/** What a project has set when a test says nothing else. */
import type { Post } from '../../src/ports/notifier.ts'
import type { Settings } from '../../src/ports/settings.ts'

export const SETTINGS: Settings = {
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
  maxTurns: 50,
  verifyRetries: 2,
  model: null,
  harnessArgs: [],
  verifyTimeout: 60,
  attemptTimeout: 600,
  saveInterval: 0,
  keepFinishedWork: 30 * 86_400,
  hangTimeout: 60,
  ticketBudget: 0,
  dayBudget: 0,
  totalBudget: 0,
  propose: false,
  proposeMaxOpen: 5,
  proposeInterval: 3600,
  proposeBudget: 0,
  mergeQueueLimit: 0,
  minFree: 0,
  protectedPaths: ['.claude/**', 'CLAUDE.md'],
  doubtsNeedApproval: false,
  allowHosts: ['registries'],
  attemptBudget: null,
  modelPrices: [],
  providerTools: [],
  ntfyTopic: '',
  notify: [],
  publicUrl: '',
  timeZone: 'UTC',
}

/** Nobody is told anything. */
export const SILENT: Post = {
  channels: async () => [],
  browsers: { key: () => '', list: async () => [], add: async () => '', remove: async () => {} },
  pageOf: () => null,
  actionUrl: () => null,
}
