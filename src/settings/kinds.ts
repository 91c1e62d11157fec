/** Kinds of settings: their allowed values, and how to parse them from text. */
import { z } from 'zod'

/** The values that a setting can have, of type `T`. */
export interface Kind<T> {
  /** Description of allowed values, to follow "must be". */
  expects: string
  schema: z.ZodType<T>
  /** A flag's or a variable's text as the value that stands in the file. */
  fromText: (text: string) => unknown
}

/** All of a setting but its name. */
export interface Row<T> extends Kind<T> {
  /** An older name, still understood in the file, as a variable and as a flag. */
  alias?: string
  fallback: NoInfer<T>
  /** One line for help and pages, with the unit. */
  help: string
  /** Describes a mistake in a value that must not be shown, as it may hold a secret. Follows the place and a colon. */
  says?: (error: z.ZodError) => string
  /** True when a running server keeps the value of its start. */
  restart?: true
}

/** Rows by their settings. */
export type Table<T> = { [K in keyof T]: Row<T[K]> }

/** The values that a table's rows may have, by setting. */
export type Values<T> = { [K in keyof T]: T[K] extends Row<infer V> ? V : never }

/** Checks that each row's fallback is one of its values. */
export const table = <T>(rows: Table<T>): Table<T> => rows

/** The settings of a table, in its order. */
export const namesOf = <T extends object>(rows: T) => Object.keys(rows) as (keyof T & string)[]

/** Gives the values of a table when nobody sets any. */
export function fallbacksOf<T extends object>(rows: Table<T>): T {
  const values: Partial<T> = {}
  for (const name of namesOf(rows)) values[name] = rows[name].fallback
  return values as T
}

/** Makes the kind of whole numbers from `min` to `max`. */
export const whole = (min: number, max: number): Kind<number> => ({
  expects: `a whole number from ${min} to ${max}`,
  schema: z.int().min(min).max(max),
  fromText: (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text),
})

export const dollars: Kind<number> = {
  expects: 'an amount of US dollars such as 2.5, or 0',
  schema: z.number().min(0).max(1_000_000),
  fromText: (text) => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text),
}

export const yesOrNo: Kind<boolean> = {
  expects: 'true or false',
  schema: z.boolean(),
  fromText: (text) => YES_OR_NO[text.trim().toLowerCase()] ?? text,
}
const YES_OR_NO: Record<string, boolean> = {
  true: true,
  on: true,
  yes: true,
  false: false,
  off: false,
  no: false,
}

/** Makes the kind of texts that are one of the choices. */
export const oneOf = <T extends string>(...choices: T[]): Kind<T> => ({
  expects:
    choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.map((each) => `"${each}"`).join(', ')}`,
  schema: z.enum(choices),
  fromText: (text) => text,
})

export const line = z.string().regex(/^[^\0\n\r]*$/)

/** Makes the kind of texts that `schema` accepts: one line by default. */
export const text = (expects: string, schema: z.ZodType<string> = line): Kind<string> => ({
  expects,
  schema,
  fromText: (text) => text,
})

/** Text, or null where it is left out or empty. */
export const textOrNull = (expects: string): Kind<string | null> => ({
  ...text(expects),
  schema: z.union([line, z.null()]).transform((name) => name || null),
})

/** Makes the kind of lists of texts, none of them empty. Text that is no JSON array is divided by `split`. */
export const list = (expects: string, split: (text: string) => string[]): Kind<string[]> => ({
  expects,
  schema: z.union([line.transform(split), z.array(line)]).pipe(z.array(line.min(1))),
  fromText: (text) => (text.trim().startsWith('[') ? parsed(text) : text),
})

/** Parses JSON; gives text that is not JSON unchanged. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Splits at commas, except within brackets: `Bash(git log:*, git show:*),Read` is two tools. */
export const byCommas = (text: string) =>
  (text.match(/(?:\([^)]*\)|[^,(])+/g) ?? []).map((each) => each.trim()).filter((each) => each !== '')

/** Splits at spaces. */
export const bySpaces = (text: string) => text.split(/\s+/).filter((each) => each !== '')

/** Makes the schema of a list, or of one text with spaces between. */
export const wordsOf = (schema: z.ZodString) =>
  z.union([line.transform(bySpaces), z.array(line)]).pipe(z.array(schema))

/** True for a web address without query, fragment or user: action links append to it. */
export function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username === ''
}
