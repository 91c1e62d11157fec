/** A gate that ran while the wall clock was a year ahead: its word about `main` is not the newest one for a year. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { paused } from '../../src/life/limits/may-claim.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
const write = (file: string) => [{ write: { file, text: 'fine\n' } }]

/** The gate is green while a certificate, so to speak, has not run out: that is, while a file outside is there. */
async function red(tell: (s: Story, mend: () => void) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-outside-'))
  const valid = join(folder, 'valid')
  const gate = `#!/bin/sh\n[ -e ${valid} ] && exit 0\necho "Error: the certificate has expired"\nexit 1\n`
  await swarm(
    async (s) => {
      s.clock.jump(YEAR)
      for (const name of ['one', 'two']) await s.file(name, write(`${name}.txt`))
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'main is red' })
      s.clock.jump(-YEAR)
      await tell(s, () => writeFileSync(valid, ''))
    },
    { files: { 'verify.sh': gate }, settings: { agents: 1 } },
  ).finally(() => rmSync(folder, { recursive: true }))
}

it('lets everybody go on within a day when the clock is right again, and with it main green', () =>
  red(async (s, mend) => {
    mend()
    for (let hours = 0; hours < 24; hours++) {
      s.clock.turn(HOUR)
      await s.settle()
    }
    expect(await paused(s.world, s.fleet)).toBeNull()
    expect(await s.main()).toHaveLength(2)
  }))

it('runs red gates again when the person says to go on', () =>
  red(async (s, mend) => {
    mend()
    const question = (await paused(s.world, s.fleet))!.ticket!
    s.clock.turn(1000)
    await answer(s.world, question, 'Mended: the clock was wrong.', PERSON)
    for (let hours = 0; hours < 24; hours++) {
      s.clock.turn(HOUR)
      await s.settle()
    }
    expect(await s.main()).toHaveLength(2)
  }))
