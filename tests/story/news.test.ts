/** What the gateway reads on the wire decides why a run has ended, whatever the harness makes of it. */
import { expect, it } from 'vitest'
import { paused } from '../../src/life/limits/may-claim.ts'
import type { GatewayEvent, ModelNews } from '../../src/ports/gateway.ts'
import type { World } from '../../src/ports/world.ts'
import { swarm } from './swarm.ts'

const sentence = 'As the model says.'

/** The usual door, at which the model's side has told this. */
const telling =
  (news: ModelNews) =>
  ({ gateway }: World): Partial<World> => ({
    gateway: {
      ...gateway,
      open: async (attempt) => {
        const event: GatewayEvent = { type: 'news', news }
        attempt.tell(event)
        return { ...(await gateway.open(attempt)), news: () => news }
      },
    },
  })

const CRASH = [{ fail: { reason: 'harness crash', detail: 'API Error: something', until: null } }]

it.each<[ModelNews, { pause: string | null; charged: number }]>([
  [
    { kind: 'usage limit', until: Date.UTC(2026, 0, 2, 9), sentence },
    { pause: 'usage limit', charged: 0 },
  ],
  [
    { kind: 'overloaded', until: null, sentence },
    { pause: 'overloaded', charged: 0 },
  ],
  [
    { kind: 'login expired', until: null, sentence },
    { pause: 'login expired', charged: 0 },
  ],
  [
    { kind: 'budget', until: null, sentence },
    { pause: null, charged: 1 },
  ],
])('takes what the gateway tells for the cause: $kind', (news, { pause, charged }) =>
  swarm(
    async (s) => {
      const id = await s.file('Anything', CRASH)
      await s.tick()
      const [attempt] = await s.attempts(id)
      expect(attempt).toMatchObject({ outcome: 'bounced', reason: expect.stringContaining(news.kind) })
      expect(attempt?.reason).toContain(sentence)
      expect((await s.ticket(id)).charged).toBe(charged)
      expect((await paused(s.world, s.fleet))?.cause ?? null).toBe(pause)
    },
    { with: telling(news), settings: { verifyRetries: 0 } },
  ),
)

it('asks a person once, not for each agent, when the login is dead', () =>
  swarm(
    async (s) => {
      await s.file('One', CRASH)
      await s.file('Two', CRASH)
      await s.settle()
      const asked = (await s.world.store.tickets({ assignedTo: 'human' })).filter(
        ({ stage }) => stage.status === 'open',
      )
      expect(asked).toHaveLength(1)
    },
    { with: telling({ kind: 'login expired', until: null, sentence }), settings: { agents: 2 } },
  ))
