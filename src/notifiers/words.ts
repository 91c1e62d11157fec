/** Words that the channels share. */
import type { Item } from '../ports/notifier.ts'
import type { Action } from '../ticket/notice.ts'
import { visible } from '../ticket/visible.ts'

export const LABELS: Record<Action, string> = {
  approve: 'Approve',
  reject: 'Reject',
  pass: 'It works',
  fail: 'It fails',
  answer: 'Answer',
  without: 'Continue without it',
  cancel: 'Cancel waiting tickets',
}

/** Cuts a text to `length` characters, between characters. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Makes text safe to show: marks that move the cursor or reorder text appear as their code. */
export const plain = visible

/** Puts a text on one safe line. */
export const oneLine = (text: string): string => plain(text.replace(/\s+/g, ' ')).trim()

/** Formats an item as plain text; its body has at most `length` characters. */
export const textOf = ({ title, body, link, actions }: Item, length: number): string =>
  [
    oneLine(title),
    ...(body === '' ? [] : [cut(plain(body), length)]),
    ...(link === null ? [] : [link]),
    ...actions.map(({ action, url }) => `${LABELS[action]}: ${url}`),
  ].join('\n')
