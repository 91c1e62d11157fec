/** Texts of small files, many by one git. */
import type { Repo } from '../../ports/repo.ts'

/** Maximum bytes of a file that is read whole. */
const LARGEST = 1024 * 1024

/** Reads texts by the ids of their contents. A larger one is given as its id alone: two that differ still differ. */
export async function textsOf({ pour }: Pick<Repo, 'pour'>, ids: string[]): Promise<Map<string, string>> {
  const pieces = new Map<string, { size: number; parts: Uint8Array[] }>()
  await pour([...new Set(ids)], (id, piece) => {
    const file = pieces.get(id) ?? { size: 0, parts: [] }
    file.size += piece.length
    file.parts = file.size > LARGEST ? [] : [...file.parts, piece]
    pieces.set(id, file)
  })
  const textOf = (id: string, { size, parts }: { size: number; parts: Uint8Array[] }) =>
    size > LARGEST ? id : Buffer.concat(parts).toString()
  return new Map([...pieces].map(([id, file]) => [id, textOf(id, file)]))
}
