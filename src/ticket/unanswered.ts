/** A model that gives no answer: to how many requests in a row, what it gave instead, and since when. */
import type { WriteTime } from './transcript-words.ts'

export interface Unanswered {
  /** Requests in a row, those that still wait for too long among them; 1 at least. */
  requests: number
  /** What came instead of an answer, each once: an HTTP status, or null where nothing came. */
  gave: (number | null)[]
  /** When the first of them was asked; milliseconds since the epoch. */
  since: number
}

/** Whether this status says that the model's side could not answer, whatever was asked of it. */
export const isNoAnswer = (status: number): boolean => status >= 500 || status === 429

/** `The model has answered 500 to the last 14 requests, since 16:05.` `time` writes the moment. */
export function unansweredSentence({ requests, gave, since }: Unanswered, time: WriteTime): string {
  const last = requests === 1 ? 'the last request' : `the last ${requests} requests`
  const statuses = gave.filter((each) => each !== null)
  if (statuses.length === 0) return `The model has not answered ${last}, since ${time(since)}.`
  const named = [...statuses, ...(gave.includes(null) ? ['nothing'] : [])]
  return `The model has answered ${named.join(' or ')} to ${last}, since ${time(since)}.`
}
