/** `ticket` as it is built: a start, the program, and what V8 made of the program for the Node that first listed. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const dist = join(import.meta.dirname, '../../dist')
/** Below it the program finds SQLite. */
const CACHE = join(import.meta.dirname, '../../.cache')
const PROGRAM = 'ticket-program.cjs'
const compiled = `ticket-program.${process.version}`

let folder = ''
beforeEach(() => {
  mkdirSync(CACHE, { recursive: true })
  folder = mkdtempSync(join(CACHE, 'ticket-start-'))
  for (const file of ['ticket.cjs', PROGRAM]) copyFileSync(join(dist, file), join(folder, file))
})
afterEach(() => rmSync(folder, { recursive: true }))

const ticket = (...args: string[]) => {
  const env = { ...process.env, TICKET_DB: join(folder, 'tickets.db') }
  return spawnSync(process.execPath, [join(folder, 'ticket.cjs'), ...args], { encoding: 'utf8', env })
}
const works = { status: 0, stdout: expect.stringMatching(/^ticket \d/), stderr: '' }
const listed = () => {
  expect(ticket('migrate')).toMatchObject({ status: 0 })
  expect(ticket('create', 'Add search')).toMatchObject({ status: 0 })
  const list = ticket('list')
  expect(list).toMatchObject({ status: 0, stdout: expect.stringContaining('Add search'), stderr: '' })
  return list.stdout
}
const kept = () => readdirSync(folder).filter((name) => name.startsWith('ticket-program.v'))

describe('ticket starts', () => {
  it('where nothing was compiled for this Node, and lists only once without', () => {
    expect(ticket('--version')).toMatchObject(works)
    expect(kept()).toEqual([])
    const first = listed()
    expect(kept()).toEqual([compiled])
    const { mtimeMs } = statSync(join(folder, compiled))
    expect(ticket('list').stdout).toBe(first)
    expect(statSync(join(folder, compiled)).mtimeMs).toBe(mtimeMs)
  })

  it('where what was compiled is damaged, or of another Node, and replaces it', () => {
    const damaged = Buffer.alloc(100_000, 7)
    writeFileSync(join(folder, compiled), damaged)
    expect(ticket('--version')).toMatchObject(works)
    listed()
    expect(readFileSync(join(folder, compiled)).equals(damaged)).toBe(false)
    expect(ticket('--version')).toMatchObject(works)
  })

  it('where nothing can be kept, and leaves nothing half written', () => {
    mkdirSync(join(folder, compiled))
    listed()
    expect(kept()).toEqual([compiled])
    expect(statSync(join(folder, compiled)).isDirectory()).toBe(true)
  })

  it('with a program that brings no library it does not need: each start reads all of it', () => {
    expect(statSync(join(dist, PROGRAM)).size).toBeLessThan(200_000)
  })
})
