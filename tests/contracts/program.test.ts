import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alone, type Watched, watchProgram } from '../../src/sandboxes/program.ts'
import { takeOut } from '../../src/sandboxes/take.ts'
import { folder } from './repo.ts'
import { lag, standStill } from './still.ts'

const never = new AbortController().signal

const run = (script: string, more: Partial<Watched> = {}) =>
  watchProgram(alone(spawn('sh', ['-c', script], { stdio: 'pipe' })), { signal: never, ...more })

describe('what a program printed before its end', () => {
  it('is read when the loop stands still around that end', async () => {
    // The loop learns of the second end together with the first one, before it has looked for what that one printed.
    const first = run('echo first', {
      onLine() {
        standStill(800)
        setImmediate(() => standStill(400))
      },
    })
    const second = run('sleep 0.8; echo second')
    standStill(400)
    expect(await first).toMatchObject({ exit: 0, output: 'first\n', cut: [] })
    expect(await second).toMatchObject({ exit: 0, output: 'second\n', cut: [] })
  })

  it('is written down whole, though each turn of the loop takes a quarter of a second', async () => {
    const host = join(folder(), 'taken')
    const lagsNoMore = lag(250)
    const limits = { signal: never, timeoutMs: 60_000, most: 2 ** 30 }
    const end = await takeOut((watched) => run('head -c 400000 /dev/zero', watched), host, limits)
    lagsNoMore()
    expect(end).toMatchObject({ exit: 0, signal: null, timedOut: false })
    expect(readFileSync(host)).toEqual(Buffer.alloc(400_000))
  })

  it('counts as printed in time when it is only read after that time', async () => {
    const running = run('echo done; exit 3', { timeoutMs: 500 })
    standStill(1000)
    expect(await running).toMatchObject({ exit: 3, timedOut: false, output: 'done\n', cut: [] })
  })
})

describe('a pipe that something holds open after the end', () => {
  it('is cut, which is said', async () => {
    const { cut, ...end } = await run('sleep 30 2>/dev/null & echo $!')
    process.kill(Number(end.output), 'SIGKILL')
    expect({ cut, exit: end.exit }).toEqual({ cut: ['stdout'], exit: 0 })
  })

  it('is cut although more and more comes out of it', async () => {
    const flood = await run('yes "$(seq 2000)" & exit 0')
    expect(flood).toMatchObject({ exit: 0, cut: ['stdout', 'stderr'] })
    const drip = await run('while echo drop; do sleep 0.02; done 2>/dev/null & exit 0')
    expect(drip).toMatchObject({ exit: 0, cut: ['stdout'] })
  })

  it('makes what is taken out of a sandbox trouble, and leaves no file', async () => {
    const host = join(folder(), 'taken')
    const limits = { signal: never, timeoutMs: 60_000, most: 2 ** 30 }
    const taking = takeOut(
      (watched) => run('sleep 20 2>/dev/null & echo half a bundle', watched),
      host,
      limits,
    )
    await expect(taking).rejects.toMatchObject({ name: 'Trouble', code: 'sandbox', retryable: true })
    expect(() => readFileSync(host)).toThrow('ENOENT')
  })
})
