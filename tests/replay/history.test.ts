import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chance } from '../sim/chance.ts'
import { gitIn, type History, listCommits, NoHistory, readHistory } from './history.ts'
import { waits } from './lines.ts'
import { NoGate, ownPaths } from './project.ts'
import { RECORDED_COUNT, record } from './recorded.ts'
import { shuffled } from './shuffled.ts'
import { ticketsOf } from './tickets.ts'
import { together } from './upstream.ts'

let above: string
let folder: string
let history: History

beforeAll(() => {
  above = realpathSync(mkdtempSync(join(tmpdir(), 'history-')))
  folder = record(above)
  history = readHistory(folder, listCommits(folder, 'main', RECORDED_COUNT), ['verify.sh'])
})
afterAll(() => rmSync(above, { recursive: true, force: true }))

const at = (subject: string) => history.commits.findIndex((each) => each.subject === subject)

describe('the recorded history', () => {
  it('is the same to the last byte each time', () => {
    expect(gitIn(folder, ['rev-parse', 'main']).toString().trim()).toMatchInlineSnapshot(
      `"9933df8bfd1c6837777e5a6abc0e7f1e524c9746"`,
    )
    expect(history.commits).toHaveLength(RECORDED_COUNT)
  })
})

describe('a history that is read', () => {
  it('takes a merge as its change against the first parent', () => {
    const { patch, touches } = history.commits[at('Merge the countries')]!
    expect(touches).toEqual([{ path: 'src/countries.js', hunks: null }])
    expect(patch.toString()).toContain("+  JP: 'far',")
  })

  it('has nothing to apply for an empty commit, and leaves out what the project has of its own', () => {
    expect(history.commits[at('Ask for a review once more')]!.patch).toHaveLength(0)
    const without = readHistory(folder, listCommits(folder, 'main', 1), ['VERSION'])
    expect(without.commits.map(({ patch }) => patch.length)).toEqual([0])
  })

  it('waits for what made, moved or changed the same lines, and for nothing else', () => {
    const found = waits(history.commits.map(({ touches }) => touches))
    const names = (subject: string) => found[at(subject)]!.map((each) => history.commits[each]!.subject)
    expect(names('Say which zones there are')).toEqual([])
    expect(names('Carry up to 31 kilograms')).toEqual(['Charge by the zone'])
    expect(names('Rename the stamp')).toEqual(['Add the stamp', 'Draw the stamp anew'])
    expect(names('Put the country on the label')).toEqual(['Move the label to a folder of its own'])
    expect(names('Give many parcels a discount')).toEqual([])
  })

  it.each([1, 2, 3, 4])('comes to the same tree in another order that the waits allow: %d', (seed) => {
    const tree = shuffled(history, join(above, `index-${seed}`), chance('shuffled', seed))
    expect(tree).toBe(gitIn(folder, ['rev-parse', 'main^{tree}']).toString().trim())
  })

  it('says which repository or commit is not there', () => {
    expect(() => listCommits(folder, 'none', 5)).toThrow(NoHistory)
    expect(() => listCommits(join(above, 'none'), 'main', 5)).toThrow(NoHistory)
    expect(() => ownPaths(folder, 'main', null)).toThrow(NoGate)
    expect(ownPaths(folder, 'main', 'true')).toEqual(['verify.sh', 'PROJECT.md'])
  })
})

describe('the tickets of a history', () => {
  it('are one for a red commit and those after it, up to the one that is green again', () => {
    expect(together([true, false, false, true, true, false])).toEqual([[0], [1, 2, 3], [4]])
  })

  it('wait for the tickets of the commits that theirs wait for', () => {
    const tickets = ticketsOf(
      history.commits,
      [[0, 1], ...history.commits.slice(2).map((_, i) => [i + 2])],
      (i) => i,
    )
    expect(tickets[0]).toMatchObject({ title: 'Add zones (and the 1 after it)', after: [] })
    const carry = tickets.find(({ title }) => title === 'Carry up to 31 kilograms')
    expect(carry).toMatchObject({ members: [3], after: [0] })
  })

  it('change nothing for an empty commit', () => {
    const groups = history.commits.map((_, index) => [index])
    const empty = ticketsOf(history.commits, groups, (i) => i)[at('Ask for a review once more')]!
    expect(empty.script).toEqual([{ no_change: 'The history changes nothing here either.' }])
  })
})
