import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { within } from '../../src/ports/patience.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

it('ends waiting in time, also when memory is cleaned up meanwhile', async () => {
  const signal = within(300, new AbortController().signal)
  collect()
  await expect
    .poll(
      () => {
        collect()
        return signal.aborted
      },
      { timeout: 10_000 },
    )
    .toBe(true)
})

it('ends waiting when it is called off', () => {
  const stop = new AbortController()
  const signal = within(60_000, stop.signal)
  stop.abort()
  expect(signal.aborted).toBe(true)
})
