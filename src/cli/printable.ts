/** Text of others as it may be shown in a terminal: it cannot move the cursor, hide itself or reorder what is near. */

/** Controls, and the marks that reorder or hide the text around them. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One line that shows what is unsafe in it. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0)
    return NAMED[char] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })

/** JSON that is safe to look at, too: it reads back as the same text. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(UNSAFE, (char) =>
    char === '\n' ? char : `\\u${hex(char.charCodeAt(0), 4)}`,
  )

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0')
