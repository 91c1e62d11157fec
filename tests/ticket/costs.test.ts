import { describe, expect, it } from 'vitest'
import { type Cost, costOfAll, costsBy, costText, type Spending } from '../../src/ticket/costs.ts'
import { startOfDate, startOfDay } from '../../src/ticket/due.ts'
import { costOf, estimateOf, type PriceOf, priceList } from '../../src/ticket/prices.ts'

const NONE = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
const MILLION = { ...NONE, inputTokens: 1_000_000, outputTokens: 1_000_000 }
const prices = priceList(['mine=2/6'])

const told = (usd: number, more: Partial<Spending> = {}): Spending => ({
  ...{ key: '', model: 'mine', attempts: 1, usd, tokens: 10 },
  unpriced: { attempts: 0, silent: 0, tokens: NONE },
  ...more,
})
const untold = (model: string | null, more: Partial<Spending> = {}): Spending =>
  told(0, { model, unpriced: { attempts: 1, silent: 0, tokens: MILLION }, ...more })
const silent = told(0, { model: null, tokens: 0, unpriced: { attempts: 1, silent: 1, tokens: NONE } })

describe('what agents have cost', () => {
  it.each<[string, Spending[], Partial<Cost>, string]>([
    ['is nothing when nobody worked', [], { attempts: 0, usd: null, unknown: 0 }, '-'],
    [
      'is what was reported',
      [told(0.5), told(0.75)],
      { attempts: 2, usd: 1.25, estimatedUsd: null },
      '$1.25',
    ],
    ['is zero when that was reported', [told(0)], { usd: 0, unknown: 0 }, '$0.00'],
    ['is not zero when it is little', [told(0.001)], { usd: 0.001 }, 'under $0.01'],
    [
      'is unknown when nobody tells',
      [silent],
      { usd: null, estimatedUsd: null, unknown: 1, unpriced: 0 },
      'unknown',
    ],
    [
      'is an estimate when only tokens are told',
      [untold('mine')],
      { usd: null, estimatedUsd: 8, unknown: 0 },
      'about $8.00',
    ],
    [
      'is unknown without a price',
      [untold('yours')],
      { usd: null, estimatedUsd: null, unknown: 1, unpriced: 1 },
      'unknown',
    ],
    [
      'says each part apart',
      [told(1), untold('mine'), silent, untold(null)],
      { attempts: 4, usd: 1, estimatedUsd: 8, unknown: 2, unpriced: 1 },
      '$1.00 + about $8.00 + unknown for 2 attempts',
    ],
    [
      'estimates of a group only what was not reported',
      [told(1, { attempts: 3, unpriced: { attempts: 2, silent: 1, tokens: MILLION } })],
      { attempts: 3, usd: 1, estimatedUsd: 8, unknown: 1 },
      '$1.00 + about $8.00 + unknown for 1 attempt',
    ],
  ])('%s', (_, spending, cost, text) => {
    const found = costOfAll(spending, prices)
    expect(found).toMatchObject(cost)
    expect(costText(found)).toBe(text)
  })

  it('goes to groups in the order in which they come', () => {
    const spending = [told(1, { key: 'b1' }), told(2, { key: 'a1' }), told(4, { key: 'b2' })]
    const groups = costsBy(spending, (key) => key.charAt(0), prices)
    expect(groups.map(([name, { usd }]) => [name, usd])).toEqual([
      ['b', 5],
      ['a', 2],
    ])
  })
})

describe('the table of prices', () => {
  const answered = { ...MILLION, cacheHourTokens: 0 }

  it.each<[string, string | null, PriceOf, number | null]>([
    ['a model that is listed', 'claude-opus-5-5', prices, 24],
    ['a dated name', 'claude-opus-4-1-20250805', prices, 90],
    ["Bedrock's name", 'us.anthropic.claude-opus-4-1-20250805-v1:0', prices, 90],
    ["Vertex's name", 'claude-opus-4-1@20250805', prices, 90],
    ['a price of your own', 'mine', prices, 8],
    ['your own price before the list', 'claude-opus-5-5', priceList(['claude-opus-5-5=1/1']), 2],
    ['no price at all', 'yours', prices, null],
    ['no name', null, prices, null],
  ])('has %s', (_, model, priceOf, usd) => {
    expect(costOf({ ...answered, model }, priceOf)).toBe(usd)
  })

  it('takes more for a long prompt, but not for many short ones together', () => {
    expect(costOf({ ...answered, model: 'claude-haiku-5-5' }, prices)).toBeCloseTo(3)
    expect(estimateOf('claude-haiku-5-5', MILLION, prices)).toBeCloseTo(0.6)
  })

  it('takes more for what is written to the cache, and most for an hour', () => {
    const written = { ...NONE, cacheWriteTokens: 1_000_000 }
    expect(costOf({ ...written, model: 'mine', cacheHourTokens: 0 }, prices)).toBe(2.5)
    expect(costOf({ ...written, model: 'mine', cacheHourTokens: 1_000_000 }, prices)).toBe(4)
    expect(
      costOf({ ...NONE, cacheReadTokens: 1_000_000, model: 'mine', cacheHourTokens: 0 }, prices),
    ).toBeCloseTo(0.2)
  })
})

describe('a day of costs', () => {
  it.each([
    ['2026-06-15T12:34:56Z', 'UTC', '2026-06-15T00:00:00.000Z'],
    ['2026-06-15T22:30:00Z', 'Europe/Berlin', '2026-06-15T22:00:00.000Z'],
    ['2026-03-29T12:00:00Z', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-10-25T12:00:00Z', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-01-01T00:10:00Z', 'America/New_York', '2025-12-31T05:00:00.000Z'],
    ['2026-06-15T00:00:00Z', 'Asia/Kathmandu', '2026-06-14T18:15:00.000Z'],
  ])('of %s in %s began at %s', (at, zone, began) => {
    expect(new Date(startOfDay(Date.parse(at), zone)).toISOString()).toBe(began)
  })

  it.each([
    ['2026-06-15', 'Pacific/Auckland', '2026-06-14T12:00:00.000Z'],
    ['2026-06-15', 'Pacific/Kiritimati', '2026-06-14T10:00:00.000Z'],
    ['2026-06-15', 'Pacific/Pago_Pago', '2026-06-15T11:00:00.000Z'],
  ])('%s in %s began at %s', (date, zone, began) => {
    expect(new Date(startOfDate(date, zone)).toISOString()).toBe(began)
  })
})
