/** Chance from a seed: the same names give the same numbers, whatever else is drawn meanwhile. */
export interface Chance {
  /** A whole number, 0 ≤ it < n. */
  below(n: number): number
  between(least: number, most: number): number
  pick<T>(list: readonly T[]): T
  /** True in `percent` of 100 cases. */
  happens(percent: number): boolean
}

export function chance(...names: (string | number)[]): Chance {
  let state = hash(names.join('/'))
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * n)
  }
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    pick: (list) => list[below(list.length)]!,
    happens: (percent) => below(10_000) < percent * 100,
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value
}
