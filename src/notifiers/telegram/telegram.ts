/** Notifier for Telegram, by a bot. */
import type { Item, Message, Notifier } from '../../ports/notifier.ts'
import { post } from '../http.ts'
import { cut, LABELS, oneLine, plain } from '../words.ts'

/** Server, bot and chat. */
export interface TelegramOptions {
  /** URL of the Bot API: `https://api.telegram.org`, or a server of one's own. */
  server: string
  /** Token of the bot, a secret. */
  token: string
  chat: string
}

/** Maximum characters of a message: Telegram accepts 4,096 after parsing. */
const LENGTH = 3600

/** Makes a notifier for a chat of Telegram. */
export const telegram = ({ server, token, chat }: TelegramOptions): Notifier => ({
  repeatable: false,
  send: (message, signal) =>
    post(
      `${server}/bot${token}/sendMessage`,
      { body: JSON.stringify({ chat_id: chat, ...content(message) }) },
      signal,
    ),
})

function content({ items, urgent }: Message) {
  const each = Math.max(0, Math.floor(LENGTH / items.length) - 280)
  const rows = items.flatMap((item) => (item.actions.length === 0 ? [] : [item.actions.map(button)]))
  return {
    parse_mode: 'HTML',
    text: items.map((item) => html(item, each)).join('\n\n'),
    link_preview_options: { is_disabled: true },
    disable_notification: !urgent,
    ...(rows.length > 0 && items.length === 1 && { reply_markup: { inline_keyboard: rows } }),
  }
}

function html({ title, body, link }: Item, length: number): string {
  const name = `<b>${escaped(cut(oneLine(title), 250))}</b>`
  const heading = link === null ? name : `<a href="${escaped(link)}">${name}</a>`
  return body === '' ? heading : `${heading}\n${escaped(cut(plain(body), length))}`
}

const button = ({ action, url }: Item['actions'][number]) => ({ text: LABELS[action], url })

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
