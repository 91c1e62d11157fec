/**
 * Text that every store can hold and give back unchanged. Drivers disagree about NUL (some cut the text there,
 * PostgreSQL refuses it), and half a surrogate pair has no UTF-8.
 */

const LONE_SURROGATE = /\p{Surrogate}/gu

/** Removes NUL from a text, and replaces lone surrogates by U+FFFD. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').replace(LONE_SURROGATE, '\ufffd')
}

/** Copies plain data with every text in it clean. */
export function clean<T>(value: T): T {
  if (typeof value === 'string') return cleanText(value) as T
  if (Array.isArray(value)) return value.map(clean) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean(each)])) as T
}
