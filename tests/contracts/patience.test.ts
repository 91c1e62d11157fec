import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { abortWith, within } from '../../src/ports/patience.ts'
import { keptBy } from './kept.ts'

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

it('keeps nothing at a signal that goes on when the time is over', async () => {
  const goesOn = new AbortController().signal
  const signal = within(10, goesOn)
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  expect(keptBy(goesOn)).toBe(0)
})

it('ends a part with the first of what it is part of, for the same reason, and not once it is released', () => {
  const [day, week, part, later] = Array.from({ length: 4 }, () => new AbortController())
  abortWith(part!, [week!.signal, day!.signal])
  abortWith(later!, [day!.signal])()
  day!.abort('The day is over.')
  week!.abort('The week is over.')
  expect(part!.signal.reason).toBe('The day is over.')
  expect(later!.signal.aborted).toBe(false)
})

it('ends a part at once when what it is part of is over', () => {
  const part = new AbortController()
  abortWith(part, [AbortSignal.abort('Over.')])
  expect(part.signal.reason).toBe('Over.')
})

it('warns of nothing when many parts wait for one whole', async () => {
  const warned: Error[] = []
  const hear = (warning: Error) => warned.push(warning)
  process.on('warning', hear)
  const whole = new AbortController().signal
  for (let at = 0; at < 20; at++) abortWith(new AbortController(), [whole])
  await new Promise(setImmediate)
  process.off('warning', hear)
  expect(warned).toEqual([])
})
