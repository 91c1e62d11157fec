/** Web Push in this browser: its state, its begin and its end. */
import { api } from './api.ts'
import { type Cell, cell } from './cell.ts'

/**
 * State of Web Push. `cannot`: this browser has none, or not at this address. `denied`: the person said no to the
 * browser.
 */
export type PushState = 'cannot' | 'denied' | 'off' | 'on'

export const pushState: Cell<PushState | null> = cell<PushState | null>(null)

const WORKER = '/worker.js'
/** Storage key of the id by which the server knows this browser. */
const KEPT = 'swarm-push'

/** Reads the state, and updates the worker. */
export async function lookAtPush(): Promise<void> {
  if (!('serviceWorker' in navigator && 'PushManager' in window)) return pushState.set('cannot')
  if (Notification.permission === 'denied') return pushState.set('denied')
  const id = localStorage.getItem(KEPT)
  const { browsers } = await api.browsers()
  pushState.set(browsers.some((each) => each.id === id) && (await subscription()) ? 'on' : 'off')
}

/** Subscribes this browser. Throws when the browser or the server refuses. */
export async function beginPush(): Promise<void> {
  const { key } = await api.browsers()
  const worker = await registered()
  try {
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
    const { endpoint = '', keys = {} } = made.toJSON()
    const { id } = await api.addBrowser({
      endpoint,
      keys: { p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' },
    })
    localStorage.setItem(KEPT, id)
  } finally {
    await lookAtPush()
  }
}

/** Unsubscribes this browser. */
export async function endPush(): Promise<void> {
  const id = localStorage.getItem(KEPT)
  localStorage.removeItem(KEPT)
  await (await subscription())?.unsubscribe()
  if (id !== null) await api.removeBrowser(id)
  await lookAtPush()
}

/** Sends a test message through this browser's push service; gives the error, or null. */
export async function tryPush(): Promise<string | null> {
  const { tries } = await api.tryNotifications({ channel: `push-${localStorage.getItem(KEPT)}` })
  return tries[0]?.why ?? null
}

async function subscription(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration()
  return (await worker?.pushManager.getSubscription()) ?? null
}

async function registered(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register(worker(), { scope: '/', updateViaCache: 'none' })
  return navigator.serviceWorker.ready
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: () => string },
  ): { createScriptURL(from: string): string }
}

/** Policy for the worker's address: the one way where a browser forbids plain text as a script's address. */
const policies = (window as { trustedTypes?: Policies }).trustedTypes
const policy = policies?.createPolicy('swarm', { createScriptURL: () => WORKER })
const worker = (): string => policy?.createScriptURL(WORKER) ?? WORKER
