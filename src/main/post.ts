/** Where messages go, and the addresses in them. */
import type { Post } from '../ports/notifier.ts'
import type { Settings } from '../ports/settings.ts'
import { channelsOf } from './channels.ts'
import type { Environment } from './environment.ts'
import type { Places } from './places.ts'

export interface Office {
  places: Places
  environment: Environment
  settings: () => Settings
  /** The server's own address; null while none runs. */
  url: () => string | null
}

export const postOf = ({ places, environment, settings, url }: Office): Post => ({
  channels: () => channelsOf(settings(), places, environment),
  pageOf: (ticket) => {
    const at = url()
    return at && `${at}/#/tickets/${ticket}`
  },
  actionUrl: () => null,
})
