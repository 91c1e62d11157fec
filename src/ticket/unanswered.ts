/** Unanswered requests to a model: how many in a row, what came instead, and since when. */
import type { WriteTime } from './transcript-words.ts'

/** Unanswered requests to a model. */
export interface Unanswered {
  /** Number of requests in a row, including those that still wait for too long; at least 1. */
  requests: number
  /** Results instead of an answer, each once: an HTTP status, or null where nothing came. */
  gave: (number | null)[]
  /** Time of the first of these requests; milliseconds since the epoch. */
  since: number
}

/** True for a status that says that the model's side could not answer, whatever the request was. */
export const isNoAnswer = (status: number): boolean => status >= 500 || status === 429

/** Sentence such as `The model has answered 500 to the last 14 requests, since 16:05.` `time` formats the moment. */
export function unansweredSentence({ requests, gave, since }: Unanswered, time: WriteTime): string {
  const last = requests === 1 ? 'the last request' : `the last ${requests} requests`
  const statuses = gave.filter((each) => each !== null)
  if (statuses.length === 0) return `The model has not answered ${last}, since ${time(since)}.`
  const named = [...statuses, ...(gave.includes(null) ? ['nothing'] : [])]
  return `The model has answered ${named.join(' or ')} to ${last}, since ${time(since)}.`
}
