/** What every harness must do, whatever program it drives. */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, vi } from 'vitest'
import type { SetTimer } from '../../src/harnesses/drive.ts'
import type { Harness, HarnessEnd, HarnessEvent, HarnessTask } from '../../src/ports/harness.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { type Gap, gapsOf, itUnless } from './gaps.ts'
import { readBack } from './transcript.ts'

/** What the program behind the harness is made to do. */
export type Behaviour =
  /** Says something, writes `hello\n` to hello.txt, ends well; asked again, it writes `again\n` to again.txt. */
  | 'edits a file'
  /** Starts a tool that writes its process id to the file `pid` and never ends. */
  | 'runs a tool for ever'
  | 'dies'
  | 'falls silent'
  | 'reaches the limit'
  /** Prints `{"type":"novelty","n":1}` and a line that is no JSON, and ends well. */
  | 'prints what nobody knows'

export interface HarnessRig {
  harness: Harness
  sandbox: Sandbox
  prompt: string
  ticket: HarnessTask['ticket']
  /** Lets every pending timer of the harness go off. */
  elapse: () => void
  close: () => Promise<void>
}

export interface HarnessSuite {
  make: (behaviour: Behaviour) => Promise<HarnessRig>
  skip?: Gap[]
}

/** When the account may be used again, in the rigs that reach the limit. */
export const LIMIT_ENDS = 1_900_000_000_000

export function harnessContract(name: string, { make, skip = [] }: HarnessSuite) {
  const rigs: HarnessRig[] = []
  const rig = async (behaviour: Behaviour) => {
    const made = await make(behaviour)
    rigs.push(made)
    return made
  }
  const gaps = gapsOf(skip)
  const test = (title: string, body: () => Promise<void>) => itUnless(gaps.reason(title), title, body)

  describe(`harness ${name}`, () => {
    afterEach(async () => {
      for (const each of rigs.splice(0)) await each.close()
    })

    test('changes the checkout and ends well', async () => {
      const made = await rig('edits a file')
      const { end } = await start(made).finished()
      expect(end).toMatchObject({ ok: true, session: expect.any(String), summary: expect.any(String) })
      expect(await readFile(join(made.sandbox.checkout, 'hello.txt'), 'utf8')).toBe('hello\n')
    })

    test('changes nothing where it may only read', async () => {
      const made = await rig('edits a file')
      await start(made, { access: 'read' }).finished()
      await expect(readFile(join(made.sandbox.checkout, 'hello.txt'))).rejects.toThrow('ENOENT')
    })

    test('streams what happens, in order', async () => {
      const { events, end } = await start(await rig('edits a file')).finished()
      const told = events.filter(({ type }) => type !== 'stderr' && type !== 'other')
      expect(told[0]).toMatchObject({ type: 'session', id: end.session })
      const spoke = told.findIndex(({ type }) => type === 'text')
      const began = told.findIndex(({ type }) => type === 'tool_start')
      expect(spoke).toBeGreaterThan(0)
      expect(began).toBeGreaterThan(spoke)
      for (const [at, event] of told.entries())
        if (event.type === 'tool_start')
          expect(told.slice(at)).toContainEqual(
            expect.objectContaining({ type: 'tool_end', id: event.id, failed: false }),
          )
      expect(told.at(-1)).toEqual({ type: 'usage', usage: end.usage })
      expect(end.usage.turns).toBeGreaterThan(0)
    })

    test('goes on in the same session', async () => {
      const made = await rig('edits a file')
      const first = await start(made).finished()
      const second = await start(made, { session: first.end.session, occasion: 'red' }).finished()
      expect(second.end).toMatchObject({ ok: true, session: first.end.session })
      expect(second.events[0]).toMatchObject({ type: 'session', id: first.end.session })
      expect(await readFile(join(made.sandbox.checkout, 'again.txt'), 'utf8')).toBe('again\n')
    })

    test('goes on in the same session in another sandbox, and in none that is not there', async () => {
      const [old, made] = [await rig('edits a file'), await rig('edits a file')]
      const { end } = await start(old).finished()
      const { folder, adopt } = made.harness.sessions!
      const never = new AbortController().signal
      const options = { signal: never, timeoutMs: 60_000, most: 1024 ** 2 }
      const archive = `${old.sandbox.home}.tar`
      await old.sandbox.take(['tar', '-C', old.sandbox.home, '-cf', '-', folder], archive, options)
      for (const none of [end.session!, '../../../x', '*'])
        expect(await adopt(made.sandbox, none, never)).toBe(false)
      await made.sandbox.exec(['tar', '-C', made.sandbox.home, '-xf', archive], { signal: never })
      for (const none of [randomUUID(), '../../../x', '*'])
        expect(await adopt(made.sandbox, none, never)).toBe(false)
      expect(await adopt(made.sandbox, end.session!, never)).toBe(true)
      const more = await start(made, { session: end.session, occasion: 'red' }).finished()
      expect(more.end).toMatchObject({ ok: true, session: end.session })
      expect(await readFile(join(made.sandbox.checkout, 'again.txt'), 'utf8')).toBe('again\n')
    })

    test('ends within three seconds when it is stopped, and leaves nothing running', async () => {
      const made = await rig('runs a tool for ever')
      const run = start(made)
      const pid = await toolIn(made)
      const before = performance.now()
      run.stop()
      const { end } = await run.finished()
      expect(performance.now() - before).toBeLessThan(3000)
      expect(end).toMatchObject({ ok: false, reason: 'harness crash' })
      expect(stateOf(pid)).toMatch(/^(gone|Z)/)
    })

    test('does not take a running tool for a hang', async () => {
      const made = await rig('runs a tool for ever')
      const run = start(made)
      await run.until('tool_start')
      await toolIn(made)
      made.elapse()
      run.stop()
      expect((await run.finished()).end).toMatchObject({ ok: false, reason: 'harness crash' })
    })

    test('ends a program that fell silent, as a hang', async () => {
      const made = await rig('falls silent')
      const run = start(made)
      await run.until('session')
      made.elapse()
      expect((await run.finished()).end).toMatchObject({ ok: false, reason: 'hang' })
    })

    test('calls it a crash when the program dies', async () => {
      const { end } = await start(await rig('dies')).finished()
      expect(end).toMatchObject({ ok: false, reason: 'harness crash', detail: expect.any(String) })
    })

    test('says until when the account is used up', async () => {
      const { end, events } = await start(await rig('reaches the limit')).finished()
      expect(end).toMatchObject({ ok: false, reason: 'usage limit', until: LIMIT_ENDS })
      expect(events).toContainEqual({ type: 'limit', until: LIMIT_ENDS })
    })

    test('keeps events that it does not know', async () => {
      const { end, events } = await start(await rig('prints what nobody knows')).finished()
      expect(end.ok).toBe(true)
      expect(events).toContainEqual({ type: 'other', raw: { type: 'novelty', n: 1 } })
      expect(events).toContainEqual({ type: 'other', raw: expect.any(String) })
    })
    gaps.close()
  })
}

/** Timers that only go off by hand. */
export function timersByHand() {
  const pending = new Set<() => void>()
  const setTimer: SetTimer = (_ms, run) => {
    pending.add(run)
    return () => void pending.delete(run)
  }
  const elapse = () => {
    for (const run of [...pending]) run()
  }
  return { setTimer, elapse }
}

interface StartedRun {
  stop: () => void
  /** Resolves when an event of this type has come. */
  until: (type: HarnessEvent['type']) => Promise<void>
  finished: () => Promise<{ end: HarnessEnd; events: HarnessEvent[] }>
}

function start(
  rig: HarnessRig,
  { session = null, occasion = 'start', access = 'change' }: Partial<HarnessTask> = {},
): StartedRun {
  const events: HarnessEvent[] = []
  const controller = new AbortController()
  const ending = rig.harness.run({
    sandbox: rig.sandbox,
    manual: 'You are tested.',
    prompt: rig.prompt,
    occasion,
    access,
    ticket: rig.ticket,
    attempt: 1,
    session,
    emit: (event) => void events.push(event),
    signal: controller.signal,
  })
  return {
    stop: () => controller.abort(),
    until: async (type) => {
      await vi.waitUntil(() => events.some((event) => event.type === type), WAIT)
    },
    finished: async () => {
      const end = await ending
      expect(readBack(events)).toEqual(events)
      return { end, events }
    },
  }
}

/** Waits for the tool that runs for ever; gives its process id. */
async function toolIn({ sandbox }: HarnessRig): Promise<number> {
  const read = () => readFile(join(sandbox.checkout, 'pid'), 'utf8').catch(() => '')
  return Number(await vi.waitUntil(async () => (await read()).trim(), WAIT))
}

/** As `ps` tells it: one that has ended may stay listed as `Z` until its parent looks. */
const stateOf = (pid: number) =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || 'gone'

const WAIT = { timeout: 20_000, interval: 20 }
