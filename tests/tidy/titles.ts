/** Tests that pages and tables name by file and title. */

/** A test of this title that is run: neither skipped nor only planned. */
export function hasTest(text: string, title: string): boolean {
  const before = untilTitle(text, title)
  return /\b(?:it|test)(?:\.each(?:<[^>]*>)?\((?:(?!\b(?:it|test)\b)[\s\S])*\))?\(\s*$/.test(before)
}

/** A way of the escape suite: an object with this name, or what a helper makes of it. */
export const hasWay = (text: string, name: string): boolean =>
  /\b(?:name:|title:|\w+\()\s*$/.test(untilTitle(text, name))

/** Tables of cases may stand before a title. */
const LONGEST_TABLE = 4000

function untilTitle(text: string, title: string): string {
  const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``]
  const at = quoted.map((each) => text.indexOf(each)).find((found) => found >= 0)
  return at === undefined ? '' : text.slice(Math.max(0, at - LONGEST_TABLE), at)
}
