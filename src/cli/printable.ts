/** Text of others as it may be shown in a terminal. */
import { inOneLine, visibleJson } from '../ticket/visible.ts'

/** One line that shows what is unsafe in it. */
export const printable = inOneLine

/** JSON that is safe to look at, too: it reads back as the same text. */
export const printableJson = (value: unknown): string => visibleJson(JSON.stringify(value, null, 2))
