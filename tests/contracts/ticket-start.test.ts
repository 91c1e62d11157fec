/** `ticket` as it is built: a start, the program, and what V8 made of the program for the Node that built it. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const dist = join(import.meta.dirname, '../../dist')
const PROGRAM = 'ticket-program.cjs'
const compiled = `ticket-program.${process.version}`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ticket-start-'))
  for (const file of ['ticket.cjs', PROGRAM]) copyFileSync(join(dist, file), join(folder, file))
})
afterEach(() => rmSync(folder, { recursive: true }))

const version = () =>
  spawnSync(process.execPath, [join(folder, 'ticket.cjs'), '--version'], { encoding: 'utf8' })

describe('ticket starts', () => {
  it('where nothing was compiled for this Node', () => {
    expect(version()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ticket \d/), stderr: '' })
  })

  it('where what was compiled is damaged, or of another Node', () => {
    writeFileSync(join(folder, compiled), Buffer.alloc(100_000, 7))
    expect(version()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ticket \d/), stderr: '' })
  })

  it('the same from what was compiled', () => {
    const afresh = version().stdout
    const build = spawnSync(process.execPath, [join(dist, 'ticket.cjs'), '--version'], { encoding: 'utf8' })
    expect(build.stdout).toBe(afresh)
  })

  it('with a program that brings no library it does not need: each start reads all of it', () => {
    expect(statSync(join(dist, PROGRAM)).size).toBeLessThan(200_000)
  })
})
