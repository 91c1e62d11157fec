/** Row of the table of files. A row that is too wide asks a person once more. */
import { type PartsOf, whole } from './parts.ts'

/** File that holds the meaning of a gate's command. */
export interface Row {
  /** Pattern of the path, in any folder and any case. */
  file: RegExp
  /** Pattern of words in what the gate runs. */
  when: RegExp
  parts: PartsOf
}

/** Makes a row; `file` is the source of a regular expression for its name. */
export const row = (file: string, when: RegExp, parts: PartsOf = whole): Row => ({
  file: new RegExp(`(^|/)(?:${file})$`, 'i'),
  when,
  parts,
})

/** Condition of files whose parts are chosen by their own function. */
export const ALWAYS = /(?:)/
