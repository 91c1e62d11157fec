/** Kinds of values of arguments and flags: their names in help, and how to parse them. */
import { STATUSES, TYPES } from '../../ticket/ticket.ts'
import { Misuse } from '../misuse.ts'

function misuse(sentence: string): never {
  throw new Misuse(sentence)
}

/** Kind of value. */
export interface Kind<T> {
  /** Name of the value in help. */
  label: string
  /** Throws Misuse. */
  read(raw: string): T
  /** Allowed values, where the list is short: for help and completion. */
  among?: readonly string[]
  /** True: repeated values add up; otherwise the last one counts. */
  adds?: true
  /** True for an argument that may be left out. */
  optional?: true
  /** True for a flag that must be given. */
  needed?: true
}

/** Kind of a flag that must be given. */
export type Needed<T> = Kind<T> & { needed: true }

/** Makes a kind required. */
export const needed = <T>(kind: Kind<T>): Needed<T> => ({ ...kind, needed: true })

/** Makes a kind optional. */
export const optional = <T>(kind: Kind<T>): Kind<T | undefined> => ({ ...kind, optional: true })

/** Kind of any text. */
export const text = (label: string): Kind<string> => ({ label, read: (raw) => raw })

/** Kind of a text that is not empty. */
export const name = (label: string): Kind<string> => ({
  label,
  read: (raw) => (raw.trim() === '' ? misuse(`${label} cannot be empty.`) : raw),
})

/** Kind of a ticket's id, as `12` or `#12`. */
export const id: Kind<number> = {
  label: 'ID',
  read: (raw) => {
    const number = whole(raw.trim().replace(/^#/, ''))
    return number ?? misuse(`'${raw}' is not a ticket id; ids are whole numbers such as 12.`)
  },
}

/** Kind of several ids, in a comma list, in several flags or both. */
export const ids: Kind<number[]> = {
  label: 'ID',
  adds: true,
  read: (raw) => each(raw, (part) => id.read(part)),
}

/** Kind of any whole number. */
export const number = (label: string): Kind<number> => ({
  label,
  read: (raw) => whole(raw.trim()) ?? misuse(`'${raw}' is not a whole number.`),
})

/** Kind of a maximum: a whole number from 0 up. */
export const limit: Kind<number> = {
  label: 'N',
  read: (raw) => {
    const found = whole(raw.trim())
    return found !== null && found >= 0 ? found : misuse(`'${raw}' is not a whole number from 0 up.`)
  },
}

/** Kind with a fixed list of values. */
export function oneOf<const T extends string>(what: string, values: readonly T[]): Kind<T> {
  return {
    label: what.toUpperCase(),
    among: values,
    read: (raw) =>
      values.find((value) => value === raw.trim()) ??
      misuse(`'${raw}' is not a ${what}; it can be ${listed(values)}.`),
  }
}

export const type = oneOf('type', TYPES)
export const status = oneOf('status', STATUSES)
export const statuses: Kind<(typeof STATUSES)[number][]> = {
  label: 'STATUS,…',
  among: STATUSES,
  adds: true,
  read: (raw) => each(raw, (part) => status.read(part)),
}
export const format = oneOf('format', ['text', 'json'])

/** Lists values with commas and `or`. */
export const listed = (values: readonly string[]) =>
  `${values.slice(0, -1).join(', ')} or ${values[values.length - 1]}`

/** Reads each part of a comma list; empty parts are left out. */
const each = <T>(raw: string, read: (part: string) => T): T[] =>
  raw
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(read)

function whole(raw: string): number | null {
  const value = /^-?\d+$/.test(raw) ? Number(raw) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}
