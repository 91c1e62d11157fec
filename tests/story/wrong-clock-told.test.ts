/** A person was told of a pause while the wall clock was a year ahead: they are told of the next one, too. */
import { expect, it } from 'vitest'
import { paused } from '../../src/life/limits/may-claim.ts'
import { liftAll } from '../../src/life/limits/pauses.ts'
import { notify } from '../../src/life/notices/notify.ts'
import type { Message } from '../../src/ports/notifier.ts'
import { USUAL_KINDS } from '../../src/ticket/notice.ts'
import { failed, pretended } from './pretended.ts'
import { SILENT } from './settings.ts'
import { swarm } from './swarm.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

it('is told of a usage limit once more, a day later', () => {
  const got: Message[] = []
  const send = async (message: Message) => {
    got.push(message)
    return { kind: 'sent' } as const
  }
  const usual = { kinds: USUAL_KINDS, actions: true, quietHours: null, digest: null, timeZone: 'UTC' }
  const phone = { name: 'mine', ...usual, notifier: { repeatable: false, send } }
  return swarm(
    async (s) => {
      const told = async () => {
        const over = new AbortController()
        const telling = notify(s.world, () => paused(s.world, s.fleet), over.signal)
        for (let n = 0; n < 10; n++) {
          await new Promise((go) => setTimeout(go, 50))
          s.clock.turn(2000)
        }
        over.abort()
        s.clock.turn(5000)
        await telling
        return got.splice(0).filter(({ title }) => title === 'Paused').length
      }
      await s.file('Unlucky', [])
      s.clock.jump(YEAR)
      await s.settle()
      expect(await told()).toBe(1)
      s.clock.jump(-YEAR)
      await liftAll(s.world)
      s.clock.turn(24 * HOUR)
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'usage limit' })
      expect(await told()).toBe(1)
    },
    {
      with: () => ({
        harness: pretended(() => failed('usage limit', 'Used up.', { until: Date.UTC(2030, 0, 1) })),
        post: { ...SILENT, channels: async () => [phone] },
      }),
      settings: { agents: 1 },
    },
  )
})
