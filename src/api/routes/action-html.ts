/** Action pages as HTML: all foreign text is escaped. */
import { createHash } from 'node:crypto'
import { type Action, askOf, headline } from '../../ticket/notice.ts'
import { sentence } from '../../ticket/sentences.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { visible } from '../../ticket/visible.ts'
import { PERSON } from '../person.ts'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'h1{font-size:1.25rem;overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}' +
  'pre.diff{font:13px/1.4 ui-monospace,monospace;border:1px solid #8888;padding:.5rem}' +
  'textarea{width:100%;min-height:8rem;font:inherit;box-sizing:border-box}button{font:inherit;padding:.6rem 1.2rem;margin-top:1rem}'

const HASH = createHash('sha256').update(STYLE).digest('base64')

/**
 * Headers of the pages. The referrer policy is same-origin, or browsers would not reveal the page that sent the form.
 */
export const HEADERS: Record<string, string> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'referrer-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
  'cache-control': 'no-store',
}

const BUTTON: Record<Action, string> = {
  approve: 'Approve',
  reject: 'Reject',
  pass: 'It works',
  fail: 'It does not work',
  answer: 'Send the answer',
  without: 'Continue without it',
  cancel: 'Cancel waiting tickets',
}

/** Label of the field; null: none. `must`: the form cannot be sent without it. */
const FIELD: Record<Action, { label: string; must: boolean } | null> = {
  approve: null,
  pass: null,
  without: null,
  cancel: null,
  reject: { label: 'Reason (agents read it)', must: false },
  fail: { label: 'What is wrong', must: true },
  answer: { label: 'Your answer', must: true },
}

/** Page that asks for an action. */
export function asked(action: Action, ticket: Ticket, diff: string | null): string {
  const { stage } = ticket
  const held = stage.status === 'ready' ? [`<p>The work changes ${escaped(stage.held.join(', '))}.</p>`] : []
  const field = FIELD[action]
  return page(headline(askOf(ticket), ticket), [
    ...held,
    ...(ticket.description ? [`<pre dir="auto">${escaped(ticket.description)}</pre>`] : []),
    ...(diff ? [`<pre class="diff">${escaped(diff)}</pre>`] : []),
    '<form method="post">',
    `<input type="hidden" name="seen" value="${ticket.updatedAt}">`,
    ...(field
      ? [
          `<label>${field.label}<br><textarea name="text" dir="auto"${field.must ? ' required' : ''}></textarea></label><br>`,
        ]
      : []),
    `<button>${BUTTON[action]}</button>`,
    '</form>',
  ])
}

/** Page that confirms an action. */
export function taken(action: Action, ticket: Ticket): string {
  const { id, title, stage } = ticket
  const event =
    stage.status === 'done'
      ? ({ type: 'done', resolution: stage.resolution, commit: null, reason: stage.reason } as const)
      : null
  const told = event
    ? sentence({ ticket: id, by: PERSON.name, event })
    : `${PERSON.name} ${action === 'approve' ? 'approves' : 'rejects'} #${id}`
  return page('Done', [`<p><bdi>${escaped(told)}</bdi>.</p>`, `<p dir="auto">${escaped(title)}</p>`])
}

/** Page that explains a refusal. */
export const refused = (why: string): string => page('No change was made', [`<p>${escaped(why)}</p>`])

const page = (title: string, body: string[]): string =>
  [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${STYLE}</style><h1>${escaped(title)}</h1>`,
    ...body,
    '</html>',
  ].join('\n')

const escaped = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
