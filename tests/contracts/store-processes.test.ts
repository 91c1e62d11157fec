import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { decideCreate } from '../../src/ticket/decide.ts'
import type { Created } from '../../src/ticket/events.ts'
import { born } from '../../src/ticket/evolve.ts'
import { bundle, start } from './store-child.ts'
import { PERSON } from './store-model.ts'

const PROCESSES = 64
const TICKETS = 320

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarm-processes-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it(`lets ${PROCESSES} processes claim at once, and gives each ticket to one of them`, async () => {
  const path = join(folder, 'tickets.db')
  const store = await openSqlite({ path, create: true })
  await store.transact(async (tx) => {
    const event = decideCreate({ title: 'Add search' }, PERSON) as Created
    for (let n = 0; n < TICKETS; n++) await tx.save(born(await tx.nextId(), event, 0), [event], 'human')
  })

  const program = await bundle('store-claimer', folder)
  const claimers = Array.from({ length: PROCESSES }, (_, n) => start(program, path, `agent-${n}`))
  await Promise.all(claimers.map((claimer) => once(claimer.process.stdout!, 'data')))
  for (const claimer of claimers) claimer.process.stdin!.write('go\n')
  const outputs = await Promise.all(claimers.map((claimer) => claimer.output))

  expect(outputs.filter((output) => !output.startsWith('ready\n['))).toEqual([])
  const claimed = outputs.flatMap((output) => JSON.parse(output.replace('ready\n', '')) as number[])
  expect(claimed.sort((a, b) => a - b)).toEqual(Array.from({ length: TICKETS }, (_, n) => n + 1))
  expect(await store.count({ status: ['in_progress'] })).toBe(TICKETS)
  expect(await store.lastSeq()).toBe(2 * TICKETS)
  await store.close()
}, 120_000)
