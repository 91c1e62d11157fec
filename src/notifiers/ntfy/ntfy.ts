/** Notifier for ntfy, at ntfy.sh or a server of one's own. Text is shown unchanged, without markup. */
import type { Item, Message, Notifier } from '../../ports/notifier.ts'
import { post } from '../http.ts'
import { cut, LABELS, oneLine, plain, textOf } from '../words.ts'

/** Server, topic and token. */
export interface NtfyOptions {
  /** URL of the server, such as `https://ntfy.sh`. */
  server: string
  topic: string
  /** Access token of the server; null for none. */
  token: string | null
}

/** Maximum characters: ntfy turns a longer message into a file. */
const LENGTH = 3500
/** Maximum number of buttons that ntfy shows. */
const BUTTONS = 3

/** Makes a notifier for a topic of ntfy. */
export const ntfy = ({ server, topic, token }: NtfyOptions): Notifier => ({
  repeatable: false,
  send: (message, signal) =>
    post(
      server,
      {
        body: JSON.stringify({ topic, ...content(message) }),
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      },
      signal,
    ),
})

function content({ title, urgent, items }: Message) {
  const [first] = items as [Item]
  const alone = items.length === 1
  const each = Math.floor(LENGTH / items.length) - 100
  return {
    title: cut(oneLine(title), 200),
    message: alone
      ? cut(plain(first.body), LENGTH) || oneLine(title)
      : items.map((item) => textOf({ ...item, actions: [] }, each)).join('\n\n'),
    priority: urgent ? 4 : 3,
    ...(alone && first.link !== null && { click: first.link }),
    ...(alone && { actions: first.actions.slice(0, BUTTONS).map(button) }),
  }
}

/** Button that opens a page (`view`): nothing happens before the person has seen it. */
const button = ({ action, url }: Item['actions'][number]) => ({ action: 'view', label: LABELS[action], url })
