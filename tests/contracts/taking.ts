/** What every sandbox must do when something is taken out of it: a part of the contract in sandbox.ts. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { ExecOptions, ExecResult, Sandbox } from '../../src/ports/sandbox.ts'
import { folder } from './repo.ts'
import { lag, standStill } from './still.ts'

interface Taking {
  test: (title: string, run: () => Promise<void>) => void
  open: () => Promise<Sandbox>
  /** One that is shared by tests that leave no trace in it. */
  anySandbox: () => Promise<Sandbox>
  run: (sandbox: Sandbox, script: string, options?: Partial<ExecOptions>) => Promise<ExecResult>
}

const never = new AbortController().signal

export function takingContract(name: string, { test, open, anySandbox, run }: Taking): void {
  describe(`${name}: what is taken out`, () => {
    const taking = { signal: never, timeoutMs: 60_000, most: 1024 }
    const take = (sandbox: Sandbox, script: string, host: string, more: Partial<typeof taking> = {}) =>
      sandbox.take(['sh', '-c', script], host, { ...taking, ...more })

    test('is what a program prints, byte for byte, and nothing of what it complains of', async () => {
      const host = join(folder(), 'taken')
      const script = 'pwd >&2; echo "$HOME" >&2; printf "\\000\\377\\n"'
      const sandbox = await anySandbox()
      expect(await take(sandbox, script, host)).toMatchObject({
        ...{ exit: 0, signal: null, timedOut: false },
        output: `${sandbox.checkout}\n${sandbox.home}\n`,
      })
      expect(readFileSync(host)).toEqual(Buffer.from([0, 255, 10]))
      expect(statSync(host).mode & 0o077).toBe(0)
    })

    test('is whole when the loop hardly turns', async () => {
      const host = join(folder(), 'taken')
      const sandbox = await anySandbox()
      const lagsNoMore = lag(150)
      const taken = await take(sandbox, 'head -c 600000 /dev/zero', host, { most: 2 ** 20 })
      lagsNoMore()
      expect(taken).toMatchObject({ exit: 0, timedOut: false })
      expect(readFileSync(host)).toEqual(Buffer.alloc(600_000))
    })

    test('is nothing when the program fails, is missing or is called off', async () => {
      const host = join(folder(), 'taken')
      const sandbox = await anySandbox()
      expect(await take(sandbox, 'echo half; exit 3', host)).toMatchObject({ exit: 3 })
      expect(await sandbox.take(['no-such-program'], host, taking)).toMatchObject({ exit: 127 })
      const late = take(sandbox, 'echo half; sleep 1000', host, { timeoutMs: 1000 })
      standStill(2500)
      expect(await late).toMatchObject({ timedOut: true })
      expect((await late).exit).not.toBe(0)
      const off = await take(sandbox, 'echo half; sleep 1000', host, { signal: AbortSignal.abort() })
      expect(off.exit).toBeNull()
      expect(existsSync(host)).toBe(false)
    })

    test('is trouble when it is more than it may be, or the host has no place for it', async () => {
      const host = join(folder(), 'taken')
      const sandbox = await anySandbox()
      await expect(take(sandbox, 'yes', host)).rejects.toMatchObject({ name: 'Trouble', retryable: false })
      expect(existsSync(host)).toBe(false)
      const nowhere = take(sandbox, 'echo some; sleep 1000', '/dev/null/no/folder')
      await expect(nowhere).rejects.toMatchObject({ name: 'Trouble', code: 'disk' })
    })

    test('is taken beside a program that runs on, which sees nothing of it', async () => {
      const sandbox = await open()
      let up = () => {}
      const ready = new Promise<void>((resolve) => {
        up = resolve
      })
      const script = 'echo up; while [ ! -e enough ]; do sleep 0.05; done; echo through'
      const running = run(sandbox, script, { onLine: up })
      await ready
      const host = join(folder(), 'taken')
      expect(await take(sandbox, 'echo beside; : > enough', host)).toMatchObject({ exit: 0 })
      expect(readFileSync(host, 'utf8')).toBe('beside\n')
      expect(await running).toMatchObject({ exit: 0, output: 'up\nthrough\n' })
    })

    test('ends with the sandbox', async () => {
      const sandbox = await open()
      const host = join(folder(), 'taken')
      const running = take(sandbox, 'echo half; sleep 1000', host)
      await sandbox.close()
      expect((await running).exit).not.toBe(0)
      expect(existsSync(host)).toBe(false)
    })
  })
}
