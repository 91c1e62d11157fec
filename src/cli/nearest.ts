/** Finds the name that somebody who typed `wrong` most likely meant; null when none is near. */
export function nearest(wrong: string, names: string[]): string | null {
  const near = names
    .map((name) => ({ name, edits: name.startsWith(wrong) ? 1 : edits(wrong, name) }))
    .filter(({ name, edits }) => edits <= Math.max(2, Math.floor(name.length / 3)) && edits < name.length)
    .sort((a, b) => a.edits - b.edits)
  return near[0]?.name ?? null
}

/** Number of letters to insert, remove, replace, or swap with their neighbour. */
function edits(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const replaced = (last[j - 1] as number) + (same ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforeLast[j - 2] ?? 0) + 1 : replaced
      row.push(Math.min(replaced, swapped, (last[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    beforeLast = last
    last = row
  }
  return last[b.length] as number
}

/** Asks whether the nearest name was meant; gives `otherwise` when none is near. */
export function didYouMean(wrong: string, names: string[], otherwise: string): string {
  const near = nearest(wrong, names)
  return near === null ? otherwise : `Did you mean '${near}'?`
}
