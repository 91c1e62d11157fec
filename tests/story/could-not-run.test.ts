import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Sandboxes } from '../../src/ports/sandbox.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import type { World } from '../../src/ports/world.ts'
import { swarm } from './swarm.ts'

type S = Parameters<Parameters<typeof swarm>[0]>[0]

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const HOUR = 3_600_000

/** A gate that does what the change says. */
const STEP = '#!/bin/sh\nif [ -e step.sh ]; then . ./step.sh; fi\n'
const RUNS_ON_MAIN = 'The gate runs on main, so the change itself keeps it from running.'

const receiptsOf = (s: S, ticket: number) => s.world.store.receipts({ ticket, limit: 50 })
const verdictsOf = async (s: S, ticket: number) =>
  (await receiptsOf(s, ticket)).map(({ verdict }) => verdict).reverse()

/** A folder outside of every checkout, which the gates of a story share. */
async function beside(tell: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-gate-'))
  await tell(folder).finally(() => rmSync(folder, { recursive: true }))
}

async function untilNothingIsTried(s: S) {
  for (let at = 0; at < 5; at++) {
    await s.settle()
    s.clock.turn(HOUR)
  }
}

describe('a gate that could not run because of the change', () => {
  it.each([
    ['calls a program that is not there', 'no-such-program\n', 'not installed (exit 127)'],
    ['calls a program that is not executable', './README.md\n', 'not executable (exit 126)'],
    ['kills its own shell', 'echo dying; kill -9 $$\n', 'dying'],
    ['prints that a device is full', 'echo ENOSPC; exit 1\n', 'ENOSPC'],
  ])('goes back to the same session with the evidence when it %s', (_, text, evidence) =>
    swarm(
      async (s) => {
        const id = await s.file('Step', [
          { on: 'start', do: [write('step.sh', text)] },
          { on: 'red', do: [write('step.sh', 'true\n')] },
        ])
        await s.settle()
        expect(await s.main()).toEqual(['ticket-1: Step'])
        expect(await s.attempts(id)).toHaveLength(1)
        expect(await verdictsOf(s, id)).toEqual(['red', 'green'])
        const red = (await receiptsOf(s, id)).at(-1)!
        expect(red.output).toContain(evidence)
        expect(red.output).toContain(RUNS_ON_MAIN)
        expect(red).toMatchObject({ preExisting: false, flaky: false })
      },
      { files: { 'verify.sh': STEP } },
    ),
  )

  it('is charged to a ticket whose agent does not mend it, and never waits in the merge queue', () =>
    swarm(
      async (s) => {
        const id = await s.file('Step', [write('step.sh', 'no-such-program\n')])
        await untilNothingIsTried(s)
        for (const status of ['queued', 'bounced'] as const)
          expect(await s.world.store.landings({ status })).toEqual([])
        const attempts = await s.attempts(id)
        expect(attempts).toHaveLength(3)
        for (const { reason } of attempts) expect(reason).toContain('gate red')
        expect((await s.ticket(id)).charged).toBe(3)
      },
      { files: { 'verify.sh': STEP }, settings: { verifyRetries: 0 } },
    ))

  it('is asked again once somebody has installed what was missing', () =>
    beside((folder) =>
      swarm(
        async (s) => {
          const id = await s.file('Step', [
            { on: 'start', do: [write('step.sh', `${folder}/tool\n`)] },
            { on: 'again', do: [] },
          ])
          await s.tick()
          expect(await verdictsOf(s, id)).toEqual(['red'])
          writeFileSync(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 })
          await untilNothingIsTried(s)
          expect(await s.main()).toEqual(['ticket-1: Step'])
        },
        { files: { 'verify.sh': STEP }, settings: { verifyRetries: 0 } },
      ),
    ))

  it('counts as new when main can run it and is red on something else', () =>
    swarm(
      async (s) => {
        const id = await s.file('Step', [write('step.sh', 'no-such-program\n')])
        await s.tick()
        expect((await receiptsOf(s, id))[0]).toMatchObject({ verdict: 'red', preExisting: false })
        expect((await s.ticket(id)).charged).toBe(1)
      },
      { files: { 'verify.sh': `${STEP}exit 1\n`.replace('. ./step.sh', '. ./step.sh || exit') } },
    ))
})

describe('a gate that could not run because of the machine', () => {
  it('is no verdict when main could run yesterday and cannot today', () =>
    beside((folder) =>
      swarm(
        async (s) => {
          const tool = join(folder, 'tool')
          writeFileSync(tool, '#!/bin/sh\n', { mode: 0o755 })
          await s.file('First', [write('a.txt')])
          await s.settle()
          const main = (await s.world.repo.tip()).tree
          expect((await s.world.store.receipts({ tree: main, limit: 9 }))[0]?.verdict).toBe('green')
          rmSync(tool)
          const id = await s.file('Innocent', [write('b.txt')])
          await untilNothingIsTried(s)
          expect(await s.main()).toEqual(['ticket-1: First'])
          expect(new Set(await verdictsOf(s, id))).toEqual(new Set(['could not run']))
          const { stage, charged } = await s.ticket(id)
          expect(charged).toBe(0)
          expect(stage).toMatchObject({ status: 'open', assignedTo: 'human' })
          expect((await s.attempts(id))[0]?.reason).toContain('infrastructure')
        },
        { files: { 'verify.sh': `#!/bin/sh\nexec ${'TOOL'}\n`.replace('TOOL', `${folder}/tool`) } },
      ),
    ))

  it('is not held against a change whose gate is killed twice by chance', () =>
    beside((folder) =>
      swarm(
        async (s) => {
          const id = await s.file('Unlucky', [write('a.txt')])
          await s.settle()
          expect(await s.main()).toEqual(['ticket-1: Unlucky'])
          expect(await verdictsOf(s, id)).toEqual(['green'])
          expect((await s.attempts(id))[0]?.outcome).toBe('landed')
        },
        {
          files: {
            'verify.sh': `#!/bin/sh\n[ -e a.txt ] || exit 0\necho >> ${folder}/runs\n[ $(wc -l < ${folder}/runs) -gt 2 ] || kill -9 $$\n`,
          },
        },
      ),
    ))

  it('is never the change’s when its sandbox cannot be opened, whatever main says', () =>
    swarm(
      async (s) => {
        const id = await s.file('Innocent', [write('a.txt')])
        await untilNothingIsTried(s)
        expect(await s.main()).toEqual([])
        expect(new Set(await verdictsOf(s, id))).toEqual(new Set(['could not run']))
        expect((await s.ticket(id)).charged).toBe(0)
      },
      { with: (world) => ({ sandboxes: withoutGates(world) }) },
    ))
})

/** Opens no gate of a change; main's and attempts as ever. */
const withoutGates = ({ sandboxes }: World): Sandboxes => ({
  ...sandboxes,
  open: (spec, signal) => {
    if (spec.name.startsWith('gate-') && spec.env.TICKET_ID)
      throw new Trouble('sandbox', 'The container engine does not answer.')
    return sandboxes.open(spec, signal)
  },
})
