import { describe, expect, it } from 'vitest'
import { type Chance, chance } from '../sim/chance.ts'
import { fitLine, inBlocks, judge, least, mean, type Point, risesInBlocks } from './fit.ts'

const HOURS = 0.5
const MINUTES = Array.from({ length: 240 }, (_, at) => (at * HOURS) / 240)

/** Nearly normal, with a deviation of one. */
const noise = (draw: Chance) =>
  Array.from({ length: 12 }, () => draw.below(1_000_000) / 1_000_000).reduce((one, other) => one + other) - 6

/** Each measurement is `alike` the one before it. */
function measured(seed: number, { slope = 0, deviation = 1, alike = 0 }): Point[] {
  const draw = chance('soak', seed)
  let off = noise(draw)
  return MINUTES.map((at) => {
    off = alike * off + Math.sqrt(1 - alike ** 2) * noise(draw)
    return { at, value: 100 + slope * at + deviation * off }
  })
}

const lineOf = (points: Point[]) => fitLine(inBlocks(points, 12, mean))!
const verdicts = (of: (seed: number) => Point[], most: number) =>
  Array.from({ length: 200 }, (_, seed) => judge(lineOf(of(seed)), most))
const share = (of: unknown[], wanted: unknown) => of.filter((each) => each === wanted).length / of.length

describe('the fitted line', () => {
  it('is the one that is there, exactly, when there is no noise', () => {
    const line = fitLine(MINUTES.map((at) => ({ at, value: 7 + 3 * at })))!
    expect(line.slope).toBeCloseTo(3, 9)
    expect(line.error).toBeCloseTo(0, 9)
  })

  it('has the error that a textbook says', () => {
    const points = [1, 3, 2, 5].map((value, at) => ({ at, value }))
    // Slope 1.1; the squares of what is left sum up to 2.7, over two degrees of freedom and a spread of five.
    expect(fitLine(points)).toMatchObject({ slope: 1.1, mean: 2.75, span: 3 })
    expect(fitLine(points)!.error).toBeCloseTo(Math.sqrt(2.7 / 2 / 5), 12)
  })

  it('is none through two points', () => {
    expect(fitLine([1, 2].map((at) => ({ at, value: at })))).toBeNull()
  })

  it.each([0, 0.8])('is off by its error, no less, also when each is like the one before it: %d', (alike) => {
    const lines = Array.from({ length: 400 }, (_, seed) => lineOf(measured(seed, { slope: 4, alike })))
    const off = Math.sqrt(mean(lines.map(({ slope }) => (slope - 4) ** 2)))
    const error = mean(lines.map((line) => line.error))
    expect(off / error).toBeGreaterThan(0.8)
    expect(off / error).toBeLessThan(1.35)
  })

  it('would be sure of too much without blocks, when each is like the one before it', () => {
    const lines = Array.from({ length: 400 }, (_, seed) => fitLine(measured(seed, { alike: 0.8 }))!)
    const off = Math.sqrt(mean(lines.map(({ slope }) => slope ** 2)))
    expect(off / mean(lines.map((line) => line.error))).toBeGreaterThan(2)
  })
})

describe('the verdict', () => {
  it('is flat on noise, and never that it grows', () => {
    const found = verdicts((seed) => measured(seed, { alike: 0.5 }), 2)
    expect(share(found, 'grows')).toBe(0)
    expect(share(found, 'flat')).toBeGreaterThan(0.95)
  })

  it('is that it grows when it does by more than it may', () => {
    expect(
      share(
        verdicts((seed) => measured(seed, { slope: 10, alike: 0.5 }), 2),
        'grows',
      ),
    ).toBeGreaterThan(0.99)
  })

  it('is none when there is too much noise to tell', () => {
    expect(
      share(
        verdicts((seed) => measured(seed, { slope: 10, deviation: 60 }), 2),
        null,
      ),
    ).toBeGreaterThan(0.8)
  })

  it('lets what falls be', () => {
    expect(
      share(
        verdicts((seed) => measured(seed, { slope: -50 }), 0),
        'flat',
      ),
    ).toBe(1)
  })
})

describe('what is told by its least', () => {
  it('shows one more that stays, through whatever comes and goes', () => {
    const draw = chance('coming and going')
    const busy = (leak: number) =>
      MINUTES.map((at) => ({ at, value: 20 + draw.below(15) + Math.floor(leak * at) }))
    const of = (points: Point[]) => judge(fitLine(inBlocks(points, 12, least))!, 2)
    expect([of(busy(0)), of(busy(20))]).toEqual(['flat', 'grows'])
  })
})

describe('what is told by the ticket', () => {
  const tickets = (at: number) => Math.floor(at * 3000)

  it('is flat while each adds as much as the one before it, however many there are', () => {
    const faster = (at: number) => Math.floor(at * 3000 + at ** 2 * 9000)
    const points = MINUTES.map((at) => ({ at, count: faster(at), value: 5000 + 20 * faster(at) }))
    const rises = risesInBlocks(points, 12)
    expect(rises).toHaveLength(12)
    expect(new Set(rises.map(({ value }) => value))).toEqual(new Set([20]))
    expect(judge(fitLine(rises)!, 1)).toBe('flat')
  })

  it('grows when each adds more than the one before it', () => {
    const points = MINUTES.map((at) => ({ at, count: tickets(at), value: 0.01 * tickets(at) ** 2 }))
    expect(judge(fitLine(risesInBlocks(points, 12))!, 10)).toBe('grows')
  })

  it('leaves out a stretch without any, and counts what rose in it with the next', () => {
    const points = [0, 2, 2, 4, 6].map((count, at) => ({ at, count, value: 10 * count }))
    expect(risesInBlocks(points, 4).map(({ value }) => value)).toEqual([10, 10, 10])
  })
})
