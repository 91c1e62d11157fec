/** Parts of files that a gate depends on, cut out of their text by section or by line. */
import type { Runs } from './runs.ts'

/** Parts by name; `''` is the whole file. */
export type Parts = Record<string, string>

/** Finds the parts of a text for a gate. */
export type PartsOf = (text: string, runs: Runs) => Parts

/** Takes the whole file as one part. */
export const whole: PartsOf = (text) => ({ '': text })

/** Takes sections of TOML and INI whose header a row names, if the gate runs what the row belongs to. */
export const ofSections =
  (rows: readonly [header: RegExp, when: RegExp][]): PartsOf =>
  (text, runs) => {
    const parts: Parts = {}
    for (const { header, body } of sectionsOf(text))
      if (rows.some(([pattern, when]) => pattern.test(header) && when.test(runs.text)))
        parts[`[${header}]`] = `${parts[`[${header}]`] ?? ''}${body}`
    return parts
  }

interface Section {
  header: string
  body: string
}

/**
 * Splits text into sections. Each key before the first header, or in `[tool]`, is a section of its own: its name may
 * hold dots.
 */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [{ header: '', body: '' }]
  let within = ''
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:[#;].*)?$/.exec(line)?.[1]
    const key = /^\s*([\w."'-]+)\s*=/.exec(line)?.[1]
    if (header !== undefined) {
      within = plain(header)
      sections.push({ header: within, body: '' })
    } else if (key !== undefined && /^(tool)?$/.test(within))
      sections.push({ header: plain(within === '' ? key : `tool.${key}`), body: `${line}\n` })
    else if (!/^\s*([#;]|$)/.test(line)) sections.at(-1)!.body += `${line}\n`
  }
  return sections
}

const plain = (header: string) => header.replaceAll(/["'\s]/g, '')

/** Takes the lines that match, for content that is scattered over a file. */
export const ofLines =
  (name: string, isPart: (line: string) => boolean): PartsOf =>
  (text) => {
    const lines = text.split(/\r?\n/).map((line) => line.trim())
    const chosen = lines.filter((line) => line !== '' && !/^(#|\/\/)/.test(line) && isPart(line))
    return chosen.length > 0 ? { [name]: chosen.join('\n') } : {}
  }

/** Takes the whole file when it matches anywhere. */
export const wholeWith =
  (pattern: RegExp): PartsOf =>
  (text, runs) =>
    pattern.test(text) ? whole(text, runs) : {}

/** Joins the parts that several functions find. */
export const both =
  (...all: PartsOf[]): PartsOf =>
  (text, runs) =>
    Object.assign({}, ...all.map((each) => each(text, runs)))
