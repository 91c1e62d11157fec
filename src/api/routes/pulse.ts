/** State of the swarm: what it lands, what it costs, and since when `main` is as it is. */
import { VERDICTS } from '../../ports/attempts.ts'
import type { Reads } from '../../ports/store.ts'
import { costOfAll } from '../../ticket/costs.ts'
import { priceList } from '../../ticket/prices.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Offset } from '../schemas.ts'
import type { ApiServer } from '../server.ts'
import { verdictOf } from '../verdicts.ts'

const time = z.number().int()

const PulseSchema = z
  .object({
    landed: z.object({
      last_hour: z.number().int(),
      since: z.number().int().describe('Since the time that was asked for'),
      hours: z.array(z.number().int()).describe('In each of the last 24 hours, the oldest first'),
    }),
    cost: z.object({
      usd: z.number().nullable().describe('Of what is known; null when nothing is. Unknown is not zero'),
      estimated_usd: z
        .number()
        .nullable()
        .describe('By the table of prices, of attempts that reported only their tokens'),
      unknown: z.number().int().describe('Attempts whose cost is not known'),
      attempts: z.number().int(),
    }),
    main: z
      .object({
        verdict: z.enum(VERDICTS).nullable(),
        since: time.describe('When the first of the newest commits with this verdict came to be'),
        at_least: z.boolean().describe('It may be longer: no further back was looked'),
      })
      .nullable(),
  })
  .openapi('Pulse')

export const getPulse = createRoute({
  method: 'get',
  path: '/api/pulse',
  summary: 'What was landed and spent, and since when main is green',
  request: {
    query: z.strictObject({
      since: Offset.default(0).describe('Such as the last midnight, in milliseconds'),
    }),
  },
  responses: answers(PulseSchema, 'Numbers of today'),
})

/** Makes the route of the pulse. */
export function pulse(server: ApiServer) {
  const app = resource()
  const { store, clock } = server.records

  app.openapi(getPulse, async (c) => {
    const { since } = c.req.valid('query')
    const answer = {
      landed: await landed(store, since, clock.now()),
      cost: await cost(server, since),
      main: await mainSince(server),
    }
    return c.json(answer, 200)
  })

  return app
}

const HOUR = 3_600_000
const HOURS = 24
/** Maximum landings and commits to look back. */
const LANDINGS = 2000
const COMMITS = 50

async function landed(store: Reads, since: number, now: number) {
  const landings = await store.landings({ status: 'landed', limit: LANDINGS })
  const times = landings.map(({ endedAt }) => endedAt ?? 0)
  const hours = Array.from({ length: HOURS }, () => 0)
  for (const at of times) {
    const ago = Math.floor((now - at) / HOUR)
    if (ago >= 0 && ago < HOURS) hours[HOURS - 1 - ago]! += 1
  }
  return { last_hour: hours[HOURS - 1]!, since: times.filter((at) => at >= since).length, hours }
}

/** Cost of attempts by harnesses that began since then; those made by hand cost nothing here. */
async function cost({ records, values }: ApiServer, since: number) {
  const { usd, estimatedUsd, unknown, attempts } = costOfAll(
    await records.store.spending({ since }),
    priceList(values().modelPrices),
  )
  return { usd, estimated_usd: estimatedUsd, unknown, attempts }
}

async function mainSince({ world, records }: ApiServer) {
  const commits = (await world?.repo.history({ limit: COMMITS })) ?? []
  const [tip, ...older] = commits
  if (!tip) return null
  const verdict = (await verdictOf(records.store, tip.tree))?.verdict ?? null
  let first = tip
  for (const commit of older) {
    if (((await verdictOf(records.store, commit.tree))?.verdict ?? null) !== verdict)
      return { verdict, since: first.at * 1000, at_least: false }
    first = commit
  }
  return { verdict, since: first.at * 1000, at_least: commits.length === COMMITS }
}
