/**
 * The worker of the dashboard: it shows what the swarm pushes, and opens what a notification is about. It keeps no copy
 * of anything and answers no request, so that a page is never older than the server.
 */
self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('push', (event) => event.waitUntil(show(pushed(event))))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { link, actions } = event.notification.data
  const chosen = actions[Number(event.action)]
  event.waitUntil(event.action !== '' && chosen ? self.clients.openWindow(chosen.url) : open(pathOf(link)))
})

/** A browser demands that something is shown, even of what cannot be read. */
function pushed(event) {
  try {
    return event.data.json()
  } catch {
    return { id: 'swarm', title: 'Something waits for you', text: '', urgent: false, link: null, actions: [] }
  }
}

function show({ id, title, text, urgent, link, actions }) {
  return self.registration.showNotification(title, {
    body: text,
    // In place of the one that came before with this id.
    tag: id,
    icon: '/icon-192.png',
    requireInteraction: urgent,
    data: { link, actions },
    actions: actions.map((each, at) => ({ action: String(at), title: each.title })),
  })
}

/** The page on this very server, by whatever name the browser knows it. */
const pathOf = (link) => (link === null ? '/' : new URL(link).pathname)

/** Never in place of a page that somebody may be writing in. */
async function open(path) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = windows.find(({ url }) => new URL(url).pathname === path)
  return there ? there.focus() : self.clients.openWindow(path)
}
