/** What the channels share in words. */
import type { Item } from '../ports/notifier.ts'
import type { Action } from '../ticket/telling.ts'

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

/** What is shown of a body: without what would move a cursor or reorder the text around it. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')

export const oneLine = (text: string): string => plain(text.replace(/\s+/g, ' ')).trim()

/** An item as plain text. */
export const textOf = ({ title, body, link, actions }: Item, length: number): string =>
  [
    oneLine(title),
    ...(body === '' ? [] : [cut(plain(body), length)]),
    ...(link === null ? [] : [link]),
    ...actions.map(({ action, url }) => `${LABELS[action]}: ${url}`),
  ].join('\n')
