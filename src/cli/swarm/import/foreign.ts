/** Common result of every format, and shared parsing. */
import type { z } from 'zod'
import { Refused } from '../../../ticket/refused.ts'

/** Parses JSON; throws Refused with its place. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refused(`${where} is not JSON: ${(error as Error).message}. Nothing was imported.`)
  }
}

/** Parses a value by its schema; throws Refused with one sentence about the first mismatch. */
export function fitting<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const field = path.length > 0 ? `, field ${path.join('.')}` : ''
  throw new Refused(`${where}${field}: ${message}. Nothing was imported.`)
}

/** Joins the parts of a description that exist; null for none. */
export const joined = (parts: (string | null | undefined)[]): string | null =>
  parts.filter((part) => part?.trim()).join('\n\n') || null
