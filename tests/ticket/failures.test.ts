import { describe, expect, it } from 'vitest'
import { SEND_BACK_REASONS } from '../../src/ticket/events.ts'
import { backoff, ENOUGH, FAILURES } from '../../src/ticket/failures.ts'
import { failureRows } from './failures-table.ts'

describe('why attempts fail', () => {
  it('is one table', () => {
    const lines = failureRows().map((row) =>
      row
        .map((cell) => cell.padEnd(15))
        .join('')
        .trimEnd(),
    )
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      gate red       yes            -              -              yes            -              -
      conflict       yes            -              -              yes            -              -
      rejected       yes            -              -              yes            -              -
      pre-existing   -              -              30 s           -              until main is greenonce
      did nothing    yes            -              5 s            -              -              -
      sandbox full   yes            once           5 s            -              -              -
      harness crash  yes            -              5 s            -              -              -
      hang           yes            -              5 s            -              -              -
      turn limit     yes            2 times        -              -              -              yes
      too long       yes            -              -              -              -              yes
      refusal        yes            -              60 s           -              -              -
      budget         yes            -              -              -              -              yes
      swarm budget   -              -              -              yes            until a person answersonce
      usage limit    -              within 6 h     -              yes            until the reset-
      overloaded     -              -              30 s           -              30 s, doubled  -
      login expired  -              -              -              yes            60 s, doubled  once
      no sandbox     -              -              -              yes            20 s, doubled  once
      infrastructure -              -              30 s           -              -              -
      "
    `)
  })

  it('has one row for every reason that an event can give', () => {
    expect(Object.keys(FAILURES).sort()).toEqual([...SEND_BACK_REASONS].sort())
  })

  it.each(SEND_BACK_REASONS)('follows the rules of the table: %s', (reason) => {
    const { charged, backoff, front, pause } = FAILURES[reason]
    if (pause !== null) expect(charged, 'what stops everybody is not held against one ticket').toBe(false)
    if (front) expect(backoff, 'the head of the list and backing off are opposites').toBe(0)
  })

  it('brings a ticket to a person after three attempts that count', () => {
    expect(ENOUGH).toBe(3)
  })
})

describe('backing off', () => {
  it('doubles with each attempt that counted, up to 64 times', () => {
    expect([0, 1, 2, 6, 7, 100].map((charged) => backoff('hang', charged))).toEqual([
      5_000, 10_000, 20_000, 320_000, 320_000, 320_000,
    ])
  })

  it('is none where the work is nearly done', () => {
    expect(backoff('gate red', 2)).toBe(0)
  })
})
