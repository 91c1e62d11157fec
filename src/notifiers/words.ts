/** What the channels share in words. */
import type { Item } from '../ports/notifier.ts'
import type { Action } from '../ticket/notice.ts'
import { visible } from '../ticket/visible.ts'

export const LABELS: Record<Action, string> = {
  approve: 'Approve',
  reject: 'Reject',
  pass: 'It works',
  fail: 'It fails',
  answer: 'Answer',
  without: 'Go on without it',
  cancel: 'Cancel what waits',
}

/** At most `length` characters, none of them cut in half. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** What is shown of a body: what would move a cursor or reorder the text around it is shown as what it is. */
export const plain = visible

export const oneLine = (text: string): string => plain(text.replace(/\s+/g, ' ')).trim()

/** An item as plain text. */
export const textOf = ({ title, body, link, actions }: Item, length: number): string =>
  [
    oneLine(title),
    ...(body === '' ? [] : [cut(plain(body), length)]),
    ...(link === null ? [] : [link]),
    ...actions.map(({ action, url }) => `${LABELS[action]}: ${url}`),
  ].join('\n')
