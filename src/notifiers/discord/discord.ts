/** Discord, by a webhook of a channel. Messages never mention anybody. */
import type { Item, Message, Notifier } from '../../ports/notifier.ts'
import { post } from '../http.ts'
import { cut, LABELS, oneLine, plain } from '../words.ts'

/** Makes a notifier for a Discord channel; `url`, the webhook's, is a secret. */
export const discord = ({ url }: { url: string }): Notifier => ({
  repeatable: false,
  send: (message, signal) => post(url, { body: JSON.stringify(content(message)) }, signal),
})

/** Limits of Discord: 10 embeds, 6,000 characters in all. */
const EMBEDS = 10
const LENGTH = 5000

function content({ items }: Message) {
  const shown = items.slice(0, EMBEDS)
  const each = Math.floor(LENGTH / shown.length)
  return {
    allowed_mentions: { parse: [] },
    embeds: shown.map((item) => embed(item, each)),
  }
}

function embed({ title, body, link, actions }: Item, length: number) {
  const links = actions.map(({ action, url }) => `[${LABELS[action]}](${url})`).join(' · ')
  const room = Math.max(0, length - 256 - links.length)
  const said = [cut(escaped(plain(body)), room), links].filter((part) => part !== '')
  return {
    title: cut(escaped(oneLine(title)), 256),
    description: said.join('\n\n'),
    ...(link !== null && { url: link }),
  }
}

/** Escapes Discord's Markdown; `<` begins mentions and hides links. */
const escaped = (text: string): string => text.replace(/[\\*_~`|>#[\]()<@:-]/g, '\\$&')
