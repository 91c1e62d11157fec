/** A sandbox that nothing is in: what a test gives it, it does. */
import type { ExecResult, Sandbox } from '../../src/ports/sandbox.ts'

/** What a program left that printed nothing and came to its end. */
const DONE: ExecResult = { exit: 0, signal: null, timedOut: false, output: '', cut: [], outOfMemory: null }

export const pretendSandbox = (parts: Partial<Sandbox>): Sandbox => ({
  checkout: '/workspace',
  home: '/home/agent',
  bin: '/bin',
  room: null,
  write: async () => {},
  exec: async () => DONE,
  bring: async () => {},
  take: async () => DONE,
  close: async () => {},
  ...parts,
})
