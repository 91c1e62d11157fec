/** Costs of agents. */
import { COST_GROUPS, costsOf, zoneOf } from '../../life/limits/costs.ts'
import type { Cost } from '../../ticket/costs.ts'
import { startOfDate } from '../../ticket/due.ts'
import { PRICED_IN } from '../../ticket/prices.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

const COST = {
  attempts: z.number().int(),
  tokens: z.number().int(),
  usd: z.number().nullable().describe('As reported; null when nothing was. Unknown is not zero'),
  estimated_usd: z
    .number()
    .nullable()
    .describe('By the table of prices, of attempts that reported only their tokens'),
  unknown: z.number().int().describe('Attempts whose cost is not known'),
}

const CostsSchema = z
  .object({
    by: z.enum(COST_GROUPS),
    prices: z.string().describe('When the table of prices was made'),
    costs: z.array(
      z.object({
        key: z.string(),
        title: z.string().nullable().describe('Of the ticket, where the groups are tickets'),
        ...COST,
      }),
    ),
    total: z.object(COST),
  })
  .openapi('Costs')

export const getCosts = createRoute({
  method: 'get',
  path: '/api/costs',
  summary: 'What agents have cost, by attempt, ticket, day or agent',
  request: {
    query: z.strictObject({
      by: z.enum(COST_GROUPS).default('ticket'),
      since: z.iso.date().optional().describe('The first day, such as 2026-01-31'),
    }),
  },
  responses: answers(CostsSchema, 'Costs of attempts by when they began'),
})

/** Makes the route of costs. */
export function costs({ records, values }: ApiServer) {
  const app = resource()

  app.openapi(getCosts, async (c) => {
    const { by, since } = c.req.valid('query')
    const now = values()
    const from = since === undefined ? 0 : startOfDate(since, zoneOf(now.timeZone))
    const { groups, total } = await costsOf(records.store, now, { by, since: from })
    const ids = by === 'ticket' ? groups.map(([key]) => Number(key)) : []
    const titles = new Map((await records.store.rows({ ids })).map(({ id, title }) => [String(id), title]))
    const costs = groups.map(([key, cost]) => ({ key, title: titles.get(key) ?? null, ...costJson(cost) }))
    return c.json({ by, prices: PRICED_IN, costs, total: costJson(total) }, 200)
  })

  return app
}

const costJson = ({ attempts, tokens, usd, estimatedUsd, unknown }: Cost) => ({
  attempts,
  tokens,
  usd,
  estimated_usd: estimatedUsd,
  unknown,
})
