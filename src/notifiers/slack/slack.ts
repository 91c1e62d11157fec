/** Slack, by an incoming webhook. */
import type { Item, Message, Notifier } from '../../ports/notifier.ts'
import { post } from '../http.ts'
import { cut, LABELS, oneLine, plain } from '../words.ts'

/** `url` is the webhook's, which is a secret. */
export const slack = ({ url }: { url: string }): Notifier => ({
  repeatable: false,
  send: (message, signal) => post(url, { body: JSON.stringify(content(message)) }, signal),
})

/** Slack takes fifty blocks; an item makes three at most. */
const ITEMS = 15

const content = ({ title, items }: Message) => ({
  text: escaped(oneLine(title)),
  unfurl_links: false,
  unfurl_media: false,
  blocks: items.slice(0, ITEMS).flatMap(blocks),
})

function blocks({ title, body, link, actions }: Item) {
  const name = escaped(cut(oneLine(title), 250))
  const heading = link === null ? name : `<${escaped(link)}|${name.replaceAll('|', '¦')}>`
  return [
    { type: 'section', text: { type: 'mrkdwn', text: heading, verbatim: true } },
    ...(body === ''
      ? []
      : [{ type: 'section', text: { type: 'plain_text', text: cut(plain(body), 2500), emoji: false } }]),
    ...(actions.length === 0 ? [] : [{ type: 'actions', elements: actions.map(button) }]),
  ]
}

const button = ({ action, url }: Item['actions'][number]) => ({
  type: 'button',
  text: { type: 'plain_text', text: LABELS[action] },
  url,
})

/** `<!channel>` and the like begin with what is escaped here; the marks of its markup get a space that has no width. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`](?=\S)/g, '$&\u200b')
