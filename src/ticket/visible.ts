/**
 * Text of others as it may be shown, in a terminal, on a page and in a notice: it cannot steer, hide itself or reorder
 * what is near. Each such character is shown as what it is, such as `\u202e`; joiners stay, for letters and emoji
 * need them.
 */

/** Controls, and the marks that reorder or hide the text around them. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0')

/** One line that shows what is unsafe in it. What it gives, it gives unchanged when asked again. */
export const inOneLine = (text: string): string =>
  text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0)
    return NAMED[char] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })

/** The same, but lines and tabs stay what they are. */
export const visible = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(UNSAFE, (char) => (/[\n\t]/.test(char) ? char : inOneLine(char)))

/** Whether all of it shows as what it is, in one line. */
export const isSafe = (text: string): boolean => text.search(UNSAFE) === -1

/** JSON whose unsafe characters are escaped, too: it reads back as the same text. Its own line breaks stay. */
export const visibleJson = (json: string): string =>
  json.replace(UNSAFE, (char) => (char === '\n' ? char : `\\u${hex(char.charCodeAt(0), 4)}`))

/** Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and their like. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** Whether some of it is written from right to left. */
export const hasRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text)

/**
 * A text within a sentence that is no page: one with letters from right to left comes in isolating marks of ours, so
 * that it turns nothing round beside it.
 */
export const isolated = (text: string): string =>
  hasRightToLeft(text) ? `\u2068${visible(text)}\u2069` : visible(text)
