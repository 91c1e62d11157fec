/** Tokens and money in words. Unknown is not zero. */
import type { AttemptEntry } from '../../../src/api/client.ts'

type Usage = AttemptEntry['usage']

/** Sums usages in words. */
export function spending(usages: readonly Usage[]): { cost: string; tokens: string } {
  const known = usages.flatMap(({ cost_usd }) => (cost_usd === null ? [] : [cost_usd]))
  const unknown = usages.length - known.length
  const sum = known.reduce((total, each) => total + each, 0)
  const dollars = `$${sum.toFixed(sum > 0 && sum < 0.1 ? 4 : 2)}`
  const total = (field: 'input_tokens' | 'output_tokens' | 'cache_read_tokens' | 'cache_write_tokens') =>
    usages.reduce((all, usage) => all + usage[field], 0)
  const counts = [
    [total('input_tokens') + total('cache_write_tokens'), 'in'],
    [total('output_tokens'), 'out'],
    [total('cache_read_tokens'), 'cached'],
  ] as const
  const told = counts.flatMap(([count, what]) => (count > 0 ? [`${short(count)} ${what}`] : []))
  const tokens = told.length > 0 ? told.join(', ') : 'unknown'
  if (known.length === 0) return { cost: 'unknown', tokens }
  return { cost: unknown > 0 ? `${dollars} and ${unknown} unknown` : dollars, tokens }
}

const short = (count: number): string => {
  if (count < 1000) return String(count)
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} k` : `${(count / 1_000_000).toFixed(1)} M`
}
