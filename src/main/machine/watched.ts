/** Folder in which somebody may change files. */
import { type FSWatcher, watch } from 'node:fs'
import { clock } from './clock.ts'

/** Watch over a folder. */
export interface Watched {
  /** Resolves when a file there has changed since the last call, or after `ms`. */
  changed(ms: number, signal: AbortSignal): Promise<void>
  close(): void
}

/** Watches a folder. Where the system reports no changes, only the time passes. */
export function watched(folder: string): Watched {
  let nap = new AbortController()
  const wake = () => nap.abort()
  const watcher = watcherOf(folder, wake)
  return {
    changed: async (ms, signal) => {
      signal.addEventListener('abort', wake)
      await clock.sleep(ms, nap.signal)
      signal.removeEventListener('abort', wake)
      if (!signal.aborted) nap = new AbortController()
    },
    close: () => watcher?.close(),
  }
}

/** Null where the system has no watcher left: editors and bundlers use them up. */
function watcherOf(folder: string, wake: () => void): FSWatcher | null {
  try {
    return watch(folder, { persistent: false }, wake).on('error', () => {})
  } catch {
    return null
  }
}
