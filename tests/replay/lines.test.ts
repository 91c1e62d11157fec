import { describe, expect, it } from 'vitest'
import { type Touch, waits } from './lines.ts'

const hunk = (start: number, marks: string): Touch[] => [{ path: 'a', hunks: [{ start, marks }] }]
const whole = (path: string): Touch[] => [{ path, hunks: null }]

describe('what a commit waits for', () => {
  it('is the commit that changed a line that it changes or shows', () => {
    expect(waits([hunk(0, '   -+   '), hunk(20, '   -+   '), hunk(4, '  -+   ')])).toEqual([[], [], [0]])
  })

  it('is nothing where the lines of others only moved it', () => {
    expect(waits([hunk(0, '   +++   '), hunk(20, '   -+   ')])).toEqual([[], []])
  })

  it('is found where the line stands by then', () => {
    // Line 20 is at 23 once three lines stand before it.
    expect(waits([hunk(17, '   -+   '), hunk(0, '   +++   '), hunk(20, '   -+   ')])).toEqual([[], [], [0]])
    expect(waits([hunk(17, '   -+   '), hunk(0, '   +++   '), hunk(30, '   -+   ')])).toEqual([[], [], []])
  })

  it('is the commit that took out lines beside it', () => {
    expect(waits([hunk(10, '   --   '), hunk(12, ' -+   '), hunk(8, '   -+   ')])).toEqual([[], [0], [0, 1]])
  })

  it('is the commit that made the file, and every earlier one where the file goes', () => {
    expect(waits([whole('a'), hunk(0, '+   '), hunk(50, '   +   '), whole('a')])).toEqual([
      [],
      [0],
      [0],
      [0, 1, 2],
    ])
  })

  it('is the commit that made room for a folder of the name', () => {
    expect(waits([whole('a'), whole('a/b'), whole('ab')])).toEqual([[], [0], []])
    expect(waits([whole('a/b'), whole('a')])).toEqual([[], [0]])
  })
})
