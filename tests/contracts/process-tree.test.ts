/** Which processes count as a program's own, told on made-up process tables. */
import { describe, expect, it } from 'vitest'
import { grow, type Tree } from '../../src/sandboxes/process/tree.ts'
import type { Proc } from '../../src/sandboxes/table.ts'

const proc = (pid: number, parent: number, started: string, group = pid): Proc => ({
  ...{ pid, parent, group, session: group, started },
  terminal: false,
})

describe('the tree of a program', () => {
  it('holds its children and theirs, however late they are seen', () => {
    const tree: Tree = new Map([[100, 'then']])
    grow(tree, [proc(102, 101, 'then'), proc(101, 100, 'then')])
    expect([...tree.keys()].sort()).toEqual([100, 101, 102])
  })

  it('never holds a stranger that was given the number of one that ended, nor its children seen later', () => {
    const tree: Tree = new Map([
      [100, 'then'],
      [150, 'then'],
    ])
    grow(tree, [proc(150, 1, 'now')])
    grow(tree, [proc(201, 150, 'now'), proc(202, 1, 'now', 150)])
    expect([...tree.keys()]).toEqual([100])
  })
})
