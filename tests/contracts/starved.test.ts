import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { folder } from './repo.ts'
import { bundle } from './store-child.ts'

it('with no descriptor left no program can be started, and that is all: nothing dies, and all works again later', async () => {
  const program = await bundle('starved', folder())
  const script = 'ulimit -n 64; exec "$@"'
  const told = execFileSync('sh', ['-c', script, 'sh', process.execPath, program]).toString()
  const later = 'Trouble, to be tried again'
  const why = expect.stringContaining('EMFILE')
  expect(JSON.parse(told)).toEqual({
    before: {
      sandbox: later,
      engine: later,
      following: later,
      notice: { kind: 'refused', why, retryable: true, waitMs: null },
    },
    after: { sandbox: 'hello', engine: 'hello', following: 0, notice: { kind: 'sent' } },
  })
})
