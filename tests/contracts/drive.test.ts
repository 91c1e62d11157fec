import { expect, it } from 'vitest'
import { drive, realTimer } from '../../src/harnesses/drive.ts'
import type { HarnessTask } from '../../src/ports/harness.ts'
import { openSandbox } from './harness-sandbox.ts'
import { standStill } from './still.ts'

const TASK: Omit<HarnessTask, 'sandbox'> = {
  ...{ manual: '', prompt: '', occasion: 'start', attempt: 1, access: 'change', session: null },
  ticket: { id: 1, title: 'A test', description: null },
  emit: () => {},
  signal: new AbortController().signal,
}

it('does not take a program for hung whose line only waits to be read', async () => {
  const sandbox = await openSandbox()
  let waits = () => {}
  const isUp = new Promise<void>((resolve) => {
    waits = resolve
  })
  const running = drive(
    { ...TASK, sandbox },
    {
      command: ['sh', '-c', 'echo up; sleep 1; echo alive; sleep 1; echo through'],
      ...{ env: {}, stdin: '' },
      read(line) {
        if (line === 'up') waits()
        return [{ type: 'text', text: line }]
      },
      watch: { hangMs: 1500, setTimer: realTimer },
    },
  )
  await isUp
  standStill(1800)
  expect(await running).toMatchObject({
    stopped: null,
    exit: { exit: 0, output: 'up\nalive\nthrough\n', cut: [] },
  })
  await sandbox.close()
})

it('takes a program for hung that only says, again and again, that it asks the model once more', async () => {
  const sandbox = await openSandbox()
  const { stopped } = await drive(
    { ...TASK, sandbox },
    {
      command: ['sh', '-c', 'for n in $(seq 200); do echo again; sleep 0.2; done'],
      ...{ env: {}, stdin: '' },
      read: () => [{ type: 'retry', error: 'timeout' }],
      watch: { hangMs: 1500, setTimer: realTimer },
    },
  )
  expect(stopped).toBe('hung')
  await sandbox.close()
})
