/**
 * Safe form of foreign text, for a terminal, a page and a notice: it cannot steer, hide itself or reorder the text
 * around it. Each such character is shown as its code, such as `\u202e`; joiners stay, as letters and emoji need them.
 */

/** Pattern of controls, and of the marks that reorder or hide the text around them. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0')

/** Makes one line of a text, with unsafe characters shown as codes. Applied again, it changes nothing. */
export const inOneLine = (text: string): string =>
  text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0)
    return NAMED[char] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })

/** Shows unsafe characters as codes; lines and tabs stay. */
export const visible = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(UNSAFE, (char) => (/[\n\t]/.test(char) ? char : inOneLine(char)))

/** True for text that is safe in one line unchanged. */
export const isSafe = (text: string): boolean => text.search(UNSAFE) === -1

/** Escapes unsafe characters in JSON, too: it parses to the same value. Its own line breaks stay. */
export const visibleJson = (json: string): string =>
  json.replace(UNSAFE, (char) => (char === '\n' ? char : `\\u${hex(char.charCodeAt(0), 4)}`))

/**
 * Pattern of letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and their like.
 */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** True for text that holds letters from right to left. */
export const hasRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text)

/**
 * Isolates a text within a sentence outside of a page: one with letters from right to left gets isolating marks, so
 * that it turns nothing round beside it.
 */
export const isolated = (text: string): string =>
  hasRightToLeft(text) ? `\u2068${visible(text)}\u2069` : visible(text)
