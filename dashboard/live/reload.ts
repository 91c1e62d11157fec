/** Loads the page anew when a part of it is gone from the server, as after an upgrade: once, not for ever. */
import { OWN_BUILD } from './build.ts'

const DONE = 'swarm-reloaded-from'

/**
 * True when the page is about to be loaded anew, and what waits for the part may wait on. False when the server does not
 * answer, for then the page would be lost, and when this very build has been loaded anew already.
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
