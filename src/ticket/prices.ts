/**
 * Prices of models, in US dollars per million tokens. As Anthropic listed them in November 2026; the setting
 * `model_prices` adds to the table and wins over it. A model in neither has an unknown cost, which is not zero.
 */

/** Numbers of tokens. */
export interface Tokens {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
}

/** Answer of a model, with its tokens. */
export interface Answered extends Tokens {
  model: string | null
  /** Tokens written to the cache that stay for an hour. */
  cacheHourTokens: number
}

/** Prices of a model. */
export interface Price {
  input: number
  output: number
  cacheRead: number
  /** Prices of longer prompts, for all of their tokens. */
  long?: { above: number; price: Price }
}

const price = (input: number, output: number, cacheRead = input / 10): Price => ({ input, output, cacheRead })

/** Month in which the table was made. */
export const PRICED_IN = '2026-11'

const PRICES: Record<string, Price> = {
  'claude-3-5-haiku': price(0.8, 4),
  'claude-haiku-4-5': price(1, 5),
  'claude-haiku-5-5': { ...price(0.1, 0.5), long: { above: 100_000, price: price(0.5, 2.5) } },
  'claude-3-5-sonnet': price(3, 15),
  'claude-3-7-sonnet': price(3, 15),
  'claude-sonnet-4': price(3, 15),
  'claude-sonnet-4-5': price(3, 15),
  'claude-sonnet-4-6': price(3, 15),
  'claude-sonnet-5': price(2, 10),
  'claude-sonnet-5-5': price(2, 10, 0.1),
  'claude-opus-4': price(15, 75),
  'claude-opus-4-1': price(15, 75),
  'claude-opus-4-5': price(5, 25),
  'claude-opus-4-6': price(5, 25),
  'claude-opus-4-7': price(5, 25),
  'claude-opus-4-8': price(5, 25),
  'claude-opus-5': price(5, 25),
  'claude-opus-5-5': price(4, 20, 0.2),
  'claude-fable-5': price(10, 50),
  'claude-fable-5-1': price(10, 50, 0.25),
  'claude-fable-5-2': price(8, 40, 0.2),
  'claude-mythos-5': price(10, 50),
  'claude-mythos-5-1': price(10, 50, 0.25),
}

/** Price of writing to the cache as a multiple of an input token: for five minutes, for an hour. */
const CACHE_WRITE = { short: 1.25, hour: 2 }

/** Finds the price of a model; null when it is unknown. */
export type PriceOf = (model: string) => Price | null

/** Makes the list of prices. `own`: entries such as `claude-x=3/15`, US dollars per million tokens in and out. */
export function priceList(own: string[]): PriceOf {
  const table = { ...PRICES, ...Object.fromEntries(own.flatMap(entry)) }
  return (model) => (Object.hasOwn(table, model) ? table[model]! : (table[plain(model)] ?? null))
}

export const PRICE_ENTRY = /^([\w.:@/-]+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/

function entry(text: string): [string, Price][] {
  const [, model, input, output] = PRICE_ENTRY.exec(text) ?? []
  return model === undefined ? [] : [[model, price(Number(input), Number(output))]]
}

/**
 * Plain name of a model; Bedrock and Vertex decorate it: `us.anthropic.claude-opus-4-1-20250805-v1:0`,
 * `claude-opus-4-1@20250805`.
 */
const plain = (model: string): string =>
  model
    .replace(/^.*anthropic[./]/, '')
    .replace(/\[1m\]$/, '')
    .replace(/[@-]\d{8}.*$/, '')
    .replace(/-v\d+(:\d+)?$/, '')
    .replace(/-0$/, '')

/** Cost of an answer in US dollars; null when the model's price is unknown. */
export function costOf(answered: Answered, priceOf: PriceOf): number | null {
  const listed = answered.model === null ? null : priceOf(answered.model)
  if (listed === null) return null
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = answered
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens
  return costAt(answered, listed.long && prompt > listed.long.above ? listed.long.price : listed)
}

/**
 * Estimated cost of many answers in US dollars, by their sum: each prompt counts as a short one. Null when the price is
 * unknown.
 */
export function estimateOf(model: string | null, sum: Tokens, priceOf: PriceOf): number | null {
  const listed = model === null ? null : priceOf(model)
  return listed && costAt({ ...sum, cacheHourTokens: 0 }, listed)
}

function costAt(
  { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheHourTokens }: Omit<Answered, 'model'>,
  { input, output, cacheRead }: Omit<Price, 'long'>,
): number {
  const written =
    (cacheWriteTokens - cacheHourTokens) * CACHE_WRITE.short + cacheHourTokens * CACHE_WRITE.hour
  return ((inputTokens + written) * input + outputTokens * output + cacheReadTokens * cacheRead) / 1_000_000
}
