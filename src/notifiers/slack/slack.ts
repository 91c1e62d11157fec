/** Notifier for Slack, by an incoming webhook. */
import type { Item, Message, Notifier } from '../../ports/notifier.ts'
import { post } from '../http.ts'
import { cut, LABELS, oneLine, plain } from '../words.ts'

/** Makes a notifier for a Slack channel; `url`, the webhook's, is a secret. */
export const slack = ({ url }: { url: string }): Notifier => ({
  repeatable: false,
  send: (message, signal) => post(url, { body: JSON.stringify(content(message)) }, signal),
})

/** Maximum number of items: Slack accepts 50 blocks, and an item makes at most 3. */
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

/**
 * Escapes text for Slack: `<!channel>` and the like begin with a letter escaped here; marks of its markup get a
 * zero-width space.
 */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`](?=\S)/g, '$&\u200b')
