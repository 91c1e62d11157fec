/** Something outlives a program of the sandbox and holds its output open. */
import { expect, it } from 'vitest'
import type { World } from '../../src/ports/world.ts'
import { swarm } from './swarm.ts'

const write = (file: string, text: string) => ({ write: { file, text } })

/** Sandboxes with such a name, whose programs of that kind come back with a cut output. */
const cutting =
  (name: RegExp, program: string) =>
  ({ sandboxes }: World): Partial<World> => ({
    sandboxes: {
      ...sandboxes,
      async open(spec, signal) {
        const sandbox = await sandboxes.open(spec, signal)
        if (!name.test(spec.name)) return sandbox
        return {
          ...sandbox,
          async exec(command, options) {
            const result = await sandbox.exec(command, options)
            return command.includes(program) ? { ...result, cut: ['stdout'] } : result
          },
        }
      },
    },
  })

it('lets the exit of a gate decide, and says that its output was cut', () =>
  swarm(
    async (s) => {
      const id = await s.file('Add it', [write('a.txt', 'fine\n')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Add it'])
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(receipt).toMatchObject({
        verdict: 'green',
        output: expect.stringContaining('A process outlived the gate and kept its output open'),
      })
    },
    { with: cutting(/^gate-/, './verify.sh') },
  ))

it('takes a list of files that was cut for trouble, which is charged to nobody', () =>
  swarm(
    async (s) => {
      const id = await s.file('Break it', [write('a.txt', 'BUG\n')])
      await s.settle()
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toBe(
        'infrastructure: What git ls-files printed in the sandbox could not be read completely.',
      )
      expect((await s.ticket(id)).charged).toBe(0)
    },
    { with: cutting(/^t1-/, 'ls-files') },
  ))
