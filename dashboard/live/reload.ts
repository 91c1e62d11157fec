/** Reload of the page when a part of it is gone from the server, as after an upgrade: once, not for ever. */
import { OWN_BUILD } from './build.ts'

const DONE = 'swarm-reloaded-from'

/**
 * Reloads the page. True when that is about to happen, so that the part may be awaited. False when the server does not
 * answer, as the page would be lost, and when this very build was reloaded before.
 */
export async function reloadOnce(): Promise<boolean> {
  if (OWN_BUILD === '' || sessionStorage.getItem(DONE) === OWN_BUILD) return false
  const answers = await fetch('/', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (!answers) return false
  sessionStorage.setItem(DONE, OWN_BUILD)
  window.location.reload()
  return true
}
