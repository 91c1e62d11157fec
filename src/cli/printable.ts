/** Foreign text, made safe for a terminal. */
import { inOneLine, visibleJson } from '../ticket/visible.ts'

/** Makes one line of a text, with unsafe characters shown as codes. */
export const printable = inOneLine

/** Formats JSON that is safe to show; it parses to the same value. */
export const printableJson = (value: unknown): string => visibleJson(JSON.stringify(value, null, 2))
