/** Errors → status and `{error: {code, message}}`. A bug reveals nothing about the inside. */
import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { Trouble } from '../ports/trouble.ts'
import { isRefusal, type Refusal } from '../ticket/commands.ts'

export const CODES = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  late: 409,
  too_large: 413,
  unsupported: 415,
  misdirected: 421,
  internal: 500,
  not_implemented: 501,
  unavailable: 503,
} as const

/** Code of an error in answers. */
export type ErrorCode = keyof typeof CODES

/** Ends a request with a sentence for the client. */
export class Denied extends Error {
  override name = 'Denied'
  readonly code: ErrorCode
  constructor(code: ErrorCode, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** Returns the value, or throws Denied with the core's refusal. */
export function granted<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Denied(value.refused, value.sentence)
  return value
}

/** Returns the value, or throws Denied with 404. */
export function found<T>(value: T | null, sentence: string): T {
  if (value === null) throw new Denied('not_found', sentence)
  return value
}

/** Makes the body of an error. */
export const body = (code: ErrorCode, message: string) => ({ error: { code, message } })

/** Makes the handler of errors; `note` receives a line about each bug. */
export const onError =
  (note: (line: string) => void): ErrorHandler =>
  (error, c) => {
    if (error instanceof Denied) return c.json(body(error.code, error.message), CODES[error.code])
    if (error instanceof Trouble) return c.json(body('unavailable', error.message), 503)
    if (error instanceof HTTPException) return fromHono(error.status, c)
    note(`bug in ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`)
    return c.json(body('internal', 'Internal error in swarm. See its log: swarm logs server.'), 500)
  }

function fromHono(status: number, c: Context) {
  if (status === 415) return c.json(body('unsupported', "The body must be JSON: 'application/json'."), 415)
  return c.json(body('invalid', 'The body is not valid JSON.'), 400)
}

interface Issue {
  code?: string
  path: PropertyKey[]
  message: string
  keys?: string[]
}

/** Throws Denied for a request that does not fit its schema, in one sentence that names the field. */
export function onInvalid(result: { success: boolean; error?: { issues: Issue[] } }): void {
  if (result.success) return
  const issue = result.error?.issues[0]
  throw new Denied('invalid', issue ? issueSentence(issue) : 'The request is not valid.')
}

function issueSentence(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `There is no field '${issue.keys?.[0]}' here.`
  const field = issue.path.length > 0 ? `'${issue.path.join('.')}'` : 'The body'
  if (issue.code === 'invalid_type' && issue.message.includes('received undefined'))
    return `${field} is missing.`
  return `${field} is wrong: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}.`
}
