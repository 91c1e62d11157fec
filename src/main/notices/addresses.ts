/** Targets of messages, and the addresses in them. */
import type { ActionLinks } from '../../api/server.ts'
import { zoneOf } from '../../life/limits/costs.ts'
import { newLink, tokenOf } from '../../life/tickets/action-link.ts'
import type { Post } from '../../ports/notifier.ts'
import type { Store } from '../../ports/store.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { actionKeyOf, pushKeyOf } from '../project/record.ts'
import { browsersIn, pushChannels } from './browsers.ts'
import { channelsOf } from './channels.ts'

/** Parts that the channels are made of. */
export interface Office {
  paths: ProjectPaths
  environment: Environment
  settings: () => Settings
  links: ActionLinks
  store: Store
  /** Reads the server's own address; null while none runs. */
  url: () => string | null
}

/** Makes the channels and addresses of a project. */
export const postOf = ({ paths, environment, settings, links, store, url }: Office): Post => {
  const privateKey = () => pushKeyOf(paths)
  const browsers = browsersIn(store, privateKey)
  return {
    browsers,
    async channels() {
      const now = settings()
      const { publicUrl, timeZone } = now
      const pushed = await pushChannels({ browsers, privateKey, publicUrl, timeZone: zoneOf(timeZone) })
      return [...channelsOf(now, paths, environment), ...pushed]
    },
    pageOf: (ticket) => {
      const at = url()
      return at && `${at}/tickets/${ticket}`
    },
    actionUrl({ now, ...about }) {
      const base = links.publicUrl()
      return base === '' ? null : `${base}/a/${tokenOf(newLink(about, now), links.key())}`
    },
  }
}

/**
 * Makes the settings of action links. The key is made at its first use; removing its file ends every link that was
 * sent.
 */
export const linksOf = (paths: ProjectPaths, settings: () => Settings): ActionLinks => ({
  publicUrl: () => settings().publicUrl,
  key: () => actionKeyOf(paths),
})
