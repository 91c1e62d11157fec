/** Cuts of long texts at readable places: between lines or words, with a mark for the missing part. */

/** Start of a text, of at most `most` characters. A word is cut only when it fills half of it. */
export function startOf(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(0, most - 2)
  const end = /\s/.test(text[cut.length]!) ? cut.length : cut.search(/\s\S*$/)
  if (end < most / 2) return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
  return `${cut.slice(0, end).trimEnd()} …`
}

/** End of a text, of at most `most` characters: from the beginning of a line, else of a word. */
export function endOf(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(2 - most)
  const isWhole = /\s/.test(text[text.length - cut.length - 1]!)
  const line = cut.search(/\n./)
  const word = isWhole ? 0 : cut.search(/\s\S/)
  const begin = [line, word].find((at) => at !== -1 && at < most / 2) ?? 0
  return `… ${cut
    .slice(begin)
    .trimStart()
    .replace(/^[\udc00-\udfff]/, '')}`
}
