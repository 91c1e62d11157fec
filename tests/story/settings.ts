/** What a project has set when a test says nothing else. */
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
  hangTimeout: 60,
  laneLimit: 0,
  minFree: 0,
  protectedPaths: ['.claude/**', 'CLAUDE.md'],
  ntfyTopic: '',
  notify: [],
  publicUrl: '',
  timeZone: 'UTC',
}
