/** Named SQL: `.sql` files hold blocks that begin with `-- name: something`. */

/** Makes a lookup of the blocks of `text` by name; throws for a name that does not exist. */
export function namedSql(text: string): (name: string) => string {
  let blocks: Map<string, string> | null = null
  return (name) => {
    blocks ??= blocksOf(text)
    const sql = blocks.get(name)
    if (sql === undefined) throw new Error(`there is no SQL named ${name}`)
    return sql
  }
}

function blocksOf(text: string): Map<string, string> {
  const blocks = new Map<string, string>()
  for (const block of text.split(/^-- name: /m).slice(1)) {
    const end = block.indexOf('\n')
    blocks.set(block.slice(0, end).trim(), block.slice(end + 1).trim())
  }
  return blocks
}
