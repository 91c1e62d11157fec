/** What one row of the table of files says. A row that is too wide asks a person once more. */
import { type PartsOf, whole } from './parts.ts'

/** A file in which the meaning of a gate's command stands. */
export interface Row {
  /** Of the path, in any folder; letters of any case. */
  file: RegExp
  /** One of these words stands in what the gate runs. */
  when: RegExp
  parts: PartsOf
}

/** `file` is the source of a regular expression for its name. */
export const row = (file: string, when: RegExp, parts: PartsOf = whole): Row => ({
  file: new RegExp(`(^|/)(?:${file})$`, 'i'),
  when,
  parts,
})

/** For a file of which the parts know by themselves what a gate brings into play. */
export const ALWAYS = /(?:)/
