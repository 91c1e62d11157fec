/** Web Push in this browser: whether it can, whether it does, and how it begins and ends. */
import { api } from './api.ts'
import { type Cell, cell } from './cell.ts'

/** `cannot`: this browser has none, or not at this address. `denied`: the person said no to the browser. */
export type PushState = 'cannot' | 'denied' | 'off' | 'on'

export const pushState: Cell<PushState | null> = cell<PushState | null>(null)

const WORKER = '/worker.js'
/** The id that the server knows this browser by. */
const KEPT = 'swarm-push'

/** Looks how it stands, and sets the worker to the newest. */
export async function lookAtPush(): Promise<void> {
  if (!('serviceWorker' in navigator && 'PushManager' in window)) return pushState.set('cannot')
  if (Notification.permission === 'denied') return pushState.set('denied')
  const id = localStorage.getItem(KEPT)
  const { browsers } = await api.browsers()
  pushState.set(browsers.some((each) => each.id === id) && (await subscription()) ? 'on' : 'off')
}

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

export async function endPush(): Promise<void> {
  const id = localStorage.getItem(KEPT)
  localStorage.removeItem(KEPT)
  await (await subscription())?.unsubscribe()
  if (id !== null) await api.removeBrowser(id)
  await lookAtPush()
}

/** Sends a message through this browser's push service. Gives what went wrong, or null. */
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

/** Where a browser lets no text become a script's address, this is the one way, and it leads to the worker alone. */
const policies = (window as { trustedTypes?: Policies }).trustedTypes
const policy = policies?.createPolicy('swarm', { createScriptURL: () => WORKER })
const worker = (): string => policy?.createScriptURL(WORKER) ?? WORKER
