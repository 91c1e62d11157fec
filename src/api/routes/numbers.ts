/** Numbers of the swarm over time: landings, durations, returns and costs. */
import type { Tally } from '../../ports/tallies.ts'
import { Denied } from '../errors.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Offset } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const count = z.number().int()

const StretchSchema = z
  .object({
    at: z.number().int().describe('When it begins'),
    landed: count,
    median_lead_ms: z.number().nullable().describe('Of what landed, from its claim on'),
    gates: count,
    red_gates: count,
    median_gate_ms: z.number().nullable(),
    bounced: count.describe('Attempts that were sent back'),
    cost_usd: z.number().nullable().describe('Of what is known, by when attempts began; unknown is not zero'),
    unknown_costs: count,
    ticket_cost_usd: z.number().nullable().describe('The mean of landed tickets whose cost is known'),
  })
  .openapi('Stretch')

export const getNumbers = createRoute({
  method: 'get',
  path: '/api/numbers',
  summary: 'What landed, how long it took, what was sent back and what it cost, hour by hour or day by day',
  request: {
    query: z.strictObject({
      since: Offset.openapi({ param: { required: true } }).describe('Milliseconds since the epoch'),
      step: z.enum(['hour', 'day']).default('day'),
      offset: z.coerce
        .number()
        .int()
        .min(-1440)
        .max(1440)
        .default(0)
        .describe('Minutes by which the clock of the reader is ahead of UTC'),
    }),
  },
  responses: answers(
    z.object({
      step_ms: count,
      stretches: z.array(StretchSchema).describe('Only those with something in them'),
    }),
    'Numbers, the oldest first',
  ),
})

const STEPS = { hour: 3_600_000, day: 86_400_000 }
const MOST = 1000

/** Makes the route of numbers. */
export function numbers({ records }: ApiServer) {
  const app = resource()

  app.openapi(getNumbers, async (c) => {
    const { since, step, offset } = c.req.valid('query')
    const length = STEPS[step]
    if ((records.clock.now() - since) / length > MOST)
      throw new Denied('invalid', `'since' is more than ${MOST} ${step}s ago: ask for less, or by day.`)
    const ahead = offset * 60_000
    const tallies = await records.store.tallies({ since, step: length, offset: ahead })
    return c.json({ step_ms: length, stretches: tallies.map((each) => json(each, length, ahead)) }, 200)
  })

  return app
}

const json = (tally: Tally, step: number, ahead: number) => ({
  at: tally.stretch * step - ahead,
  landed: tally.landed,
  median_lead_ms: tally.medianLeadMs,
  gates: tally.gates,
  red_gates: tally.redGates,
  median_gate_ms: tally.medianGateMs,
  bounced: tally.bounced,
  cost_usd: tally.costUsd,
  unknown_costs: tally.unknownCosts,
  ticket_cost_usd: tally.ticketCostUsd,
})
