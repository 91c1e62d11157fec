/** What every format gives, and how its text becomes it. */
import type { z } from 'zod'
import { Refused } from '../../../ticket/refused.ts'

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refused(`${where} is not JSON: ${(error as Error).message}. Nothing was imported.`)
  }
}

/** The value in its schema, or one sentence about the first thing that does not fit. */
export function fitting<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const field = path.length > 0 ? `, field ${path.join('.')}` : ''
  throw new Refused(`${where}${field}: ${message}. Nothing was imported.`)
}

/** A description of several parts, those that are there. */
export const joined = (parts: (string | null | undefined)[]): string | null =>
  parts.filter((part) => part?.trim()).join('\n\n') || null
